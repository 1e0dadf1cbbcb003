"""What is written to whom when somebody complained, and when somebody decided."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

from sqlmodel import Session, col, select

from fedparents.accounts.facts import AccountErased
from fedparents.accounts.models import Account
from fedparents.actors.models import Actor
from fedparents.db import Fact
from fedparents.errors import NotFound
from fedparents.instance.views import InstanceView, get_instance_view
from fedparents.jobs import Job, JobKind
from fedparents.moderation.facts import (
    AppealDecided,
    ChildDangerRaised,
    ComplaintFiled,
    DecisionMade,
    DecisionTakenBack,
    PostHiddenForNow,
)
from fedparents.moderation.models import (
    OPEN,
    Action,
    Appeal,
    AppealState,
    Complaint,
    Decision,
    DecisionState,
    Report,
    SubjectKind,
)
from fedparents.moderation.retention import forget_person
from fedparents.moderation.subjects import list_concerned
from web.i18n import gettext, reading_in
from web.mail import moderation_mails as mails
from web.mail import moderation_telling as telling
from web.mail.handlers import Handler, run_handler
from web.mail.mailroom import Mailroom
from web.moderation.tokens import letter_token
from web.moderation.words import ground_in_words, outcome_of, way_of

F = TypeVar("F", bound=Fact)

REPORT: Final = "moderation_report"
MINE: Final = "my_report"
NOTICE: Final = "notice_state"
DECISION_BY_MAIL: Final = "decision_by_mail"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody to write to, with an account or without."""

    email: str
    name: str
    language: str
    place: InstanceView


@dataclass(frozen=True, slots=True)
class Case:
    """A decision, what it was about, and where."""

    decision: Decision
    report: Report
    group: str
    """The group in which it was taken, or about which."""

    @property
    def stands(self) -> bool:
        return self.decision.state == DecisionState.STANDS

    def title(self) -> str:
        """What was decided, to whom it concerns."""
        kind = SubjectKind(self.report.subject_kind)
        return gettext(way_of(kind, Action(self.decision.action)).done)


def moderation_jobs(room: Mailroom) -> tuple[JobKind[Any], ...]:
    def kind(name: str, fact: type[F], handler: Handler[F]) -> JobKind[F]:
        return JobKind(name, fact, partial(run_handler, handler, room))

    return (
        kind("moderation.forget_person", AccountErased, on_account_erased),
        kind("moderation.call_everybody", ChildDangerRaised, on_child_danger_raised),
        kind("moderation.tell_decision", DecisionMade, on_decision_made),
        kind("moderation.tell_taken_back", DecisionTakenBack, on_decision_taken_back),
        kind("moderation.tell_appeal", AppealDecided, on_appeal_decided),
        kind("mail.report_receipt", ComplaintFiled, on_complaint_filed),
        kind("mail.child_danger", telling.PersonToCall, on_person_to_call),
        kind("mail.post_out_of_sight", PostHiddenForNow, on_post_hidden_for_now),
        kind("mail.statement_of_reasons", telling.StatementDue, on_statement_due),
        kind("mail.report_outcome", telling.OutcomeDue, on_outcome_due),
        kind("mail.decision_lifted", telling.LiftedDue, on_lifted_due),
        kind("mail.appeal_answer", telling.AnswerDue, on_answer_due),
        kind("mail.complaint_answer", telling.ComplaintAnswerDue, on_complaint_answer_due),
        kind("mail.second_look", telling.SecondLookDue, on_second_look_due),
    )


async def on_account_erased(room: Mailroom, job: Job[AccountErased]) -> None:
    await room.db.write(forget_person, job.fact.actor_id)


async def on_child_danger_raised(room: Mailroom, job: Job[ChildDangerRaised]) -> None:
    await room.db.write(telling.call_everybody, job.fact.report_id)


async def on_decision_made(room: Mailroom, job: Job[DecisionMade]) -> None:
    await room.db.write(telling.tell_decision, job.fact.decision_id)


async def on_decision_taken_back(room: Mailroom, job: Job[DecisionTakenBack]) -> None:
    await room.db.write(telling.tell_taken_back, job.fact.decision_id)


