"""Who is written to about reports and decisions: one fact, and so one job, for each mail."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from fedparents.db import Fact, UnitOfWork
from fedparents.moderation.deciders import list_deciders
from fedparents.moderation.models import (
    OPEN,
    Action,
    Appeal,
    AppealState,
    Complaint,
    Decision,
    DecisionState,
    Report,
    ReportState,
)
from fedparents.moderation.subjects import list_concerned


@dataclass(frozen=True, slots=True)
class PersonToCall(Fact):
    """A child may be in danger: call this account."""

    account_id: int
    report_id: int


@dataclass(frozen=True, slots=True)
class StatementDue(Fact):
    """Tell somebody what was decided about them."""

    decision_id: int
    actor_id: int


@dataclass(frozen=True, slots=True)
class LiftedDue(Fact):
    """Tell the same person that it holds no more."""

    decision_id: int
    actor_id: int


@dataclass(frozen=True, slots=True)
class OutcomeDue(Fact):
    """Tell whoever complained how it ended, or that the end holds no more."""

    decision_id: int
    complaint_id: int


@dataclass(frozen=True, slots=True)
class AnswerDue(Fact):
    """Tell somebody whom the decision concerns what came of the appeal."""

    appeal_id: int
    actor_id: int


@dataclass(frozen=True, slots=True)
class ComplaintAnswerDue(Fact):
    """Tell whoever had complained what came of their appeal."""

    appeal_id: int
    complaint_id: int


@dataclass(frozen=True, slots=True)
class SecondLookDue(Fact):
    """Tell whoever complained that the decision holds no more."""

    appeal_id: int
    complaint_id: int


def call_everybody(uow: UnitOfWork, report_id: int) -> None:
    for account_id in list_people_to_call(uow.session, report_id):
        uow.record(PersonToCall(account_id, report_id))


def tell_decision(uow: UnitOfWork, decision_id: int) -> None:
    """One job for each mail, unless the decision has been undone meanwhile."""
    decision = uow.session.get(Decision, decision_id, with_for_update=True)
    if decision is None or decision.state != DecisionState.STANDS or decision.told_at is not None:
        return
    decision.told_at = uow.now
    uow.session.add(decision)
    # Whoever is paused has had the mail about that, which says the same.
    if decision.action not in {Action.NONE, Action.FREEZE}:
        for actor_id in _concerned(uow.session, decision):
            uow.record(StatementDue(decision.id, actor_id))
    for complaint_id in _list_complaints(uow.session, decision.report_id):
        uow.record(OutcomeDue(decision.id, complaint_id))


def tell_taken_back(uow: UnitOfWork, decision_id: int) -> None:
    """The same people. While it is decided anew, whoever complained waits for that."""
    decision = uow.session.get(Decision, decision_id)
    if decision is None:
        return
    # Whoever was paused hears of it by the mail about that.
    if decision.action not in {Action.NONE, Action.FREEZE}:
        for actor_id in _concerned(uow.session, decision):
            uow.record(LiftedDue(decision.id, actor_id))
    report = uow.session.get_one(Report, decision.report_id)
    if report.state == ReportState.CLOSED:
        for complaint_id in _list_complaints(uow.session, report.id):
            uow.record(OutcomeDue(decision.id, complaint_id))


def tell_appeal(uow: UnitOfWork, appeal_id: int) -> None:
    """Whoever objected; and whoever complained, when the author was right. The other way round,
    the author hears of the new decision."""
    appeal = uow.session.get(Appeal, appeal_id)
    if appeal is None:
        return
    if appeal.complaint_id is not None:
        uow.record(ComplaintAnswerDue(appeal.id, appeal.complaint_id))
        return
    decision = uow.session.get_one(Decision, appeal.decision_id)
    asked = {appeal.by_actor_id} if appeal.by_actor_id else set()
    for actor_id in sorted(asked | set(_concerned(uow.session, decision))):
        uow.record(AnswerDue(appeal.id, actor_id))
    if appeal.state == AppealState.OVERTURNED:
        for complaint_id in _list_complaints(uow.session, decision.report_id):
            uow.record(SecondLookDue(appeal.id, complaint_id))


def list_people_to_call(session: Session, report_id: int) -> list[int]:
    """Those who decide in the group, and who look after the place."""
    report = session.get(Report, report_id)
    if report is None or report.state not in OPEN:
        return []
    return list_deciders(session, report).all


def _concerned(session: Session, decision: Decision) -> list[int]:
    return list_concerned(session, session.get_one(Report, decision.report_id))


def _list_complaints(session: Session, report_id: int) -> list[int]:
    """Those whose author can be written to."""
    found = select(Complaint).where(Complaint.report_id == report_id).order_by(col(Complaint.id))
    return [each.id for each in session.exec(found) if each.email or each.by_actor_id]
