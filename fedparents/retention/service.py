"""Carrying out the table of retention, and changing its periods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, select

from fedparents.accounts.retention import clear_reasons, warn_unused
from fedparents.audit.service import record_audit
from fedparents.authority import Authority, require_administrator
from fedparents.db import Database, Fact, UnitOfWork
from fedparents.errors import Invalid
from fedparents.retention.models import RetentionPeriod
from fedparents.retention.rules import RULES, UNUSED_ACCOUNTS


@dataclass(frozen=True, slots=True)
class RetentionDue(Fact):
    """The day has turned; the fact of the periodic job, which carries nothing."""


def count_due(
    session: Session, periods: Mapping[str, timedelta], *, now: datetime, by: Authority
) -> dict[str, int]:
    """What a run would forget with these periods, by the names of rules: for administrators."""
    require_administrator(by)
    return {
        rule.name: rule.count(session, now, periods[rule.name])
        for rule in RULES
        if rule.name in periods
    }


def get_periods(session: Session) -> dict[str, timedelta]:
    """How long everything is kept, by the name of its rule."""
    changed = {period.name: period.days for period in session.exec(select(RetentionPeriod))}
    return {rule.name: timedelta(days=changed.get(rule.name, rule.days)) for rule in RULES}


def change_periods(uow: UnitOfWork, days: Mapping[str, int], *, by: Authority) -> None:
    """Keep things shorter or longer, within each rule's limits; raises Invalid by rule name."""
    require_administrator(by)
    rules = {rule.name: rule for rule in RULES}
    problems = {
        name: "number_out_of_range"
        for name, wanted in days.items()
        if name not in rules or not rules[name].floor <= wanted <= rules[name].ceiling
    }
    if problems:
        raise Invalid(problems)
    for name, wanted in days.items():
        uow.session.merge(RetentionPeriod(name=name, days=wanted))
    record_audit(uow, "instance.retention", by=by.actor_id)


async def forget_what_is_due(db: Database) -> dict[str, int]:
    """Run every rule to its end, in bites; how much each forgot."""
    periods = await db.read(get_periods)
    await db.write(warn_unused, periods[UNUSED_ACCOUNTS.name])
    await db.write(clear_reasons)
    forgotten = {}
    for rule in RULES:
        forgotten[rule.name] = 0
        while bite := await db.write(rule.sweep, periods[rule.name]):
            forgotten[rule.name] += bite
    return forgotten