async def on_appeal_decided(room: Mailroom, job: Job[AppealDecided]) -> None:
    await room.db.write(telling.tell_appeal, job.fact.appeal_id)


async def on_complaint_filed(room: Mailroom, job: Job[ComplaintFiled]) -> None:
    complaint, to = await room.db.read(_get_complaint, job.fact.complaint_id)
    await room.sender.send(
        mails.report_receipt(
            room.words(job, to.place, to.language),
            to=to.email,
            name=to.name,
            category=complaint.category,
            link=_link_of(room, complaint),
        )
    )


async def on_person_to_call(room: Mailroom, job: Job[telling.PersonToCall]) -> None:
    report, group = await room.db.read(_get_report, job.fact.report_id)
    to = await room.db.read(_get_called, job.fact.account_id)
    if report.state not in OPEN:
        return  # somebody was faster
    cause = f"{report.id}.{job.fact.account_id}"
    await room.sender.send(
        mails.child_danger(
            room.words(job, to.place, to.language, cause=cause),
            to=to.email,
            group=group,
            is_hidden=report.hidden_at is not None,
            link=room.urls.absolute(REPORT, id=report.id),
        )
    )


async def on_post_hidden_for_now(room: Mailroom, job: Job[PostHiddenForNow]) -> None:
    report, group = await room.db.read(_get_report, job.fact.report_id)
    if report.state not in OPEN:
        return
    for to in await room.db.read(_read_concerned, report):
        words = room.words(job, to.place, to.language)
        await room.sender.send(
            mails.post_out_of_sight(words, to=to.email, name=to.name, group=group)
        )


async def on_statement_due(room: Mailroom, job: Job[telling.StatementDue]) -> None:
    case = await room.db.read(_get_case, job.fact.decision_id)
    to = await room.db.read(_reader, job.fact.actor_id)
    if not case.stands:
        return
    words = room.words(job, to.place, to.language)
    with reading_in(words.language, to.place.zone):
        statement = _statement(case)
    link = _link_to(room, case.decision, job.fact.actor_id)
    await room.sender.send(
        mails.statement_of_reasons(words, statement, to=to.email, name=to.name, link=link)
    )


async def on_outcome_due(room: Mailroom, job: Job[telling.OutcomeDue]) -> None:
    complaint, to = await room.db.read(_get_complaint, job.fact.complaint_id)
    case = await room.db.read(_get_case, job.fact.decision_id)
    words = room.words(job, to.place, to.language)
    with reading_in(words.language, to.place.zone):
        kind = SubjectKind(case.report.subject_kind)
        lifted = gettext("What was decided holds no more: it can be read again.")
        outcome = outcome_of(kind, case.decision) if case.stands else lifted
    says_why = case.stands and case.decision.action == Action.NONE
    await room.sender.send(
        mails.report_outcome(
            words,
            to=to.email,
            name=to.name,
            outcome=outcome,
            facts=case.decision.facts if says_why else "",
            link=_link_of(room, complaint),
        )
    )


async def on_lifted_due(room: Mailroom, job: Job[telling.LiftedDue]) -> None:
    case = await room.db.read(_get_case, job.fact.decision_id)
    to = await room.db.read(_reader, job.fact.actor_id)
    words = room.words(job, to.place, to.language)
    with reading_in(words.language, to.place.zone):
        title = case.title()
    link = room.urls.absolute("home")
    await room.sender.send(
        mails.decision_lifted(words, to=to.email, name=to.name, title=title, link=link)
    )


async def on_answer_due(room: Mailroom, job: Job[telling.AnswerDue]) -> None:
    appeal, decision = await room.db.read(_get_appeal, job.fact.appeal_id)
    to = await room.db.read(_reader, job.fact.actor_id)
    await _answer(room, job, appeal, to, _link_to(room, decision, job.fact.actor_id))


async def on_complaint_answer_due(room: Mailroom, job: Job[telling.ComplaintAnswerDue]) -> None:
    appeal, _decision = await room.db.read(_get_appeal, job.fact.appeal_id)
    complaint, to = await room.db.read(_get_complaint, job.fact.complaint_id)
    await _answer(room, job, appeal, to, _link_of(room, complaint))


