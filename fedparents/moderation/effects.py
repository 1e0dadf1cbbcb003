"""What a decision does to what it is about, and how it is taken back: as if it had never been."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlmodel import Session, select

from fedparents.accounts.deciding import freeze_account, thaw
from fedparents.accounts.models import Account, AccountState
from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, NotFound
from fedparents.groups.access import hold
from fedparents.groups.members import (
    Move,
    ban_member,
    put_out_by_place,
    remove_member,
    take_back_in,
)
from fedparents.groups.models import GroupRole, GroupState, Membership, MembershipState
from fedparents.groups.service import end_group, keep_group
from fedparents.ids import AccountId, ActorId, GroupId
from fedparents.moderation.models import Action, Decision, Report, SubjectKind
from fedparents.moderation.policy import Office
from fedparents.moderation.subjects import find_subject
from fedparents.posts.desk import move_post
from fedparents.posts.models import Post, PostState

_HIDING = frozenset((Action.HIDE, Action.REMOVE, Action.BAN, Action.FREEZE))


def carry_out(
    uow: UnitOfWork, viewer: Viewer, report: Report, decision: Decision, office: Office
) -> None:
    """Do what was decided, and keep how it was. Raises Conflict and NotAllowed."""
    before: dict[str, Any] = {}
    action = Action(decision.action)
    if report.subject_kind == SubjectKind.POST:
        before |= _to_post(uow, report, decision)
    if action in {Action.REMOVE, Action.BAN}:
        before |= _out_of_group(uow, viewer, report, decision, office)
    if action == Action.FREEZE:
        account = _account_of(uow.session, report)
        freeze_account(uow, AccountId(account.id), decision.facts, by=viewer)
        before["account"] = account.id
    if action == Action.DELETE and report.subject_kind == SubjectKind.GROUP:
        before["is_ended"] = end_group(uow, hold(uow, report.subject_id or 0), by=viewer.actor_id)
    decision.before = json.dumps(before)
    uow.session.add(decision)


def undo(uow: UnitOfWork, viewer: Viewer, report: Report, decision: Decision) -> None:
    """Exactly as it was before, also what was out of sight for the time being already."""
    earlier = decision.earlier
    if "post" in earlier and (post := _find_changed(uow.session, report, decision)) is not None:
        move_post(uow, post, PostState(earlier["post"]), earlier["reason"], by=None)
    _restore_person(uow, viewer, report, decision)


def overturn(uow: UnitOfWork, viewer: Viewer, report: Report, decision: Decision) -> None:
    """It was wrong from the beginning: what was written can be read, whoever was out is in."""
    post = _find_changed(uow.session, report, decision)
    if post is not None and post.state != PostState.VISIBLE:
        move_post(uow, post, PostState.VISIBLE, by=viewer.actor_id)
    _restore_person(uow, viewer, report, decision)


def _to_post(uow: UnitOfWork, report: Report, decision: Decision) -> dict[str, Any]:
    post = find_subject(uow.session, report).post
    if post is None or (post.state == PostState.DELETED):
        return {}  # its author was faster: the snapshot was decided on
    uow.session.refresh(post, with_for_update=True)
    before = {"post": str(post.state), "reason": post.reason}
    by = decision.decided_by_actor_id
    match decision.action:
        case action if action in _HIDING:
            move_post(uow, post, PostState.HIDDEN, decision.facts, by=by)
        case Action.EDIT:
            move_post(uow, post, PostState.HELD, decision.facts, by=by)
        case Action.DELETE:
            move_post(uow, post, PostState.DELETED, decision.facts, by=by)
        case _ if report.hidden_at is not None and post.state == PostState.HIDDEN:
            move_post(uow, post, PostState(report.shown_as), by=by)
        case _:
            return {}
    return before


def _out_of_group(
    uow: UnitOfWork, viewer: Viewer, report: Report, decision: Decision, office: Office
) -> dict[str, Any]:
    group = hold(uow, report.group_id or 0)
    person = ActorId(report.target_actor_id or 0)
    membership = uow.session.get(Membership, (group.actor_id, person), populate_existing=True)
    if membership is None:
        raise NotFound("member_not_found")
    until = membership.banned_until
    before = {
        "member": str(membership.state),
        "role": str(membership.role),
        "until": until.isoformat() if until else None,
    }
    group_id, facts, day = GroupId(group.actor_id), decision.facts, decision.banned_until
    is_ban = decision.action == Action.BAN
    if office == Office.PLACE:
        move = Move.BAN if is_ban else Move.REMOVE
        put_out_by_place(uow, group, person, facts, by=viewer.actor_id, move=move, until=day)
    elif is_ban:
        ban_member(uow, viewer, group_id, person, facts, until=day)
    else:
        remove_member(uow, viewer, group_id, person, facts)
    return before


def _restore_person(uow: UnitOfWork, viewer: Viewer, report: Report, decision: Decision) -> None:
    """Into the group with the role that they had, into their account, or their group to its life;
    as far as nobody has decided otherwise since."""
    earlier = decision.earlier
    if "member" in earlier and report.group_id is not None:
        hold(uow, report.group_id)
        key = (report.group_id, report.target_actor_id)
        membership = uow.session.get(Membership, key, populate_existing=True)
        if membership is not None and membership.changed_at == decision.decided_at:
            until = date.fromisoformat(earlier["until"]) if earlier["until"] else None
            state, role = MembershipState(earlier["member"]), GroupRole(earlier["role"])
            take_back_in(uow, membership, state, role, until=until, by=viewer.actor_id)
    if "account" in earlier:
        account = uow.session.get(Account, earlier["account"])
        if account is not None and account.state == AccountState.FROZEN:
            thaw(uow, account, by=viewer.actor_id)
    if earlier.get("is_ended"):
        group = hold(uow, report.subject_id or 0)
        if group.state == GroupState.ENDING:
            keep_group(uow, group, by=viewer.actor_id)


def _find_changed(session: Session, report: Report, decision: Decision) -> Post | None:
    """The post as the decision left it; None when it was taken back or decided on since, or when
    nothing is left of it."""
    if report.subject_kind != SubjectKind.POST:
        return None
    post = session.get(Post, report.subject_id or 0, with_for_update=True, populate_existing=True)
    if post is None or not decision.earlier:
        return None
    if post.state == PostState.DELETED and decision.action != Action.DELETE:
        return None
    return post


def _account_of(session: Session, report: Report) -> Account:
    found = session.exec(select(Account).where(Account.actor_id == report.target_actor_id)).first()
    if found is None:
        raise Conflict("person_is_gone")
    return found
