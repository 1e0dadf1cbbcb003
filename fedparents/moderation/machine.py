"""The Report machine of features 4.23, as a table that a test walks row by row."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from sqlmodel import Session, col, select

from fedparents.actors.models import Actor
from fedparents.audit.service import record_audit
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, NotFound
from fedparents.moderation.models import Decision, Report, ReportState


class Turn(StrEnum):
    """Everything that can happen to a report."""

    HIDE = "hide"
    TAKE = "take"
    PUT_BACK = "put_back"
    DECIDE = "decide"
    UNDO = "undo"
    DROP = "drop"
    """Nobody had complained, and whoever acted thinks better of it."""
    LIFT = "lift"
    """Those who look after it think again, without having been asked."""
    APPEAL = "appeal"
    ANSWER = "answer"
    """One of several appeals."""
    REOPEN = "reopen"
    """Whoever complained was right to object: it is decided anew."""
    CLOSE = "close"


_S = ReportState
TURNS: Final[Mapping[tuple[ReportState, Turn], ReportState]] = {
    (_S.RECEIVED, Turn.HIDE): _S.HIDDEN,
    (_S.ASSIGNED, Turn.HIDE): _S.ASSIGNED,
    (_S.RECEIVED, Turn.TAKE): _S.ASSIGNED,
    (_S.HIDDEN, Turn.TAKE): _S.ASSIGNED,
    (_S.ASSIGNED, Turn.TAKE): _S.ASSIGNED,  # somebody takes over
    (_S.ASSIGNED, Turn.PUT_BACK): _S.RECEIVED,
    (_S.RECEIVED, Turn.DECIDE): _S.DECIDED,
    (_S.HIDDEN, Turn.DECIDE): _S.DECIDED,
    (_S.ASSIGNED, Turn.DECIDE): _S.DECIDED,
    (_S.DECIDED, Turn.UNDO): _S.ASSIGNED,
    (_S.DECIDED, Turn.DROP): _S.CLOSED,
    (_S.DECIDED, Turn.LIFT): _S.CLOSED,
    (_S.CLOSED, Turn.LIFT): _S.CLOSED,
    (_S.DECIDED, Turn.APPEAL): _S.APPEALED,
    (_S.APPEALED, Turn.APPEAL): _S.APPEALED,  # the other side objects too
    (_S.CLOSED, Turn.APPEAL): _S.APPEALED,  # the same, after the first has had its answer
    (_S.APPEALED, Turn.ANSWER): _S.APPEALED,
    (_S.APPEALED, Turn.REOPEN): _S.ASSIGNED,
    (_S.APPEALED, Turn.CLOSE): _S.CLOSED,
    (_S.DECIDED, Turn.CLOSE): _S.CLOSED,  # nobody has objected in time
}
"""What is not in it does not happen; the guards stand where each turn is taken."""


def hold_report(uow: UnitOfWork, report_id: int) -> Report:
    """For a change: whoever changes the same one at the same time waits. Raises NotFound."""
    report = uow.session.get(Report, report_id, with_for_update=True, populate_existing=True)
    if report is None:
        raise NotFound("report_not_found")
    return report


def take_turn(uow: UnitOfWork, report: Report, turn: Turn, *, by: int | None) -> None:
    """Move a report along the machine; raises Conflict, by name, when somebody was faster."""
    there = TURNS.get((ReportState(report.state), turn))
    if there is None:
        raise _too_late(uow.session, report)
    report.state = there
    if there != ReportState.ASSIGNED:
        report.assigned_to_actor_id = None
    elif turn != Turn.HIDE:
        report.assigned_to_actor_id = by
    if turn == Turn.DECIDE:
        report.decided_at = uow.now
    report.closed_at = uow.now if there == ReportState.CLOSED else None
    uow.session.add(report)
    record_audit(uow, f"report.{turn}", by=by, subject=report.id, group=report.group_id)


def _too_late(session: Session, report: Report) -> Conflict:
    newest = (
        select(Actor.display_name)
        .join(Decision, col(Decision.decided_by_actor_id) == col(Actor.id))
        .where(Decision.report_id == report.id)
        .order_by(col(Decision.id).desc())
    )
    name = session.exec(newest.limit(1)).first()
    return Conflict("report_decided_by", name=name) if name else Conflict("report_changed")
