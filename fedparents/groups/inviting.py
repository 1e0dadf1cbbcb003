"""Invitations by name, across towns: a group asks somebody in, who says yes or no. At home one
invites with a link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor, ActorKind
from fedparents.actors.models import Standing as TownStanding
from fedparents.audit.service import record_audit
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, NotAllowed, NotFound
from fedparents.groups.access import find_seat_of, get_seat, hold, hold_group
from fedparents.groups.facts import InvitationDeclined, InvitationWithdrawn, Invited
from fedparents.groups.models import (
    Audience,
    Group,
    GroupInvitation,
    GroupState,
    InvitationState,
    JoinRequest,
)
from fedparents.groups.policy import MEMBERS, Standing, can_know, can_moderate
from fedparents.ids import ActorId, GroupId
from fedparents.instance.models import FederationMode
from fedparents.instance.queries import get_instance
from fedparents.social.access import find_person

AGAIN_AFTER: Final = timedelta(days=30)
"""Who has said no is not asked sooner by the same group."""
_TAKEN_BACK_FOR: Final = timedelta(days=1)
"""A group that has taken an invitation back does not ring again sooner."""
OPEN_AT_MOST: Final = 50
"""Of one group."""
WAITING_AT_MOST: Final = 10
"""For one person, from groups of towns that are no twins, with all that came within a day: more
would be a nuisance."""
_LISTED: Final = 100


@dataclass(frozen=True, slots=True)
class InvitedView:
    """Somebody elsewhere who has been invited and has not answered."""

    actor_id: ActorId
    name: str
    handle: str
    """With their town."""
    inviter: str
    since_at: datetime


@dataclass(frozen=True, slots=True)
class InvitingView:
    """A group elsewhere that has invited somebody of this place."""

    group_id: GroupId
    name: str
    town: str


def invite_person(
    uow: UnitOfWork, viewer: Viewer, group_id: GroupId, actor_id: ActorId
) -> GroupInvitation:
    """Ask somebody of another town into a group of ours, in the group's name; for those who decide
    who comes in. Whoever has been asked and has not answered is not asked again.

    Raises NotFound for whoever is not there for the viewer, NotAllowed, Conflict.
    """
    seat = hold_group(uow, viewer, group_id)
    seat.require(can_moderate)
    group = seat.group
    if not may_invite_elsewhere(uow.session, group):
        raise NotFound("group_not_found")
    person = find_person(uow.session, viewer, actor_id)
    if person is None or not person.domain or person.kind != ActorKind.PERSON:
        raise NotFound("person_not_found")
    if group.audience == Audience.MEMBERS and person.standing != TownStanding.ALLY:
        raise NotAllowed("person_of_no_twin", town=person.domain)
    before = uow.session.get(GroupInvitation, (group_id, actor_id))
    if before is not None and before.state == InvitationState.OPEN:
        return before
    _check_may_be_asked(uow, group, actor_id, before)
    invitation = _open(uow, group_id, actor_id, by=viewer.actor_id)
    record_audit(uow, "group.invited", by=viewer.actor_id, subject=actor_id, group=group_id)
    return invitation


def withdraw_invitation(
    uow: UnitOfWork, viewer: Viewer, group_id: GroupId, actor_id: ActorId
) -> None:
    """Invite somebody no longer; raises Conflict when they were faster."""
    hold_group(uow, viewer, group_id).require(can_moderate)
    if not end_invitation(uow, group_id, actor_id, InvitationState.WITHDRAWN):
        raise Conflict("already_decided")
    uow.record(InvitationWithdrawn(group_id, actor_id))
    record_audit(uow, "group.uninvited", by=viewer.actor_id, subject=actor_id, group=group_id)


def decline_invitation(uow: UnitOfWork, viewer: Viewer, group_id: GroupId) -> None:
    """Say no to a group elsewhere."""
    hold_group(uow, viewer, group_id)
    if not end_invitation(uow, group_id, viewer.actor_id, InvitationState.DECLINED):
        raise Conflict("already_decided")
    uow.record(InvitationDeclined(group_id, viewer.actor_id))


def invite_from_elsewhere(uow: UnitOfWork, group_id: int, actor_id: int) -> bool:
    """A group elsewhere invites somebody of this place; whether they hear of it. Not who is in or
    asks already, nor who was banned; not into a closed group of a town that is no twin, which they
    could not join; and of a town that is limited, from nobody. However often it is said: nobody who
    has said no, or was invited no longer, until some time has gone by."""
    group = hold(uow, group_id)
    actor = uow.session.get_one(Actor, group_id)
    is_twin = actor.standing == TownStanding.ALLY
    if actor.standing in {TownStanding.BLOCKED, TownStanding.LIMITED}:
        return False
    if group.audience == Audience.MEMBERS and not is_twin:
        return False
    theirs = find_seat_of(uow.session, actor_id, group, today=uow.now.date())
    if theirs.standing != Standing.STRANGER:
        return False
    if find_invitation(uow.session, group_id, actor_id) is not None:
        return True
    before = uow.session.get(GroupInvitation, (group_id, actor_id))
    if _was_lately(uow, before) or (not is_twin and _has_enough(uow, actor_id)):
        return False
    _open(uow, group_id, actor_id, by=None)
    return True


def end_invitation(uow: UnitOfWork, group_id: int, actor_id: int, how: InvitationState) -> bool:
    """Whether there was one that was open."""
    invitation = find_invitation(uow.session, group_id, actor_id)
    if invitation is None:
        return False
    invitation.state, invitation.ended_at = how, uow.now
    uow.session.add(invitation)
    return True


def find_invitation(session: Session, group_id: int, actor_id: int) -> GroupInvitation | None:
    """One that is open."""
    found = session.get(GroupInvitation, (group_id, actor_id))
    return found if found is not None and found.state == InvitationState.OPEN else None


def answers_invitation(session: Session, request: JoinRequest) -> bool:
    """Whether somebody of this place asks to come in because they were invited."""
    found = session.get(GroupInvitation, (request.group_id, request.actor_id))
    if found is None or found.state != InvitationState.ACCEPTED:
        return False
    return found.ended_at == request.created_at


def may_invite_elsewhere(session: Session, group: Group) -> bool:
    """Whether anybody of another town can be in a group of ours, and this place talks to any."""
    if not can_know(group, Standing.VISITOR) or group.audience == Audience.HERE:
        return False
    if session.get_one(Actor, group.actor_id).domain:
        return False
    return FederationMode(get_instance(session).federation_mode).speaks_to_anybody


def list_invited(session: Session, viewer: Viewer, group_id: GroupId) -> list[InvitedView]:
    """Who of other towns has not answered, the newest first; for those who decide."""
    get_seat(session, viewer, group_id, today=clock.now().date()).require(can_moderate)
    inviter = aliased(Actor)
    invited = (
        select(GroupInvitation, Actor, inviter.display_name)
        .join(Actor, col(Actor.id) == col(GroupInvitation.actor_id))
        .outerjoin(inviter, col(inviter.id) == col(GroupInvitation.by_actor_id))
        .where(
            GroupInvitation.group_id == group_id,
            GroupInvitation.state == InvitationState.OPEN,
        )
        .order_by(col(GroupInvitation.created_at).desc())
        .limit(_LISTED)
    )
    return [
        InvitedView(
            ActorId(actor.id), actor.display_name, actor.address, name or "", each.created_at
        )
        for each, actor, name in session.exec(invited)
    ]


def list_inviting(session: Session, viewer: Viewer) -> list[InvitingView]:
    """The groups elsewhere that have invited the viewer, who has not answered; the newest first."""
    inviting = (
        select(Actor)
        .join(GroupInvitation, col(GroupInvitation.group_id) == col(Actor.id))
        .join(Group, col(Group.actor_id) == col(Actor.id))
        .where(
            GroupInvitation.actor_id == viewer.actor_id,
            GroupInvitation.state == InvitationState.OPEN,
            Group.state == GroupState.ACTIVE,
            col(Actor.standing) != TownStanding.BLOCKED,
        )
        .order_by(col(GroupInvitation.created_at).desc())
        .limit(_LISTED)
    )
    return [
        InvitingView(GroupId(group.id), group.display_name, group.domain)
        for group in session.exec(inviting)
    ]


def _open(uow: UnitOfWork, group_id: int, actor_id: int, *, by: int | None) -> GroupInvitation:
    invitation = uow.session.get(GroupInvitation, (group_id, actor_id))
    invitation = invitation or GroupInvitation(
        group_id=group_id, actor_id=actor_id, created_at=uow.now
    )
    invitation.state, invitation.by_actor_id = InvitationState.OPEN, by
    invitation.created_at, invitation.ended_at = uow.now, None
    uow.session.add(invitation)
    uow.record(Invited(group_id, actor_id, uow.now.isoformat()))
    return invitation


def _check_may_be_asked(
    uow: UnitOfWork, group: Group, actor_id: int, before: GroupInvitation | None
) -> None:
    theirs = find_seat_of(uow.session, actor_id, group, today=uow.now.date())
    if theirs.standing in MEMBERS:
        raise Conflict("person_is_member")
    if theirs.standing == Standing.BANNED:
        raise Conflict("person_banned")
    if theirs.standing == Standing.PENDING:
        raise Conflict("person_has_asked")
    if _has_said_no(before, lately=uow.now - AGAIN_AFTER):
        raise Conflict("person_said_no")
    if _was_taken_back(before, lately=uow.now - _TAKEN_BACK_FOR):
        raise Conflict("person_uninvited")
    if _count_open(uow.session, group.actor_id) >= OPEN_AT_MOST:
        raise Conflict("too_many_invited")


def _was_lately(uow: UnitOfWork, before: GroupInvitation | None) -> bool:
    """Whether it is too early to ring again, after a no or what was taken back."""
    return _has_said_no(before, lately=uow.now - AGAIN_AFTER) or _was_taken_back(
        before, lately=uow.now - _TAKEN_BACK_FOR
    )


def _has_said_no(before: GroupInvitation | None, *, lately: datetime) -> bool:
    return _has_ended(before, InvitationState.DECLINED, lately)


def _was_taken_back(before: GroupInvitation | None, *, lately: datetime) -> bool:
    return _has_ended(before, InvitationState.WITHDRAWN, lately)


def _has_ended(before: GroupInvitation | None, how: InvitationState, lately: datetime) -> bool:
    if before is None or before.state != how or before.ended_at is None:
        return False
    return before.ended_at > lately


def _count_open(session: Session, group_id: int) -> int:
    waiting = select(func.count()).where(
        GroupInvitation.group_id == group_id, GroupInvitation.state == InvitationState.OPEN
    )
    return session.exec(waiting).one()


def _has_enough(uow: UnitOfWork, actor_id: int) -> bool:
    """Who invites the same person at the same time waits."""
    uow.session.get_one(Actor, actor_id, with_for_update=True)
    return _count_waiting(uow, actor_id) >= WAITING_AT_MOST


def _count_waiting(uow: UnitOfWork, actor_id: int) -> int:
    """Who takes each back at once has rung as often."""
    is_open = col(GroupInvitation.state) == InvitationState.OPEN
    is_new = col(GroupInvitation.created_at) > uow.now - timedelta(days=1)
    waiting = (
        select(func.count())
        .join_from(GroupInvitation, Actor, col(Actor.id) == col(GroupInvitation.group_id))
        .where(
            GroupInvitation.actor_id == actor_id,
            or_(is_open, is_new),
            col(Actor.standing) != TownStanding.ALLY,
        )
    )
    return uow.session.exec(waiting).one()
