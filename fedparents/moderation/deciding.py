"""Deciding on a report: with facts and a rule, carried out in the same commit, and taken back
within minutes by whoever decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlmodel import Session, col, select

from fedparents.accounts.deciding import thaw_account
from fedparents.accounts.models import Account, AccountState
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.audit.service import record_audit
from fedparents.authority import require_administrator
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid, NotAllowed, NotFound
from fedparents.groups.access import get_seat
from fedparents.groups.models import Membership
from fedparents.groups.policy import can_moderate
from fedparents.ids import AccountId, ActorId, GroupId, PostId
from fedparents.moderation import effects
from fedparents.moderation.complaints import open_report
from fedparents.moderation.facts import DecisionMade, DecisionTakenBack, ReportRaised
from fedparents.moderation.machine import Turn, hold_report, take_turn
from fedparents.moderation.models import (
    Action,
    Category,
    Decision,
    DecisionState,
    Ground,
    Report,
    SealedCopy,
    SubjectKind,
)
from fedparents.moderation.policy import (
    RESTRICTIONS,
    Office,
    can_undo,
    list_actions,
    require_office,
)
from fedparents.moderation.subjects import Subject
from fedparents.posts.desk import hold_decided, looks_after
from fedparents.posts.models import Post, PostState
from fedparents.text import optional_text, required_line

FACTS_LENGTH: Final = 500
GROUND_LENGTH: Final = 300
REASON_LENGTH: Final = 500
TELL_AFTER: Final = timedelta(seconds=30)
"""The mails about a decision wait so long, so that an undo in time leaves no trace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionDraft:
    action: Action
    ground: Ground | None = None
    ground_text: str = ""
    facts: str = ""
    banned_until: date | None = None


def decide(uow: UnitOfWork, viewer: Viewer, report_id: int, draft: DecisionDraft) -> Decision:
    """Decide for those whose office it is.

    Raises NotFound, Invalid by field for a restriction without facts or ground, NotAllowed for what
    is not theirs to decide, Conflict with the name of the colleague who was faster.
    """
    report = hold_report(uow, report_id)
    office = require_office(uow.session, viewer, report, now=uow.now)
    return _decide(uow, viewer, report, draft, office)


def decide_on_post(
    uow: UnitOfWork, viewer: Viewer, post_id: PostId, draft: DecisionDraft
) -> Decision:
    """Decide about a post that one looks after, whether or not anybody has complained; raises as
    above. What is between people is decided about only when one of them has."""
    post = uow.session.get(Post, post_id)
    if post is None or not looks_after(uow.session, viewer, post, today=uow.now.date()):
        raise NotFound("post_not_found")
    return _decide_at_once(uow, viewer, Subject(SubjectKind.POST, post_id, post=post), draft)


def decide_on_member(
    uow: UnitOfWork, viewer: Viewer, group_id: GroupId, actor_id: ActorId, draft: DecisionDraft
) -> Decision:
    """Put somebody out of a group, by those who look after it; raises as above."""
    if draft.action not in {Action.REMOVE, Action.BAN}:
        raise NotAllowed("action_not_yours")
    get_seat(uow.session, viewer, group_id, today=uow.now.date()).require(can_moderate)
    if actor_id == viewer.actor_id:
        raise Conflict("not_on_yourself_in_group")
    actor = uow.session.get(Actor, actor_id)
    if actor is None or uow.session.get(Membership, (group_id, actor_id)) is None:
        raise NotFound("member_not_found")
    subject = Subject(SubjectKind.PERSON, actor_id, actor=actor, in_group=group_id)
    return _decide_at_once(uow, viewer, subject, draft)


def decide_on_account(
    uow: UnitOfWork, viewer: Viewer, account_id: AccountId, draft: DecisionDraft
) -> Decision:
    """Pause an account; for administrators. Raises NotFound, Invalid, Conflict."""
    require_administrator(viewer)
    account = uow.session.get(Account, account_id)
    if account is None:
        raise NotFound("account_not_found")
    if account.id == viewer.account_id:
        raise Conflict("not_on_yourself")
    actor = uow.session.get_one(Actor, account.actor_id)
    return _decide_at_once(uow, viewer, Subject(SubjectKind.PERSON, actor.id, actor=actor), draft)


