"""Reading groups; everything asks who reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from fedparents import clock
from fedparents.accounts.models import Account, InviteLink
from fedparents.accounts.policy import require_moderator
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.errors import NotFound
from fedparents.groups.access import Seat, find_seat, get_seat
from fedparents.groups.joining import (
    RECONSIDER_WITHIN,
    UNDO_WITHIN,
    Hindrance,
    find_hindrance,
    find_invite_into,
)
from fedparents.groups.models import (
    Group,
    GroupRole,
    GroupState,
    JoinRequest,
    Membership,
    MembershipState,
    RequestState,
    lines_of,
)
from fedparents.groups.policy import (
    DECIDERS,
    MEMBERS,
    Standing,
    can_manage,
    can_moderate,
    can_read,
    decided_by,
    is_member,
    visible_to,
)
from fedparents.ids import GroupId
from fedparents.places.models import Place

_BANDS: Final = (10, 50, 100, 300)
_LATELY: Final = 20


@dataclass(frozen=True, slots=True)
class Band:
    """A number of members as outsiders may know it."""

    at_least: int
    below: int | None
    """None: or more."""


@dataclass(frozen=True, slots=True)
class GroupCard:
    """One line of a list of groups."""

    group: Group
    name: str
    purpose: str
    members: int
    role: GroupRole | None
    """The viewer's, if they are a member."""
    waiting: int
    """Requests that the viewer may decide."""
    has_asked: bool

    @property
    def band(self) -> Band:
        return band_of(self.members)


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group as one person meets it."""

    group: Group
    name: str
    purpose: str
    place: str
    seat: Seat
    members: int
    managers: list[str]
    """Names, for members only."""
    waiting: int
    usual_wait: timedelta | None
    hindrance: Hindrance | None
    """Why an outsider cannot ask now."""
    invite: InviteLink | None

    @property
    def id(self) -> GroupId:
        return GroupId(self.group.actor_id)

    @property
    def standing(self) -> Standing:
        return self.seat.standing

    @property
    def is_member(self) -> bool:
        return self.standing in MEMBERS

    @property
    def can_moderate(self) -> bool:
        return can_moderate(self.group, self.standing)

    @property
    def can_manage(self) -> bool:
        return can_manage(self.group, self.standing)

    @property
    def can_read(self) -> bool:
        return can_read(self.group, self.standing)

    @property
    def band(self) -> Band:
        return band_of(self.members)

    @property
    def rules(self) -> list[str]:
        return lines_of(self.group.rules)

    @property
    def questions(self) -> list[str]:
        return lines_of(self.group.questions)


@dataclass(frozen=True, slots=True)
class MemberView:
    membership: Membership
    name: str
    handle: str


@dataclass(frozen=True, slots=True)
class RequestView:
    """Somebody who asks, or asked, to join."""

    request: JoinRequest
    name: str
    handle: str
    place: str
    inviter: str
    decider: str
    can_undo: bool


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A group as the moderators of the place may know of it: by name and counts."""

    group: Group
    name: str
    purpose: str
    """Only of those that wait for the moderators' word."""
    members: int
    waiting: int


def band_of(members: int) -> Band:
    """From "fewer than 10" to "300 or more"."""
    edges = (0, *_BANDS)
    lower = max(edge for edge in edges if edge <= members)
    upper = next((edge for edge in _BANDS if edge > members), None)
    return Band(lower, upper)


def list_own_groups(session: Session, viewer: Viewer) -> list[GroupCard]:
    """The groups that the viewer is a member of, by name."""
    return _cards(
        session, viewer, is_member(viewer), limit=200, order=func.lower(Actor.display_name)
    )


def list_other_groups(
    session: Session, viewer: Viewer, *, before: int | None = None, limit: int = 50
) -> list[GroupCard]:
    """Groups that the viewer may know of and is not in, the newest first."""
    conditions = [visible_to(viewer, today=clock.now().date()), sa.not_(is_member(viewer))]
    if before is not None:
        conditions.append(col(Group.actor_id) < before)
    return _cards(session, viewer, *conditions, limit=limit, order=col(Group.actor_id).desc())


def get_group(session: Session, viewer: Viewer | None, group_id: GroupId) -> GroupView:
    """Raises NotFound for a group that is not there, or not for this viewer."""
    now = clock.now()
    return _view(session, get_seat(session, viewer, group_id, today=now.date()), None, now)


def get_invited_group(session: Session, viewer: Viewer | None, token: str) -> GroupView:
    """The group to which an invitation leads, also a hidden one.

    Raises NotFound, and NotAllowed("invite_over").
    """
    now = clock.now()
    invite, _is_counted = find_invite_into(session, viewer, token, now=now)
    group = session.get(Group, invite.group_id) if invite.group_id else None
    if group is None or group.state != GroupState.ACTIVE:
        raise NotFound("invite_not_found")
    return _view(session, find_seat(session, viewer, group, today=now.date()), invite, now)


