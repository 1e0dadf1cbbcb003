"""Reading one group: what it is, who is in it, who asks; everything asks who reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from fedparents import clock
from fedparents.accounts.models import Account, InviteLink
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.actors.models import Standing as TownStanding
from fedparents.actors.names import address_in
from fedparents.authority import require_moderator
from fedparents.db import EPOCH, HotStatement, UTCDateTime, constant, is_one_of, table_of
from fedparents.errors import NotFound
from fedparents.groups.access import Seat, find_seat, get_seat, is_cut_off
from fedparents.groups.cards import Band, band_of, member_count, waiting_count
from fedparents.groups.inviting import find_invitation
from fedparents.groups.joining import (
    Hindrance,
    find_hindrance,
    find_invite_into,
)
from fedparents.groups.models import (
    Audience,
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
    can_know,
    can_manage,
    can_moderate,
    can_read,
    is_member,
)
from fedparents.ids import ActorId, GroupId
from fedparents.places.models import Place
from fedparents.social.policy import is_seen, not_blocked_by

_LATELY: Final = 20
_LOOKING_AFTER: Final = (GroupRole.MANAGER, GroupRole.MODERATOR, GroupRole.HOST)


@dataclass(frozen=True, slots=True)
class ManagerView:
    """Somebody who looks after a group, by name whatever stands between them and the viewer."""

    name: str
    handle: str
    is_seen: bool
    """Whether the viewer may look at their profile."""


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group as one person meets it."""

    group: Group
    name: str
    purpose: str
    place: str
    town: str
    """The other town that the group is in; empty for one of this place."""
    cover: str
    """The file of its picture, for whoever may know of it without an invitation."""
    seat: Seat
    members: int
    managers: list[ManagerView]
    """For members only."""
    waiting: int
    usual_wait: timedelta | None
    hindrance: Hindrance | None
    """Why an outsider cannot ask now."""
    invite: InviteLink | None
    is_invited: bool
    """By name, by a group elsewhere."""
    guest_towns: list[str]
    """Of which somebody is in it, for its members."""
    parted_towns: list[str]
    """Of these, or its own one: twins no more, so that nothing of a closed group goes there."""

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
    """Somebody who is in the group, or banned from it."""

    actor_id: ActorId
    role: GroupRole
    since_at: datetime
    banned_until: date | None
    name: str
    handle: str
    avatar: str
    is_seen: bool
    """Whether the viewer may look at their profile."""


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A group as the moderators of the place may know of it: by name and counts."""

    group: Group
    name: str
    purpose: str
    """Only of those that wait for the moderators' word."""
    members: int
    waiting: int


_group = table_of(Group)
_actor = table_of(Actor)
_place = table_of(Place)
_membership = table_of(Membership)
_request = table_of(JoinRequest)
_group_id = bindparam("group", type_=sa.BigInteger)
_viewer_id = bindparam("viewer", type_=sa.BigInteger)
_is_in = sa.and_(
    _membership.c.group_id == _group_id, _membership.c.state == constant(MembershipState.ACTIVE)
)

FIND_FACTS = HotStatement(
    sa.select(
        _actor.c.display_name,
        _actor.c.summary,
        _actor.c.cover,
        _actor.c.domain,
        sa.func.coalesce(_place.c.name, ""),
        member_count(),
        waiting_count(),
    )
    .join_from(_group, _actor, _actor.c.id == _group.c.actor_id)
    .outerjoin(_place, _place.c.id == _group.c.place_id)
    .where(_group.c.actor_id == _group_id)
)
LIST_MANAGERS = HotStatement(
    sa.select(_actor.c.display_name, _actor.c.handle, is_seen(_viewer_id, _actor.c.id))
    .join_from(_membership, _actor, _actor.c.id == _membership.c.actor_id)
    .where(_is_in, _membership.c.role == constant(GroupRole.MANAGER))
    .order_by(_membership.c.since_at)
)
LIST_GUEST_TOWNS = HotStatement(
    sa.select(_actor.c.domain, _actor.c.standing)
    .distinct()
    .join_from(_membership, _actor, _actor.c.id == _membership.c.actor_id)
    .where(_is_in, _actor.c.domain != sa.literal_column("''"))
    .order_by(_actor.c.domain)
)
LIST_WAITS = HotStatement(
    sa.select(_request.c.created_at, _request.c.decided_at)
    .where(
        _request.c.group_id == _group_id,
        is_one_of(_request.c.state, (RequestState.APPROVED, RequestState.DECLINED)),
        _request.c.decided_by_actor_id.is_not(None),
        _request.c.decided_at.is_not(None),
    )
    .order_by(_request.c.decided_at.desc())
    .limit(sa.literal_column(str(_LATELY)))
)