async def on_second_look_due(room: Mailroom, job: Job[telling.SecondLookDue]) -> None:
    appeal, _decision = await room.db.read(_get_appeal, job.fact.appeal_id)
    complaint, to = await room.db.read(_get_complaint, job.fact.complaint_id)
    await room.sender.send(
        mails.second_look(
            room.words(job, to.place, to.language),
            to=to.email,
            name=to.name,
            answer=appeal.answer,
            link=_link_of(room, complaint),
        )
    )


async def _answer(room: Mailroom, job: Job[Any], appeal: Appeal, to: Reader, link: str) -> None:
    await room.sender.send(
        mails.appeal_answer(
            room.words(job, to.place, to.language),
            to=to.email,
            name=to.name,
            is_upheld=appeal.state == AppealState.UPHELD,
            answer=appeal.answer,
            link=link,
        )
    )


def _statement(case: Case) -> mails.Statement:
    is_group = case.report.subject_kind == SubjectKind.GROUP
    return mails.Statement(
        title=case.title(),
        group="" if is_group else case.group,
        about_group=case.group if is_group else "",
        action=case.decision.action,
        facts=case.decision.facts,
        ground=ground_in_words(case.decision),
        until=case.decision.banned_until,
        was_hidden=case.report.hidden_at is not None,
        is_own=case.report.is_own,
    )


def _get_report(session: Session, report_id: int) -> tuple[Report, str]:
    """With the name of its group. Raises NotFound."""
    report = session.get(Report, report_id)
    if report is None:
        raise NotFound("report_not_found")
    is_group = report.subject_kind == SubjectKind.GROUP
    group = session.get(Actor, (report.subject_id if is_group else report.group_id) or 0)
    return report, group.display_name if group else ""


def _get_case(session: Session, decision_id: int) -> Case:
    decision = session.get(Decision, decision_id)
    if decision is None:
        raise NotFound("decision_not_found")
    return Case(decision, *_get_report(session, decision.report_id))


def _get_appeal(session: Session, appeal_id: int) -> tuple[Appeal, Decision]:
    appeal = session.get(Appeal, appeal_id)
    if appeal is None:
        raise NotFound("appeal_not_found")
    return appeal, session.get_one(Decision, appeal.decision_id)


def _get_complaint(session: Session, complaint_id: int) -> tuple[Complaint, Reader]:
    """Raises NotFound when nobody can be written to."""
    complaint = session.get(Complaint, complaint_id)
    if complaint is None:
        raise NotFound("complaint_not_found")
    if complaint.by_actor_id is not None:
        return complaint, _reader(session, complaint.by_actor_id)
    if not complaint.email:
        raise NotFound("complaint_not_found")
    place = get_instance_view(session)
    language = complaint.language or place.language
    return complaint, Reader(complaint.email, complaint.name, language, place)


def _get_called(session: Session, account_id: int) -> Reader:
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("account_not_found")
    return _reader(session, account.actor_id)


def _read_concerned(session: Session, report: Report) -> list[Reader]:
    return [_reader(session, actor_id) for actor_id in list_concerned(session, report)]


def _reader(session: Session, actor_id: int) -> Reader:
    found = select(Account, Actor).join(Actor, col(Actor.id) == col(Account.actor_id))
    row = session.exec(found.where(Account.actor_id == actor_id)).first()
    if row is None:
        raise NotFound("account_not_found")
    account, actor = row
    place = get_instance_view(session)
    return Reader(account.email, actor.display_name, account.language or place.language, place)


def _link_of(room: Mailroom, complaint: Complaint) -> str:
    if complaint.by_actor_id is not None:
        return room.urls.absolute(MINE, id=complaint.id)
    token = letter_token(room.secret, "notice", complaint.id)
    return room.urls.absolute(NOTICE, token=token)


def _link_to(room: Mailroom, decision: Decision, actor_id: int) -> str:
    """By the link, whoever cannot sign in can read it and object all the same."""
    token = letter_token(room.secret, "decision", decision.id, actor_id)
    return room.urls.absolute(DECISION_BY_MAIL, token=token)
