"""Members once they are in: roles, leaving, being removed or banned; nobody leaves a group without
somebody who looks after it (the Member machine of features 4.23)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, delete, func, select, update

from fedparents.accounts.invites import InviteDraft, create_invite
from fedparents.accounts.models import InviteLink
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.audit.service import record_audit
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid, NotAllowed, NotFound
from fedparents.groups.access import Seat, hold, hold_group, is_in_another_town
from fedparents.groups.facts import (
    GroupHandedOver,
    MemberLeft,
    MemberPutOut,
    MemberUnbanned,
    RoleChanged,
)
from fedparents.groups.models import (
    Group,
    GroupInvitation,
    GroupRole,
    GroupState,
    Joining,
    JoinRequest,
    Membership,
    MembershipState,
)
from fedparents.groups.policy import (
    DECIDERS,
    MEMBERS,
    can_change,
    can_manage,
    can_moderate,
)
from fedparents.groups.service import REASON_LENGTH, erase_group
from fedparents.ids import ActorId, GroupId
from fedparents.text import optional_text


class Move(StrEnum):
    """Everything that can happen to a membership."""

    LEAVE = "leave"
    REMOVE = "remove"
    BAN = "ban"
    UNBAN = "unban"


_S = MembershipState
MOVES: Final[Mapping[tuple[MembershipState, Move], MembershipState]] = {
    (_S.ACTIVE, Move.LEAVE): _S.LEFT,
    (_S.ACTIVE, Move.REMOVE): _S.REMOVED,
    (_S.ACTIVE, Move.BAN): _S.BANNED,
    (_S.LEFT, Move.BAN): _S.BANNED,
    (_S.REMOVED, Move.BAN): _S.BANNED,
    (_S.BANNED, Move.BAN): _S.BANNED,  # for longer, or for less long
    (_S.BANNED, Move.UNBAN): _S.REMOVED,
}
"""The machine; becoming active (again) is a matter of joining."""


def invite_to_group(
    uow: UnitOfWork, viewer: Viewer, group_id: GroupId, draft: InviteDraft
) -> InviteLink:
    """A link that lands in the group. Every member may make one; only those who decide on requests
    can make one that admits without a second look."""
    seat = hold_group(uow, viewer, group_id)
    seat.require(lambda _group, standing: standing in MEMBERS)
    if seat.group.state != GroupState.ACTIVE or is_in_another_town(uow.session, group_id):
        raise Conflict("group_not_open")
    if draft.admits_to_group and not can_moderate(seat.group, seat.standing):
        raise NotAllowed("not_a_group_moderator")
    draft = InviteDraft(
        label=draft.label,
        uses=draft.uses,
        days=draft.days,
        skips_approval=draft.skips_approval,
        group_id=group_id,
        admits_to_group=draft.admits_to_group or seat.group.joining == Joining.OPEN,
    )
    return create_invite(uow, viewer, draft)


def end_group_invite(uow: UnitOfWork, viewer: Viewer, group_id: GroupId, invite_id: int) -> None:
    """End anybody's invitation into the group; for those who decide."""
    hold_group(uow, viewer, group_id).require(can_moderate)
    invite = uow.session.get(InviteLink, invite_id)
    if invite is None or invite.group_id != group_id:
        raise NotFound("invite_not_found")
    if invite.revoked_at is None:
        invite.revoked_at = uow.now
        uow.session.add(invite)
        record_audit(uow, "invite.revoked", by=viewer.actor_id, subject=invite.id)


def mute_group(uow: UnitOfWork, viewer: Viewer, group_id: GroupId, *, is_muted: bool) -> None:
    """Whether the group's mails come to this member."""
    membership = _own(hold_group(uow, viewer, group_id))
    membership.is_muted = is_muted
    uow.session.add(membership)


def leave_group(uow: UnitOfWork, viewer: Viewer, group_id: GroupId) -> None:
    """Go, at once and without a word to anybody; raises Conflict for the last manager."""
    membership = _own(hold_group(uow, viewer, group_id))
    go(uow, membership)


def go(uow: UnitOfWork, membership: Membership) -> None:
    """The same for a member of any town; the caller holds the group."""
    _keep_a_manager(uow.session, membership)
    move_member(uow, membership, Move.LEAVE, by=membership.actor_id)
    uow.record(MemberLeft(membership.group_id, membership.actor_id))