_address = address_in(_actor)
_members = sa.select(
    _membership.c.actor_id,
    _membership.c.role,
    _membership.c.since_at,
    _membership.c.banned_until,
    _actor.c.display_name,
    _address,
    _actor.c.avatar,
    is_seen(_viewer_id, _actor.c.id),
).join_from(_membership, _actor, _actor.c.id == _membership.c.actor_id)
_rank = sa.case(
    *((_membership.c.role == constant(role), n) for n, role in enumerate(_LOOKING_AFTER))
)
# Who has blocked the viewer is not listed for them, unless one of the two decides in the group:
# members know whom they answer to, and nobody hides from those who decide.
_is_listed = sa.or_(
    is_one_of(_membership.c.role, DECIDERS),
    bindparam("decides", type_=sa.Integer) == sa.literal_column("1"),
    not_blocked_by(_viewer_id, _membership.c.actor_id),
)
# Two statements, because sorting all members by rank first would read all of them for every page.
LIST_LOOKING_AFTER = HotStatement(
    _members.where(_is_in, is_one_of(_membership.c.role, _LOOKING_AFTER), _is_listed).order_by(
        _rank, _membership.c.since_at
    )
)
LIST_ORDINARY = HotStatement(
    _members.where(
        _is_in,
        _membership.c.role == constant(GroupRole.MEMBER),
        _membership.c.since_at > bindparam("after", type_=UTCDateTime),
        _is_listed,
    )
    .order_by(_membership.c.since_at)
    .limit(bindparam("most", type_=sa.Integer))
)


def get_group(session: Session, viewer: Viewer | None, group_id: GroupId) -> GroupView:
    """Raises NotFound for a group that is not there, or not for this viewer."""
    now = clock.now()
    seat = get_seat(session, viewer, group_id, today=now.date())
    return _view(session, viewer, seat, None, now)


def get_invited_group(session: Session, viewer: Viewer | None, token: str) -> GroupView:
    """The group to which an invitation leads, also a hidden one.

    Raises NotFound, and NotAllowed("invite_over").
    """
    now = clock.now()
    invite, _is_counted = find_invite_into(session, viewer, token, now=now)
    group = session.get(Group, invite.group_id) if invite.group_id else None
    if group is None or group.state != GroupState.ACTIVE:
        raise NotFound("invite_not_found")
    seat = find_seat(session, viewer, group, today=now.date())
    return _view(session, viewer, seat, invite, now)


def get_group_with_members(
    session: Session,
    viewer: Viewer | None,
    group_id: GroupId,
    *,
    after: datetime | None = None,
    limit: int = 100,
) -> tuple[GroupView, list[MemberView]]:
    """The group, and for its members who is in it: those who look after it first, then by how long
    they have been in.

    `after` goes on from a page's last `since_at`. Raises NotFound like `get_group`.
    """
    view = get_group(session, viewer, group_id)
    if viewer is None or not view.is_member:
        return view, []
    connection = session.connection()
    whose = {"group": group_id, "viewer": viewer.actor_id, "decides": int(view.can_moderate)}
    first = LIST_LOOKING_AFTER.rows(connection, **whose)[:limit] if after is None else []
    rows = LIST_ORDINARY.rows(connection, **whose, after=after or EPOCH, most=limit - len(first))
    return view, [_member(row) for row in (*first, *rows)]


def list_put_out(session: Session, viewer: Viewer, group_id: GroupId) -> list[MemberView]:
    """Who is banned, for those who decide."""
    _seat(session, viewer, group_id).require(can_moderate)
    banned = (
        _members.where(_membership.c.group_id == group_id)
        .where(_membership.c.state == MembershipState.BANNED)
        .order_by(_membership.c.changed_at.desc())
    )
    whose = {"viewer": viewer.actor_id}
    return [_member(row) for row in session.execute(banned.limit(100), whose)]