def end_pause(uow: UnitOfWork, viewer: Viewer, account_id: AccountId) -> None:
    """Let a paused account in again; for administrators. Raises NotFound, Conflict."""
    require_administrator(viewer)
    account = uow.session.get(Account, account_id)
    if account is None:
        raise NotFound("account_not_found")
    if account.state != AccountState.FROZEN:
        raise Conflict("already_decided")
    for decision in list_freezes(uow.session, account.actor_id):
        lift_decision(uow, viewer, decision.id)
    if account.state == AccountState.FROZEN:
        thaw_account(uow, account_id, by=viewer)  # the operator paused it


def undo_decision(uow: UnitOfWork, viewer: Viewer, decision_id: int) -> Decision:
    """Everything is as it was before. Raises NotFound, Conflict("undo_over")."""
    decision, report = hold_decision(uow, decision_id)
    require_office(uow.session, viewer, report, now=uow.now)
    if decision.state != DecisionState.STANDS or not can_undo(viewer, decision, now=uow.now):
        raise Conflict("undo_over")
    is_dropped = report.is_own and not report.complaint_count
    take_turn(uow, report, Turn.DROP if is_dropped else Turn.UNDO, by=viewer.actor_id)
    effects.undo(uow, viewer, report, decision)
    decision.state = DecisionState.UNDONE
    uow.session.add(decision)
    if decision.told_at is not None:
        uow.record(DecisionTakenBack(decision.id))
    return decision


def lift_decision(uow: UnitOfWork, viewer: Viewer, decision_id: int) -> Decision:
    """It need not be any more: what was hidden can be read, whoever was out may come in. For
    everybody whose office it is, at any time. Raises NotFound, Conflict."""
    decision, report = hold_decision(uow, decision_id)
    require_office(uow.session, viewer, report, now=uow.now)
    if decision.state != DecisionState.STANDS or decision.action not in RESTRICTIONS:
        raise Conflict("report_changed")
    take_turn(uow, report, Turn.LIFT, by=viewer.actor_id)
    effects.overturn(uow, viewer, report, decision)
    decision.state = DecisionState.UNDONE
    uow.session.add(decision)
    uow.record(DecisionTakenBack(decision.id))
    return decision


