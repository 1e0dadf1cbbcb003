"""Objecting: whom a decision concerns, and whoever complained, may ask within six months that
another person look again. It is never the one who decided."""

from __future__ import annotations

from typing import Final

from sqlmodel import Session, col, select

from fedparents.accounts.sessions import Viewer
from fedparents.audit.service import record_audit
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, NotAllowed, NotFound
from fedparents.moderation import effects
from fedparents.moderation.deciders import list_settlers
from fedparents.moderation.deciding import find_standing, hold_decision
from fedparents.moderation.facts import AppealDecided, AppealMade
from fedparents.moderation.machine import Turn, take_turn
from fedparents.moderation.models import (
    Appeal,
    AppealState,
    Complaint,
    Decision,
    DecisionState,
    Report,
)
from fedparents.moderation.policy import (
    RESTRICTIONS,
    can_settle,
    find_ties,
    may_appeal,
    require_office,
)
from fedparents.text import required_text

TEXT_LENGTH: Final = 2000


def appeal_decision(uow: UnitOfWork, decision_id: int, text: str, *, by: int) -> Appeal:
    """Whom a restriction concerns objects; the caller knows that it is they (`by`, an actor).

    Raises NotFound, Invalid("text"), Conflict("appeal_over") after six months or a second time.
    """
    decision, report = hold_decision(uow, decision_id)
    if decision.action not in RESTRICTIONS:
        raise NotFound("decision_not_found")
    return _appeal(uow, report, decision, text, None, by=by)


def appeal_outcome(uow: UnitOfWork, complaint_id: int, text: str) -> Appeal:
    """Whoever complained objects to how it ended; raises as above."""
    complaint = uow.session.get(Complaint, complaint_id)
    if complaint is None:
        raise NotFound("complaint_not_found")
    standing = find_standing(uow.session, complaint.report_id)
    if standing is None:
        raise Conflict("appeal_over")
    decision, report = hold_decision(uow, standing.id)
    return _appeal(uow, report, decision, text, complaint, by=complaint.by_actor_id)


def settle_appeal(
    uow: UnitOfWork, viewer: Viewer, appeal_id: int, *, is_upheld: bool, answer: str
) -> Appeal:
    """Look again, and say why. What was wrong is put right in the same commit; where whoever
    complained was right, whoever looks again decides anew.

    Raises NotFound, Invalid("answer"), NotAllowed("appeal_not_yours") for whoever took the
    decision, Conflict when somebody was faster.
    """
    appeal = uow.session.get(Appeal, appeal_id)
    if appeal is None:
        raise NotFound("appeal_not_found")
    decision, report = hold_decision(uow, appeal.decision_id)
    uow.session.refresh(appeal)
    require_office(uow.session, viewer, report, now=uow.now)
    if not can_settle(viewer, decision, appeal, find_ties(uow.session, viewer, report)):
        raise NotAllowed("appeal_not_yours")
    if appeal.state != AppealState.WAITING:
        raise Conflict("appeal_settled")
    appeal.answer = required_text("answer", answer, at_most=TEXT_LENGTH)
    appeal.state = AppealState.UPHELD if is_upheld else AppealState.OVERTURNED
    appeal.decided_by_actor_id, appeal.decided_at = viewer.actor_id, uow.now
    uow.session.add(appeal)
    uow.session.flush()
    _follow_up(uow, viewer, report, decision, appeal)
    uow.record(AppealDecided(appeal.id))
    record_audit(
        uow,
        "report.appeal_settled",
        by=viewer.actor_id,
        subject=report.id,
        group=report.group_id,
        reason=appeal.state,
    )
    return appeal


def find_appeal(session: Session, decision_id: int, complaint_id: int | None) -> Appeal | None:
    """What one side has objected already."""
    same = (
        col(Appeal.complaint_id).is_(None)
        if complaint_id is None
        else col(Appeal.complaint_id) == complaint_id
    )
    return session.exec(select(Appeal).where(Appeal.decision_id == decision_id, same)).first()


def _appeal(
    uow: UnitOfWork,
    report: Report,
    decision: Decision,
    text: str,
    complaint: Complaint | None,
    *,
    by: int | None,
) -> Appeal:
    complaint_id = complaint.id if complaint else None
    earlier = find_appeal(uow.session, decision.id, complaint_id)
    if decision.state != DecisionState.STANDS or not may_appeal(decision, earlier, now=uow.now):
        raise Conflict("appeal_over")
    appeal = Appeal(
        id=uow.new_id(),
        decision_id=decision.id,
        complaint_id=complaint_id,
        by_actor_id=by,
        text=required_text("text", text, at_most=TEXT_LENGTH),
        created_at=uow.now,
    )
    uow.session.add(appeal)
    take_turn(uow, report, Turn.APPEAL, by=None)
    if report.group_id is not None and not list_settlers(uow.session, decision, by=by).in_group:
        report.is_for_place = True  # nobody else in the group may look again
    uow.record(AppealMade(appeal.id))
    return appeal


def _follow_up(
    uow: UnitOfWork, viewer: Viewer, report: Report, decision: Decision, appeal: Appeal
) -> None:
    is_wrong = appeal.state == AppealState.OVERTURNED
    others = select(Appeal.id).where(
        Appeal.decision_id == decision.id, Appeal.state == AppealState.WAITING
    )
    is_awaited = uow.session.exec(others).first() is not None
    if not is_wrong:
        turn = Turn.ANSWER if is_awaited else Turn.CLOSE
    elif is_awaited:
        raise Conflict("appeal_other_first")  # they object to what would not be any more
    else:
        turn = Turn.CLOSE if appeal.complaint_id is None else Turn.REOPEN
        decision.state = DecisionState.OVERTURNED
        uow.session.add(decision)
    if is_wrong and turn == Turn.CLOSE:
        effects.overturn(uow, viewer, report, decision)
    take_turn(uow, report, turn, by=viewer.actor_id)