def list_members(
    session: Session,
    viewer: Viewer,
    group_id: GroupId,
    *,
    after: datetime | None = None,
    limit: int = 100,
) -> list[MemberView]:
    """Who is in: those who look after the group first, then by how long they have been in.

    Raises NotFound for whoever is no member. `after` goes on from a page's last `since_at`.
    """
    _seat(session, viewer, group_id).require(lambda _group, standing: standing in MEMBERS)
    ordinary = col(Membership.role) == GroupRole.MEMBER
    rank = sa.case(
        {GroupRole.MANAGER.value: 0, GroupRole.MODERATOR.value: 1, GroupRole.HOST.value: 2},
        value=col(Membership.role),
        else_=3,
    )
    conditions = [col(Membership.state) == MembershipState.ACTIVE]
    if after is not None:
        conditions += [ordinary, col(Membership.since_at) > after]
    return _members(session, group_id, conditions, (rank, col(Membership.since_at)), limit)


def list_put_out(session: Session, viewer: Viewer, group_id: GroupId) -> list[MemberView]:
    """Who is banned, for those who decide."""
    _seat(session, viewer, group_id).require(can_moderate)
    banned = [col(Membership.state) == MembershipState.BANNED]
    return _members(session, group_id, banned, (col(Membership.changed_at).desc(),), 100)


def get_member(session: Session, viewer: Viewer, group_id: GroupId, actor_id: int) -> MemberView:
    """Somebody in the group or banned from it, for those who decide; raises NotFound."""
    _seat(session, viewer, group_id).require(can_moderate)
    there = [
        col(Membership.actor_id) == actor_id,
        col(Membership.state).in_((MembershipState.ACTIVE, MembershipState.BANNED)),
    ]
    found = _members(session, group_id, there, (col(Membership.since_at),), 1)
    if not found:
        raise NotFound("member_not_found")
    return found[0]


def list_requests(
    session: Session, viewer: Viewer, group_id: GroupId, *, limit: int = 50
) -> list[RequestView]:
    """Who waits, the longest first; for those who decide, else NotFound."""
    _seat(session, viewer, group_id).require(can_moderate)
    waiting = col(JoinRequest.state) == RequestState.PENDING
    return _requests(session, group_id, waiting, order=col(JoinRequest.id), limit=limit)


def list_lately_declined(session: Session, viewer: Viewer, group_id: GroupId) -> list[RequestView]:
    """Who was declined so lately that they can still be let in, and has not asked again."""
    _seat(session, viewer, group_id).require(can_moderate)
    again = aliased(JoinRequest)
    declined = sa.and_(
        col(JoinRequest.state) == RequestState.DECLINED,
        col(JoinRequest.decided_at) > clock.now() - RECONSIDER_WITHIN,
        ~sa.exists(
            select(again.id).where(
                again.group_id == JoinRequest.group_id,
                again.actor_id == JoinRequest.actor_id,
                col(again.id) > col(JoinRequest.id),
            )
        ),
    )
    order = col(JoinRequest.decided_at).desc()
    return _requests(session, group_id, declined, order=order, limit=_LATELY)


def get_request(
    session: Session, viewer: Viewer, group_id: GroupId, request_id: int
) -> RequestView:
    """One request, decided or not; for those who decide, else NotFound."""
    _seat(session, viewer, group_id).require(can_moderate)
    found = _requests(
        session, group_id, col(JoinRequest.id) == request_id, order=col(JoinRequest.id), limit=1
    )
    if not found:
        raise NotFound("request_not_found")
    return found[0]


def list_group_invites(
    session: Session, viewer: Viewer, group_id: GroupId
) -> list[tuple[InviteLink, str]]:
    """The usable invitations into the group with their makers' names: one's own, or everybody's
    for those who decide."""
    seat = _seat(session, viewer, group_id)
    seat.require(lambda _group, standing: standing in MEMBERS)
    now = clock.now()
    links = (
        select(InviteLink, Actor.display_name)
        .join(Actor, col(Actor.id) == col(InviteLink.by_actor_id))
        .where(InviteLink.group_id == group_id, col(InviteLink.revoked_at).is_(None))
        .where(sa.or_(col(InviteLink.expires_at).is_(None), col(InviteLink.expires_at) > now))
        .where(sa.or_(col(InviteLink.uses_left).is_(None), col(InviteLink.uses_left) > 0))
        .order_by(col(InviteLink.id).desc())
        .limit(100)
    )
    if not can_moderate(seat.group, seat.standing):
        links = links.where(InviteLink.by_actor_id == viewer.actor_id)
    return [(link, name) for link, name in session.exec(links)]