def get_member(session: Session, viewer: Viewer, group_id: GroupId, actor_id: int) -> MemberView:
    """Somebody in the group or banned from it, for those who decide; raises NotFound."""
    _seat(session, viewer, group_id).require(can_moderate)
    there = _members.where(
        _membership.c.group_id == group_id,
        _membership.c.actor_id == actor_id,
        _membership.c.state.in_((MembershipState.ACTIVE, MembershipState.BANNED)),
    )
    found = session.execute(there, {"viewer": viewer.actor_id}).one_or_none()
    if found is None:
        raise NotFound("member_not_found")
    return _member(found)


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


def list_shared_groups(
    session: Session, viewer: Viewer, actor_id: int
) -> list[tuple[GroupId, str]]:
    """The groups in which both are members now, by name."""
    theirs = aliased(Membership)
    shared = (
        select(Group.actor_id, Actor.display_name)
        .join(Actor, col(Actor.id) == col(Group.actor_id))
        .join(theirs, col(theirs.group_id) == col(Group.actor_id))
        .where(
            theirs.actor_id == actor_id,
            theirs.state == MembershipState.ACTIVE,
            is_member(viewer),
        )
        .order_by(func.lower(Actor.display_name))
        .limit(100)
    )
    return [(GroupId(found), name) for found, name in session.exec(shared)]


def list_all_groups(session: Session, viewer: Viewer, *, limit: int = 500) -> list[PlaceLine]:
    """Every group by name and counts, hidden ones too, for moderators of the place; else NotFound.

    The caller notes in the audit log that it was looked at.
    """
    require_moderator(viewer)
    found = (
        sa.select(Group, Actor, member_count(), waiting_count())
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


def list_member_accounts(session: Session, group_id: int) -> list[int]:
    """The accounts of all members who want to hear of the group."""
    found = (
        select(Account.id)
        .join(Membership, col(Membership.actor_id) == col(Account.actor_id))
        .where(
            Membership.group_id == group_id,
            Membership.state == MembershipState.ACTIVE,
            sa.not_(col(Membership.is_muted)),
        )
        .order_by(col(Account.id))
    )
    return list(session.exec(found))


def _seat(session: Session, viewer: Viewer, group_id: GroupId) -> Seat:
    return get_seat(session, viewer, group_id, today=clock.now().date())


def _view(
    session: Session,
    viewer: Viewer | None,
    seat: Seat,
    invite: InviteLink | None,
    now: datetime,
) -> GroupView:
    group = seat.group
    connection = session.connection()
    (facts,) = FIND_FACTS.rows(connection, group=group.actor_id)
    name, purpose, cover, town, place, members, waiting = facts
    is_inside = seat.standing in MEMBERS
    invitation = (
        find_invitation(session, group.actor_id, viewer.actor_id)
        if viewer is not None and town and not is_inside
        else None
    )
    whose = {"group": group.actor_id, "viewer": viewer.actor_id if viewer else None}
    managers = LIST_MANAGERS.rows(connection, **whose) if is_inside else []
    guests = LIST_GUEST_TOWNS.rows(connection, group=group.actor_id) if is_inside else []
    is_closed = group.audience == Audience.MEMBERS
    parted = [host for host, stands in guests if is_closed and stands != TownStanding.ALLY]
    if is_inside and town and is_cut_off(session, group):
        parted = [town]
    return GroupView(
        group=group,
        name=name,
        purpose=purpose,
        place=place,
        town=town,
        cover=cover if can_know(group, seat.standing) else "",
        seat=seat,
        members=members,
        managers=[ManagerView(called, handle, bool(seen)) for called, handle, seen in managers],
        waiting=waiting if is_inside else 0,
        usual_wait=None if is_inside else _usual_wait(session, group.actor_id),
        hindrance=None
        if is_inside
        else find_hindrance(session, seat, invite or invitation, now=now),
        invite=invite,
        is_invited=invitation is not None,
        guest_towns=[host for host, _stands in guests if host not in parted],
        parted_towns=parted,
    )


def _usual_wait(session: Session, group_id: int) -> timedelta | None:
    """How long the last requests waited for somebody's decision; None when there were none."""
    lately = LIST_WAITS.rows(session.connection(), group=group_id)
    waits = [(decided - asked).total_seconds() for asked, decided in lately]
    return timedelta(seconds=median(waits)) if waits else None


def _member(row: Sequence[Any]) -> MemberView:
    actor_id, role, since_at, until, name, handle, avatar, seen = row
    return MemberView(
        ActorId(actor_id), GroupRole(role), since_at, until, name, handle, avatar, bool(seen)
    )