def change_member_role(
    uow: UnitOfWork, viewer: Viewer, group_id: GroupId, actor_id: ActorId, role: GroupRole
) -> None:
    """For managers; raises Conflict when the last one would be none any more, and where somebody of
    another town would decide."""
    hold_group(uow, viewer, group_id).require(can_manage)
    membership = _get_member(uow, group_id, actor_id)
    if role != GroupRole.MANAGER:
        _keep_a_manager(uow.session, membership)
    if role in DECIDERS and uow.session.get_one(Actor, actor_id).domain:
        raise Conflict("role_here_only")
    if membership.role == role:
        return
    membership.role, membership.changed_at = role, uow.now
    uow.session.add(membership)
    if actor_id != viewer.actor_id:
        changed_at = uow.now.isoformat()
        uow.record(RoleChanged(group_id, actor_id, viewer.actor_id, changed_at))
    record_audit(
        uow, "group.role", by=viewer.actor_id, subject=actor_id, group=group_id, reason=role
    )


def remove_member(
    uow: UnitOfWork, viewer: Viewer, group_id: GroupId, actor_id: ActorId, reason: str
) -> None:
    """Put somebody out, who may ask to come back; the reason is told to them."""
    membership = _get_changeable(uow, viewer, group_id, actor_id)
    membership.reason = _checked_reason(reason)
    _put_out(uow, membership, Move.REMOVE, by=viewer.actor_id)


def ban_member(
    uow: UnitOfWork,
    viewer: Viewer,
    group_id: GroupId,
    actor_id: ActorId,
    reason: str,
    *,
    until: date | None,
) -> None:
    """Put somebody out who may not ask to come back, until that day or (None) for good."""
    if until is not None and until <= uow.now.date():
        raise Invalid({"until": "day_is_past"})
    membership = _get_changeable(uow, viewer, group_id, actor_id)
    membership.reason = _checked_reason(reason)
    membership.banned_until = until
    _put_out(uow, membership, Move.BAN, by=viewer.actor_id)


def put_out_by_place(
    uow: UnitOfWork,
    group: Group,
    actor_id: int,
    reason: str,
    *,
    by: int,
    move: Move,
    until: date | None,
) -> None:
    """The same by the administrators of the place, whatever roles there are in the group, which the
    caller holds. Raises NotFound, Conflict for the last manager."""
    membership = uow.session.get(Membership, (group.actor_id, actor_id), populate_existing=True)
    if membership is None:
        raise NotFound("member_not_found")
    membership.reason, membership.banned_until = _checked_reason(reason), until
    _put_out(uow, membership, move, by=by)


def take_back_in(
    uow: UnitOfWork,
    membership: Membership,
    state: MembershipState,
    role: GroupRole,
    *,
    until: date | None,
    by: int,
) -> None:
    """It was wrong to put somebody out: they are what they were, with their role."""
    membership.state, membership.role = state, role
    membership.reason, membership.banned_until = "", until
    membership.changed_at = uow.now
    uow.session.add(membership)
    record_audit(
        uow, "group.taken_back", by=by, subject=membership.actor_id, group=membership.group_id
    )


def unban_member(uow: UnitOfWork, viewer: Viewer, group_id: GroupId, actor_id: ActorId) -> None:
    """Let somebody ask again."""
    membership = _get_changeable(uow, viewer, group_id, actor_id)
    membership.banned_until, membership.reason = None, ""
    move_member(uow, membership, Move.UNBAN, by=viewer.actor_id)
    uow.record(MemberUnbanned(group_id, actor_id))


def forget_person(uow: UnitOfWork, actor_id: int) -> None:
    """An account has been erased: so is all that groups knew of its person.

    A group that loses its last manager goes to whoever has the highest role, among those to who has
    been there longest; one that loses its last member is erased.
    """
    rows = uow.session.exec(select(Membership).where(Membership.actor_id == actor_id))
    groups = sorted(row.group_id for row in rows)
    for group_id in groups:
        group = hold(uow, group_id)
        membership = uow.session.get(Membership, (group_id, actor_id))
        if membership is not None:
            uow.session.delete(membership)
            uow.session.flush()
        _hand_over(uow, group)
    uow.session.exec(delete(JoinRequest).where(col(JoinRequest.actor_id) == actor_id))
    uow.session.exec(delete(GroupInvitation).where(col(GroupInvitation.actor_id) == actor_id))
    uow.session.exec(
        update(GroupInvitation)
        .where(col(GroupInvitation.by_actor_id) == actor_id)
        .values(by_actor_id=None)
    )
    uow.session.exec(
        update(JoinRequest)
        .where(col(JoinRequest.decided_by_actor_id) == actor_id)
        .values(decided_by_actor_id=None)
    )


