"""What somebody is to many groups at once, and who is in one, as programs ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.groups.access import get_seat
from fedparents.groups.models import (
    GroupRole,
    JoinRequest,
    Membership,
    MembershipState,
    RequestState,
)
from fedparents.groups.policy import MEMBERS, is_banned
from fedparents.ids import GroupId
from fedparents.paging import Paging
from fedparents.social.policy import is_seen


@dataclass(frozen=True, slots=True)
class SeatOf:
    """What the viewer is to one group."""

    group_id: int
    is_member: bool = False
    has_asked: bool = False
    is_banned: bool = False
    is_muted: bool = False


class MemberLine(NamedTuple):
    """Somebody in a group, and what they are there."""

    actor_id: int
    role: GroupRole
    since_at: datetime


def list_seats(
    session: Session, viewer: Viewer, group_ids: Sequence[int], *, today: date
) -> dict[int, SeatOf]:
    """By group, whichever the viewer may know of."""
    wanted = list(group_ids)
    own = select(Membership).where(
        Membership.actor_id == viewer.actor_id, col(Membership.group_id).in_(wanted)
    )
    asked = select(JoinRequest.group_id).where(
        JoinRequest.actor_id == viewer.actor_id,
        col(JoinRequest.group_id).in_(wanted),
        JoinRequest.state == RequestState.PENDING,
    )
    memberships = {each.group_id: each for each in session.exec(own)}
    waiting = set(session.exec(asked))
    return {each: _seat(each, memberships.get(each), each in waiting, today) for each in wanted}


def list_member_ids(
    session: Session, viewer: Viewer, group_id: GroupId, paging: Paging
) -> list[int]:
    """Who is in a group, as far as a member may know of them; nobody for others. Raises
    NotFound."""
    return [each.actor_id for each in list_memberships(session, viewer, group_id, paging)]


def list_memberships(
    session: Session,
    viewer: Viewer,
    group_id: GroupId,
    paging: Paging,
    *,
    role: GroupRole | None = None,
) -> list[MemberLine]:
    """The same with what they are there, or those of one role alone."""
    if get_seat(session, viewer, group_id, today=clock.now().date()).standing not in MEMBERS:
        return []
    number = col(Membership.actor_id)
    inside = sa.select(Membership).where(
        col(Membership.group_id) == group_id,
        col(Membership.state) == MembershipState.ACTIVE,
        is_seen(viewer.actor_id, number),
    )
    if role is not None:
        inside = inside.where(col(Membership.role) == role)
    rows = session.execute(paging.narrow(inside, number)).scalars().all()
    return [MemberLine(row.actor_id, row.role, row.since_at) for row in paging.newest_first(rows)]


def _seat(group_id: int, own: Membership | None, has_asked: bool, today: date) -> SeatOf:
    if own is None:
        return SeatOf(group_id, has_asked=has_asked)
    is_member = own.state == MembershipState.ACTIVE
    return SeatOf(
        group_id,
        is_member=is_member,
        has_asked=has_asked and not is_member,
        is_banned=is_banned(own, today=today),
        is_muted=is_member and own.is_muted,
    )