def show_post_again(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> None:
    """Let everybody read a hidden post, from its own page: what was decided is lifted; what is out
    of sight for the time being is found to be all right. Raises NotFound, Conflict."""
    post = hold_decided(uow, viewer, post_id)
    waits_for_author = post.state == PostState.HELD and bool(post.reason)
    if post.state != PostState.HIDDEN and not waits_for_author:
        raise Conflict("report_changed")
    newest = select(Report).where(
        Report.subject_kind == SubjectKind.POST, Report.subject_id == post_id
    )
    report = uow.session.exec(newest.order_by(col(Report.id).desc()).limit(1)).first()
    if report is None:
        raise Conflict("report_changed")
    decision = find_standing(uow.session, report.id)
    if decision is not None:
        lift_decision(uow, viewer, decision.id)
    else:
        decide(uow, viewer, report.id, DecisionDraft(action=Action.NONE))


def take_report(uow: UnitOfWork, viewer: Viewer, report_id: int) -> Report:
    """Say that one looks into it, so that nobody does the same work twice."""
    report = _hold_own(uow, viewer, report_id)
    take_turn(uow, report, Turn.TAKE, by=viewer.actor_id)
    return report


def put_report_back(uow: UnitOfWork, viewer: Viewer, report_id: int) -> Report:
    """For somebody else to look into. Raises Conflict when it is not one's own."""
    report = _hold_own(uow, viewer, report_id)
    if report.assigned_to_actor_id != viewer.actor_id:
        raise Conflict("report_changed")
    take_turn(uow, report, Turn.PUT_BACK, by=viewer.actor_id)
    if report.hidden_at is not None:
        take_turn(uow, report, Turn.HIDE, by=viewer.actor_id)
    return report


def ask_the_place(uow: UnitOfWork, viewer: Viewer, report_id: int) -> Report:
    """A group would like the administrators of the place to decide."""
    report = _hold_own(uow, viewer, report_id)
    if report.group_id is not None and not report.is_for_place:
        report.is_for_place = True
        uow.session.add(report)
        uow.record(ReportRaised(report.id))
        record_audit(
            uow,
            "report.handed_up",
            by=viewer.actor_id,
            subject=report.id,
            group=report.group_id,
        )
    return report


def open_sealed_copy(uow: UnitOfWork, viewer: Viewer, report_id: int, reason: str) -> bytes:
    """What was put away for the authorities, still closed; for administrators, with a reason that
    is written down. Raises NotFound, Invalid("reason")."""
    report = hold_report(uow, report_id)
    require_office(uow.session, viewer, report, now=uow.now)
    copy = uow.session.get(SealedCopy, report_id)
    if copy is None or not viewer.is_admin:
        raise NotFound("report_not_found")
    reason = required_line("reason", reason, at_most=REASON_LENGTH)
    record_audit(
        uow,
        "report.copy_opened",
        by=viewer.actor_id,
        subject=report_id,
        group=report.group_id,
        reason=reason,
    )
    return copy.sealed


def hold_decision(uow: UnitOfWork, decision_id: int) -> tuple[Decision, Report]:
    """Raises NotFound."""
    decision = uow.session.get(Decision, decision_id, populate_existing=True)
    if decision is None:
        raise NotFound("decision_not_found")
    report = hold_report(uow, decision.report_id)
    uow.session.refresh(decision)  # whoever held the report before may have changed it
    return decision, report


def find_standing(session: Session, report_id: int) -> Decision | None:
    """The decision that holds."""
    stands = select(Decision).where(
        Decision.report_id == report_id, Decision.state == DecisionState.STANDS
    )
    return session.exec(stands.order_by(col(Decision.id).desc()).limit(1)).first()


def list_freezes(session: Session, actor_id: int) -> list[Decision]:
    """The decisions by which an account is paused, the newest first."""
    freezes = (
        select(Decision)
        .join(Report, col(Report.id) == col(Decision.report_id))
        .where(
            Report.target_actor_id == actor_id,
            Decision.action == Action.FREEZE,
            Decision.state == DecisionState.STANDS,
        )
    )
    return list(session.exec(freezes.order_by(col(Decision.id).desc())))


def _decide_at_once(
    uow: UnitOfWork, viewer: Viewer, subject: Subject, draft: DecisionDraft
) -> Decision:
    report = open_report(uow, subject, Category.OTHER)
    office = require_office(uow.session, viewer, report, now=uow.now)
    return _decide(uow, viewer, report, draft, office)


def _decide(
    uow: UnitOfWork, viewer: Viewer, report: Report, draft: DecisionDraft, office: Office
) -> Decision:
    draft = _checked(viewer, report, draft, today=uow.now.date())
    take_turn(uow, report, Turn.DECIDE, by=viewer.actor_id)
    report.is_for_place = report.is_for_place or office == Office.PLACE  # and stays so
    decision = Decision(
        id=uow.new_id(),
        report_id=report.id,
        action=draft.action,
        ground=draft.ground,
        ground_text=draft.ground_text,
        facts=draft.facts,
        banned_until=draft.banned_until,
        decided_by_actor_id=viewer.actor_id,
        decided_at=uow.now,
    )
    uow.session.add(decision)
    uow.session.flush()
    effects.carry_out(uow, viewer, report, decision, office)
    uow.record(DecisionMade(decision.id), at=uow.now + TELL_AFTER)
    return decision


def _checked(viewer: Viewer, report: Report, draft: DecisionDraft, *, today: date) -> DecisionDraft:
    has_target = report.target_actor_id is not None
    if draft.action not in list_actions(viewer, report, has_target=has_target):
        raise NotAllowed("action_not_yours")
    facts = optional_text("facts", draft.facts, at_most=FACTS_LENGTH)
    ground_text = optional_text("ground_text", draft.ground_text, at_most=GROUND_LENGTH)
    problems: dict[str, str] = {}
    if draft.action != Action.NONE and not facts:
        problems["facts"] = "missing"
    if draft.action in RESTRICTIONS:
        if draft.ground is None:
            problems["ground"] = "choose_one"
        if not ground_text:
            problems["ground_text"] = "missing"
    if draft.banned_until is not None and draft.banned_until <= today:
        problems["banned_until"] = "day_is_past"
    if problems:
        raise Invalid(problems)
    is_restriction = draft.action in RESTRICTIONS
    return DecisionDraft(
        action=draft.action,
        ground=draft.ground if is_restriction else None,
        ground_text=ground_text if is_restriction else "",
        facts=facts,
        banned_until=draft.banned_until if draft.action == Action.BAN else None,
    )


def _hold_own(uow: UnitOfWork, viewer: Viewer, report_id: int) -> Report:
    report = hold_report(uow, report_id)
    require_office(uow.session, viewer, report, now=uow.now)
    return report
