"""A group as one person meets it: found, or not there for them; held while it is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.actors.models import Standing as TownStanding
from fedparents.db import UnitOfWork
from fedparents.errors import NotFound
from fedparents.groups.models import Audience, Group, JoinRequest, Membership, RequestState
from fedparents.groups.policy import Standing, can_know, standing_of
from fedparents.ids import GroupId
from fedparents.media.models import MediaView


@dataclass(frozen=True, slots=True)
class Seat:
    """A group, and what somebody is to it."""

    group: Group
    standing: Standing
    membership: Membership | None
    request: JoinRequest | None
    """The newest one of theirs, decided or not."""

    def require(self, rule: Callable[[Group, Standing], bool]) -> None:
        """Raises NotFound: who may not do it may not know that it can be done."""
        if not rule(self.group, self.standing):
            raise NotFound("group_not_found")


_viewer = sa.bindparam("viewer", type_=sa.BigInteger)
_newest = (
    select(func.max(JoinRequest.id))
    .where(col(JoinRequest.group_id) == col(Group.actor_id), col(JoinRequest.actor_id) == _viewer)
    .correlate(Group)
    .scalar_subquery()
)
# Made once: a statement that is put together anew costs as much again as running it, and every page
# of a group begins here.
_SEAT = (
    sa.select(Group, Membership, JoinRequest)
    .outerjoin(
        Membership,
        sa.and_(
            col(Membership.group_id) == col(Group.actor_id), col(Membership.actor_id) == _viewer
        ),
    )
    .outerjoin(JoinRequest, col(JoinRequest.id) == _newest)
    .where(col(Group.actor_id) == sa.bindparam("group", type_=sa.BigInteger))
)


def find_seat(session: Session, viewer: Viewer | None, group: Group, *, today: date) -> Seat:
    """Whatever the group, also one that the viewer may not know of."""
    if viewer is None:
        return Seat(group, Standing.VISITOR, None, None)
    return find_seat_of(session, viewer.actor_id, group, today=today)


def find_seat_of(session: Session, actor_id: int, group: Group, *, today: date) -> Seat:
    """The same for anybody, also somebody of another town."""
    membership = session.get(Membership, (group.actor_id, actor_id))
    request = find_request(session, group.actor_id, actor_id)
    return _seat_of(group, membership, request, today)


def get_seat(session: Session, viewer: Viewer | None, group_id: GroupId, *, today: date) -> Seat:
    """Raises NotFound for a group that is not there, or not for this viewer."""
    who = viewer.actor_id if viewer else 0
    found = session.execute(_SEAT, {"viewer": who, "group": group_id}).one_or_none()
    if found is None:
        raise NotFound("group_not_found")
    group, membership, request = found
    visits = Seat(group, Standing.VISITOR, None, None)
    seat = _seat_of(group, membership, request, today) if viewer else visits
    seat.require(can_know)
    return seat


def _seat_of(
    group: Group,
    membership: Membership | None,
    request: JoinRequest | None,
    today: date,
) -> Seat:
    is_pending = request is not None and request.state == RequestState.PENDING
    standing = standing_of(membership, is_pending=is_pending, today=today)
    return Seat(group, standing, membership, request)


def is_in_another_town(session: Session, group_id: int) -> bool:
    """Whether it is decided elsewhere who is in a group and what is said there."""
    return bool(session.get_one(Actor, group_id).domain)


def is_cut_off(session: Session, group: Group) -> bool:
    """Whether only members read a group of another town that is no twin of ours any more: nothing
    goes there or comes from there until it is one again, and whoever is in it stays in it."""
    actor = session.get_one(Actor, group.actor_id)
    is_theirs = bool(actor.domain) and group.audience == Audience.MEMBERS
    return is_theirs and actor.standing != TownStanding.ALLY


def can_view_cover(session: Session, viewer: Viewer | None, media: MediaView) -> bool:
    """Whoever may know of a group sees its cover."""
    if media.for_actor_id is None:
        return False
    try:
        get_seat(session, viewer, GroupId(media.for_actor_id), today=clock.now().date())
    except NotFound:
        return False
    return True


def hold_group(uow: UnitOfWork, viewer: Viewer, group_id: GroupId) -> Seat:
    """The same for a change: whoever changes the same group at the same time waits."""
    hold(uow, group_id)
    return get_seat(uow.session, viewer, group_id, today=uow.now.date())


def hold(uow: UnitOfWork, group_id: int) -> Group:
    """The group itself, whoever asks; raises NotFound when it is gone."""
    group = uow.session.get(Group, group_id, with_for_update=True, populate_existing=True)
    if group is None:
        raise NotFound("group_not_found")
    return group


def find_request(session: Session, group_id: int, actor_id: int) -> JoinRequest | None:
    """Somebody's newest request to join a group."""
    newest = (
        select(JoinRequest)
        .where(JoinRequest.group_id == group_id, JoinRequest.actor_id == actor_id)
        .order_by(col(JoinRequest.id).desc())
        .limit(1)
    )
    return session.exec(newest).first()
