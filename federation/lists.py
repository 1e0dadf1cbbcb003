"""Lists of towns, as associations share them: CSV with the columns of Mastodon, or a name a line.

A list only ever adds: it lifts nothing, and parts nobody from their twins.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, select

from federation.models import Town
from federation.trust import clean_host, get_town, list_standings, place_actors
from fedparents.actors.models import Standing
from fedparents.audit.service import record_audit
from fedparents.authority import Authority, require_administrator
from fedparents.db import UnitOfWork
from fedparents.errors import Invalid
from fedparents.text import clean_line

MOST_LETTERS: Final = 1_000_000
MOST_LINES: Final = 10_000
_LONGEST_NOTE: Final = 500
_COLUMNS: Final = (
    "#domain",
    "#severity",
    "#reject_media",
    "#reject_reports",
    "#public_comment",
    "#obfuscate",
)
_READ: Final = {
    "suspend": Standing.BLOCKED,
    "block": Standing.BLOCKED,
    "blocked": Standing.BLOCKED,
    "silence": Standing.LIMITED,
    "limit": Standing.LIMITED,
    "limited": Standing.LIMITED,
}
_IGNORED: Final = frozenset({"noop", "none", "known"})
_WRITTEN: Final = {Standing.BLOCKED: "suspend", Standing.LIMITED: "silence"}
_STRICTER: Final = (Standing.BLOCKED, Standing.LIMITED)


@dataclass(frozen=True, slots=True)
class Listed:
    """One town of a list."""

    host: str
    standing: Standing
    note: str = ""


@dataclass(frozen=True, slots=True)
class TownList:
    """A list as it was read."""

    towns: tuple[Listed, ...]
    unreadable: tuple[int, ...]
    """The numbers of the lines that name no town, or say something unknown of it."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a list would do to one town."""

    host: str
    before: Standing
    after: Standing
    note: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a list would do, before it does."""

    changes: tuple[Change, ...]
    as_they_are: int
    """How many stand so already, or are treated more strictly."""
    twins: tuple[str, ...]
    """Twins that it names: nothing happens to these."""
    unreadable: tuple[int, ...]

    def count(self, standing: Standing) -> int:
        return sum(each.after == standing for each in self.changes)


def read_list(text: str) -> TownList:
    """A list in any of the forms that are shared. Raises Invalid for what is no list."""
    if len(text) > MOST_LETTERS:
        raise Invalid({"list": "list_too_long"})
    rows = list(_rows(text))
    if len(rows) > MOST_LINES:
        raise Invalid({"list": "list_too_long"})
    towns: dict[str, Listed] = {}
    unreadable: list[int] = []
    columns = {"domain": 0, "severity": 1, "public_comment": 4}
    for number, row in rows:
        names = [each.strip().lower().lstrip("#").strip() for each in row]
        if "domain" in names:
            columns = {name: at for at, name in enumerate(names)}
            continue
        try:
            found = _read_row(row, columns)
        except Invalid:
            unreadable.append(number)
            continue
        if found is not None and _is_stricter(found.standing, towns.get(found.host)):
            towns[found.host] = found
    return TownList(tuple(towns.values()), tuple(unreadable))


def plan_list(session: Session, listed: TownList, *, by: Authority) -> Plan:
    """What would change. For administrators, else NotFound."""
    require_administrator(by)
    known = list_standings(session)
    changes, twins, as_they_are = [], [], 0
    for each in listed.towns:
        before = Standing(known.get(each.host, Standing.KNOWN))
        if before == Standing.ALLY:
            twins.append(each.host)
        elif before in (each.standing, Standing.BLOCKED):
            as_they_are += 1
        else:
            changes.append(Change(each.host, before, each.standing, each.note))
    return Plan(tuple(changes), as_they_are, tuple(twins), listed.unreadable)


def apply_list(uow: UnitOfWork, listed: TownList, *, by: Authority) -> Plan:
    """Do it, all at once; what was done."""
    plan = plan_list(uow.session, listed, by=by)
    for each in plan.changes:
        town = get_town(uow.session, each.host)
        town.standing, town.decided_at = each.after, uow.now
        town.note = each.note or town.note
        uow.session.add(town)
    if plan.changes:
        place_actors(uow)
        record_audit(uow, "town.list", by=by.actor_id, reason=str(len(plan.changes)))
    return plan


def write_list(session: Session, *, by: Authority) -> str:
    """All towns that are kept out or limited, for others to read. For administrators, else
    NotFound."""
    require_administrator(by)
    listed = select(Town).where(col(Town.standing).in_(_STRICTER)).order_by(col(Town.host))
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for town in session.exec(listed):
        severity = _WRITTEN[Standing(town.standing)]
        is_out = town.standing == Standing.BLOCKED
        words = [str(is_out), str(is_out), _harmless(town.note), "False"]
        rows.writerow([town.host, severity, *words])
    return written.getvalue()


def _rows(text: str) -> Sequence[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff")))
    try:
        return [(reader.line_num, row) for row in reader if any(each.strip() for each in row)]
    except csv.Error:
        raise Invalid({"list": "list_not_readable"}) from None


def _read_row(row: list[str], columns: dict[str, int]) -> Listed | None:
    """None for a town of which a list says nothing; raises Invalid."""

    def cell(name: str) -> str:
        at = columns.get(name, len(row))
        return clean_line(row[at]) if at < len(row) else ""

    if row[0].lstrip().startswith("#"):
        return None  # a remark
    severity = cell("severity").lower() or "suspend"
    host = clean_host(cell("domain"))
    if severity in _IGNORED:
        return None
    if severity not in _READ or "." not in host:
        raise Invalid({"list": "list_not_readable"})
    return Listed(host, _READ[severity], cell("public_comment")[:_LONGEST_NOTE])


def _is_stricter(standing: Standing, other: Listed | None) -> bool:
    return other is None or _STRICTER.index(standing) < _STRICTER.index(other.standing)


def _harmless(note: str) -> str:
    """Spreadsheets take a cell that begins like this for a formula."""
    return f"'{note}" if note[:1] in {"=", "+", "-", "@"} else note