def count_managers(session: Session, group_id: int) -> int:
    managers = select(func.count()).where(
        Membership.group_id == group_id,
        Membership.state == MembershipState.ACTIVE,
        Membership.role == GroupRole.MANAGER,
    )
    return session.exec(managers).one()


def _hand_over(uow: UnitOfWork, group: Group) -> None:
    """Those of other towns have somebody who looks after them there."""
    if is_in_another_town(uow.session, group.actor_id):
        return
    if count_managers(uow.session, group.actor_id):
        return
    rank = sa.case(
        {GroupRole.MODERATOR.value: 0, GroupRole.HOST.value: 1}, value=col(Membership.role), else_=2
    )
    successor = uow.session.exec(
        select(Membership)
        .join(Actor, col(Actor.id) == col(Membership.actor_id))
        .where(Membership.group_id == group.actor_id, Actor.domain == "")
        .where(Membership.state == MembershipState.ACTIVE)
        .order_by(rank, col(Membership.since_at))
        .limit(1)
    ).first()
    if successor is None:
        erase_group(uow, group)
        return
    successor.role, successor.changed_at = GroupRole.MANAGER, uow.now
    uow.session.add(successor)
    uow.record(GroupHandedOver(group.actor_id, successor.actor_id))
    record_audit(
        uow, "group.handed_over", by=None, subject=successor.actor_id, group=group.actor_id
    )


def _keep_a_manager(session: Session, membership: Membership) -> None:
    if membership.state != MembershipState.ACTIVE or membership.role != GroupRole.MANAGER:
        return
    if count_managers(session, membership.group_id) == 1:
        raise Conflict("last_manager")


def _own(seat: Seat) -> Membership:
    if seat.membership is None or seat.membership.state != MembershipState.ACTIVE:
        raise NotFound("group_not_found")
    return seat.membership


def _get_member(uow: UnitOfWork, group_id: GroupId, actor_id: ActorId) -> Membership:
    membership = uow.session.get(Membership, (group_id, actor_id), populate_existing=True)
    if membership is None or membership.state != MembershipState.ACTIVE:
        raise NotFound("member_not_found")
    return membership


def _get_changeable(
    uow: UnitOfWork, viewer: Viewer, group_id: GroupId, actor_id: ActorId
) -> Membership:
    seat = hold_group(uow, viewer, group_id)
    seat.require(can_moderate)
    membership = uow.session.get(Membership, (group_id, actor_id), populate_existing=True)
    if membership is None:
        raise NotFound("member_not_found")
    if actor_id == viewer.actor_id:
        raise Conflict("not_on_yourself_in_group")
    is_here = membership.state == MembershipState.ACTIVE
    if is_here and not can_change(seat.standing, membership.role):
        raise NotAllowed("not_a_group_manager")
    return membership


def _put_out(uow: UnitOfWork, membership: Membership, move: Move, *, by: int) -> None:
    _keep_a_manager(uow.session, membership)
    move_member(uow, membership, move, by=by)
    links = update(InviteLink).where(
        col(InviteLink.group_id) == membership.group_id,
        col(InviteLink.by_actor_id) == membership.actor_id,
        col(InviteLink.revoked_at).is_(None),
    )
    uow.session.exec(links.values(revoked_at=uow.now))
    uow.record(MemberPutOut(membership.group_id, membership.actor_id))


def move_member(uow: UnitOfWork, membership: Membership, move: Move, *, by: int | None) -> None:
    """Along the machine; raises Conflict for what does not happen."""
    there = MOVES.get((membership.state, move))
    if there is None:
        raise Conflict("member_changed")
    membership.state, membership.changed_at = there, uow.now
    membership.role = GroupRole.MEMBER
    if there != MembershipState.BANNED:
        membership.banned_until = None
    uow.session.add(membership)
    record_audit(
        uow, f"group.{move}", by=by, subject=membership.actor_id, group=membership.group_id
    )


def _checked_reason(reason: str) -> str:
    reason = optional_text("reason", reason, at_most=REASON_LENGTH)
    if not reason:
        raise Invalid({"reason": "missing"})
    return reason
