"""Who is told of reports: those who decide, when one arrives, becomes graver, is left lying by a
group, or is objected to."""

from __future__ import annotations

from fedparents.db import UnitOfWork
from fedparents.moderation.deciders import Deciders, list_deciders, list_settlers
from fedparents.moderation.facts import AppealMade, ChildDangerRaised, ReportLeft, ReportRaised
from fedparents.moderation.models import (
    OPEN,
    Appeal,
    AppealState,
    Category,
    Decision,
    Report,
)
from fedparents.moderation.policy import is_due
from fedparents.notifications.kinds import Kind
from fedparents.notifications.occasions import announce
from fedparents.notifications.service import Notice

APPEAL = "appeal"


def on_report_raised(uow: UnitOfWork, fact: ReportRaised | ChildDangerRaised) -> list[int]:
    """Whoever heard of it already does not hear of it again, unless it has become graver."""
    report = uow.session.get(Report, fact.report_id)
    if report is None or report.state not in OPEN:
        return []
    is_grave = report.category == Category.CHILD_DANGER
    kind = Kind.CHILD_DANGER if is_grave else Kind.REPORT
    deciders = list_deciders(uow.session, report)
    return _tell(uow, report, kind, f"report:{report.id}:{report.category}", deciders)


def on_report_left(uow: UnitOfWork, fact: ReportLeft) -> list[int]:
    """Those of the place, who may decide from now on, unless they had been asked before."""
    report = uow.session.get(Report, fact.report_id)
    if report is None or report.is_for_place or not is_due(report, now=uow.now):
        return []
    notice = _notice(report, Kind.REPORT, f"report_left:{report.id}", "", None)
    return announce(uow, notice, list_deciders(uow.session, report).of_place)


def on_appeal_made(uow: UnitOfWork, fact: AppealMade) -> list[int]:
    """Those who may look again: not who decided, nor who complained, nor who asks."""
    appeal = uow.session.get(Appeal, fact.appeal_id)
    if appeal is None or appeal.state != AppealState.WAITING:
        return []
    decision = uow.session.get_one(Decision, appeal.decision_id)
    report = uow.session.get_one(Report, decision.report_id)
    settlers = list_settlers(uow.session, decision, by=appeal.by_actor_id)
    return _tell(uow, report, Kind.REPORT, f"appeal:{appeal.id}", settlers, APPEAL)


def _tell(
    uow: UnitOfWork,
    report: Report,
    kind: Kind,
    cause: str,
    deciders: Deciders,
    detail: str = "",
) -> list[int]:
    group_id = report.group_id
    told = []
    if group_id is not None:
        told += announce(uow, _notice(report, kind, cause, detail, group_id), deciders.in_group)
    if group_id is None or report.is_for_place:
        told += announce(uow, _notice(report, kind, cause, detail, None), deciders.of_place)
    return told


def _notice(report: Report, kind: Kind, cause: str, detail: str, group_id: int | None) -> Notice:
    """Those of the place need not be in the group, whose name may be in no list."""
    return Notice(
        kind,
        cause=cause,
        bundle=f"{kind}:{group_id or 0}:{detail}",
        subject_id=report.id,
        group_id=group_id,
        detail=detail,
    )