def list_waiting_groups(session: Session, viewer: Viewer) -> list[tuple[GroupId, str, int]]:
    """Where somebody waits for the viewer's word: the group, its name, how many."""
    waiting = (
        select(Group.actor_id, Actor.display_name, func.count(col(JoinRequest.id)))
        .join(Actor, col(Actor.id) == col(Group.actor_id))
        .join(JoinRequest, col(JoinRequest.group_id) == col(Group.actor_id))
        .where(JoinRequest.state == RequestState.PENDING, decided_by(viewer))
        .group_by(col(Group.actor_id), col(Actor.display_name))
        .order_by(col(Actor.display_name))
    )
    return [(GroupId(found), name, count) for found, name, count in session.exec(waiting)]


def count_proposed(session: Session) -> int:
    """Groups that wait for the word of the place's moderators."""
    proposed = select(func.count()).where(Group.state == GroupState.PROPOSED)
    return session.exec(proposed).one()


def list_all_groups(session: Session, viewer: Viewer, *, limit: int = 500) -> list[PlaceLine]:
    """Every group by name and counts, hidden ones too, for moderators of the place; else NotFound.

    The caller notes in the audit log that it was looked at.
    """
    require_moderator(viewer.role)
    found = (
        sa.select(Group, Actor, _member_count(), _waiting_count())
        .join(Actor, col(Actor.id) == col(Group.actor_id))
        .order_by(func.lower(Actor.display_name))
        .limit(limit)
    )
    return [
        PlaceLine(
            group,
            actor.display_name,
            actor.summary if group.state == GroupState.PROPOSED else "",
            members,
            waiting,
        )
        for group, actor, members, waiting in session.execute(found)
    ]


def list_decider_accounts(session: Session, group_id: int) -> list[int]:
    """The accounts that decide on requests and want to hear of them."""
    return _accounts(session, group_id, col(Membership.role).in_(DECIDERS))


def list_member_accounts(session: Session, group_id: int) -> list[int]:
    """The accounts of all members who want to hear of the group."""
    return _accounts(session, group_id)


def _accounts(session: Session, group_id: int, *conditions: sa.ColumnElement[bool]) -> list[int]:
    found = (
        select(Account.id)
        .join(Membership, col(Membership.actor_id) == col(Account.actor_id))
        .where(
            Membership.group_id == group_id,
            Membership.state == MembershipState.ACTIVE,
            sa.not_(col(Membership.is_muted)),
            *conditions,
        )
        .order_by(col(Account.id))
    )
    return list(session.exec(found))


def _seat(session: Session, viewer: Viewer, group_id: GroupId) -> Seat:
    return get_seat(session, viewer, group_id, today=clock.now().date())


def _cards(
    session: Session,
    viewer: Viewer,
    *conditions: sa.ColumnElement[bool],
    limit: int,
    order: sa.SQLColumnExpression[Any],
) -> list[GroupCard]:
    found = (
        sa.select(Group, Actor, Membership, _member_count(), _waiting_count(), _own_request(viewer))
        .join(Actor, col(Actor.id) == col(Group.actor_id))
        .outerjoin(
            Membership,
            sa.and_(
                col(Membership.group_id) == col(Group.actor_id),
                col(Membership.actor_id) == viewer.actor_id,
                col(Membership.state) == MembershipState.ACTIVE,
            ),
        )
        .where(*conditions)
        .order_by(order)
        .limit(limit)
    )
    return [
        GroupCard(
            group,
            actor.display_name,
            actor.summary,
            members,
            own.role if own else None,
            waiting if own and own.role in DECIDERS else 0,
            has_asked=bool(asked),
        )
        for group, actor, own, members, waiting, asked in session.execute(found)
    ]


def _member_count() -> sa.ScalarSelect[int]:
    return (
        select(func.count())
        .where(
            col(Membership.group_id) == col(Group.actor_id),
            Membership.state == MembershipState.ACTIVE,
        )
        .correlate(Group)
        .scalar_subquery()
    )


def _waiting_count() -> sa.ScalarSelect[int]:
    return (
        select(func.count())
        .where(
            col(JoinRequest.group_id) == col(Group.actor_id),
            JoinRequest.state == RequestState.PENDING,
        )
        .correlate(Group)
        .scalar_subquery()
    )


def _own_request(viewer: Viewer) -> sa.ScalarSelect[int]:
    return (
        select(func.count())
        .where(
            col(JoinRequest.group_id) == col(Group.actor_id),
            JoinRequest.actor_id == viewer.actor_id,
            JoinRequest.state == RequestState.PENDING,
        )
        .correlate(Group)
        .scalar_subquery()
    )


def _view(session: Session, seat: Seat, invite: InviteLink | None, now: datetime) -> GroupView:
    group = seat.group
    actor = session.get_one(Actor, group.actor_id)
    place = session.get(Place, group.place_id) if group.place_id else None
    is_inside = seat.standing in MEMBERS
    return GroupView(
        group=group,
        name=actor.display_name,
        purpose=actor.summary,
        place=place.name if place else "",
        seat=seat,
        members=_count_members(session, group.actor_id),
        managers=_manager_names(session, group.actor_id) if is_inside else [],
        waiting=_count_waiting(session, group.actor_id) if is_inside else 0,
        usual_wait=None if is_inside else _usual_wait(session, group.actor_id),
        hindrance=None if is_inside else find_hindrance(session, seat, invite, now=now),
        invite=invite,
    )


def _count_members(session: Session, group_id: int) -> int:
    members = select(func.count()).where(
        Membership.group_id == group_id, Membership.state == MembershipState.ACTIVE
    )
    return session.exec(members).one()


def _count_waiting(session: Session, group_id: int) -> int:
    waiting = select(func.count()).where(
        JoinRequest.group_id == group_id, JoinRequest.state == RequestState.PENDING
    )
    return session.exec(waiting).one()


def _manager_names(session: Session, group_id: int) -> list[str]:
    managers = (
        select(Actor.display_name)
        .join(Membership, col(Membership.actor_id) == col(Actor.id))
        .where(
            Membership.group_id == group_id,
            Membership.state == MembershipState.ACTIVE,
            Membership.role == GroupRole.MANAGER,
        )
        .order_by(col(Membership.since_at))
    )
    return list(session.exec(managers))


def _usual_wait(session: Session, group_id: int) -> timedelta | None:
    """How long the last requests waited for somebody's decision; None when there were none."""
    lately = (
        select(JoinRequest.created_at, JoinRequest.decided_at)
        .where(JoinRequest.group_id == group_id, col(JoinRequest.decided_by_actor_id).is_not(None))
        .where(col(JoinRequest.state).in_((RequestState.APPROVED, RequestState.DECLINED)))
        .order_by(col(JoinRequest.decided_at).desc())
        .limit(_LATELY)
    )
    waits = [
        (decided - asked).total_seconds()
        for asked, decided in session.exec(lately)
        if decided is not None
    ]
    return timedelta(seconds=median(waits)) if waits else None


def _members(
    session: Session,
    group_id: int,
    conditions: Iterable[sa.ColumnElement[bool]],
    order: Iterable[sa.SQLColumnExpression[Any]],
    limit: int,
) -> list[MemberView]:
    found = (
        select(Membership, Actor)
        .join(Actor, col(Actor.id) == col(Membership.actor_id))
        .where(Membership.group_id == group_id, *conditions)
        .order_by(*order)
        .limit(limit)
    )
    return [
        MemberView(membership, actor.display_name, actor.handle)
        for membership, actor in session.exec(found)
    ]


def _requests(
    session: Session,
    group_id: int,
    condition: sa.ColumnElement[bool],
    *,
    order: sa.SQLColumnExpression[Any],
    limit: int,
) -> list[RequestView]:
    inviter, decider = aliased(Actor), aliased(Actor)
    found = (
        sa.select(
            JoinRequest,
            Actor,
            col(Place.name),
            col(inviter.display_name),
            col(decider.display_name),
        )
        .join(Actor, col(Actor.id) == col(JoinRequest.actor_id))
        .outerjoin(Account, col(Account.actor_id) == col(Actor.id))
        .outerjoin(Place, col(Place.id) == col(Account.place_id))
        .outerjoin(InviteLink, col(InviteLink.id) == col(JoinRequest.invite_id))
        .outerjoin(inviter, col(inviter.id) == col(InviteLink.by_actor_id))
        .outerjoin(decider, col(decider.id) == col(JoinRequest.decided_by_actor_id))
        .where(col(JoinRequest.group_id) == group_id, condition)
        .order_by(order)
        .limit(limit)
    )
    return [
        RequestView(
            request,
            actor.display_name,
            actor.handle,
            place or "",
            invited_by or "",
            decided_by_name or "",
            _can_undo(request),
        )
        for request, actor, place, invited_by, decided_by_name in session.execute(found)
    ]


def _can_undo(request: JoinRequest) -> bool:
    within = {RequestState.APPROVED: UNDO_WITHIN, RequestState.DECLINED: RECONSIDER_WITHIN}
    if request.decided_at is None or request.state not in within:
        return False
    return clock.now() - request.decided_at <= within[request.state]
