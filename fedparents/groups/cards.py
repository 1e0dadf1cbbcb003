"""Groups as lines of lists: one's own, and the others that one may know of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.actors.models import Standing as TownStanding
from fedparents.db import HotStatement, constant, table_of
from fedparents.groups.models import (
    Group,
    GroupKind,
    GroupRole,
    GroupState,
    Joining,
    JoinRequest,
    Membership,
    MembershipState,
    RequestState,
)
from fedparents.groups.policy import DECIDERS, AnyViewer, is_member, visible_to
from fedparents.ids import GroupId

_BANDS: Final = (10, 50, 100, 300)
_LARGEST_ID: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Band:
    """A number of members as outsiders may know it."""

    at_least: int
    below: int | None
    """None: or more."""


@dataclass(frozen=True, slots=True)
class GroupCard:
    """One line of a list of groups."""

    id: GroupId
    kind: GroupKind
    joining: Joining
    name: str
    purpose: str
    town: str
    """The other town that it is in; empty for one of this place."""
    members: int
    """From this place."""
    role: GroupRole | None
    """The viewer's, if they are a member."""
    waiting: int
    """Requests that the viewer may decide."""
    has_asked: bool

    @property
    def band(self) -> Band:
        return band_of(self.members)


_group = table_of(Group)
_actor = table_of(Actor)
_membership = table_of(Membership)
_request = table_of(JoinRequest)
_own = _membership.alias("own")
_viewer = AnyViewer()


def member_count() -> sa.ScalarSelect[int]:
    """How many are in `Group`."""
    return (
        sa.select(sa.func.count())
        .where(
            _membership.c.group_id == _group.c.actor_id,
            _membership.c.state == constant(MembershipState.ACTIVE),
        )
        .correlate(_group)
        .scalar_subquery()
    )


def waiting_count() -> sa.ScalarSelect[int]:
    """How many ask to come into `Group`."""
    return (
        sa.select(sa.func.count())
        .where(
            _request.c.group_id == _group.c.actor_id,
            _request.c.state == constant(RequestState.PENDING),
        )
        .correlate(_group)
        .scalar_subquery()
    )


_has_asked = (
    sa.exists()
    .where(
        _request.c.group_id == _group.c.actor_id,
        _request.c.actor_id == _viewer.actor_id,
        _request.c.state == constant(RequestState.PENDING),
    )
    .correlate(_group)
)
_card = (
    _group.c.actor_id,
    _group.c.kind,
    _group.c.joining,
    _actor.c.display_name,
    _actor.c.summary,
    _actor.c.domain,
    member_count(),
)
_most = bindparam("most", type_=sa.Integer)

LIST_OWN = HotStatement(
    sa.select(*_card, _own.c.role, waiting_count(), _has_asked)
    .join_from(_own, _group, _group.c.actor_id == _own.c.group_id)
    .join(_actor, _actor.c.id == _group.c.actor_id)
    .where(_own.c.actor_id == _viewer.actor_id, _own.c.state == constant(MembershipState.ACTIVE))
    .order_by(sa.func.lower(_actor.c.display_name), _group.c.actor_id)
    .limit(_most)
)
LIST_OTHERS = HotStatement(
    sa.select(*_card, sa.null(), sa.literal_column("0"), _has_asked)
    .join_from(_group, _actor, _actor.c.id == _group.c.actor_id)
    .where(
        visible_to(_viewer, today=bindparam("today", type_=sa.Date)),
        sa.not_(is_member(_viewer)),
        # Of other towns, those that let themselves be found, and those of twins.
        sa.or_(
            _actor.c.domain == sa.literal_column("''"),
            sa.and_(
                _actor.c.standing != constant(TownStanding.BLOCKED),
                sa.or_(_actor.c.is_discoverable, _actor.c.standing == constant(TownStanding.ALLY)),
            ),
        ),
        sa.or_(
            sa.not_(bindparam("only_here", type_=sa.Boolean)),
            _actor.c.domain == sa.literal_column("''"),
        ),
        _group.c.actor_id < bindparam("before", type_=sa.BigInteger),
    )
    .order_by(_group.c.actor_id.desc())
    .limit(_most)
)
COUNT_PROPOSED = HotStatement(
    sa.select(sa.func.count())
    .select_from(_group)
    .where(_group.c.state == constant(GroupState.PROPOSED))
)


def band_of(members: int) -> Band:
    """From "fewer than 10" to "300 or more"."""
    edges = (0, *_BANDS)
    lower = max(edge for edge in edges if edge <= members)
    upper = next((edge for edge in _BANDS if edge > members), None)
    return Band(lower, upper)


def list_own_groups(session: Session, viewer: Viewer, *, limit: int = 200) -> list[GroupCard]:
    """The groups that the viewer is a member of, by name."""
    rows = LIST_OWN.rows(session.connection(), viewer=viewer.actor_id, most=limit)
    return [_card_of(row) for row in rows]


def list_other_groups(
    session: Session,
    viewer: Viewer,
    *,
    before: int | None = None,
    limit: int = 50,
    only_here: bool = False,
) -> list[GroupCard]:
    """Groups that the viewer may know of and is not in, the newest first; of other towns too."""
    rows = LIST_OTHERS.rows(
        session.connection(),
        viewer=viewer.actor_id,
        today=clock.now().date(),
        only_here=only_here,
        before=_LARGEST_ID if before is None else before,
        most=limit,
    )
    return [_card_of(row) for row in rows]


def count_proposed(session: Session) -> int:
    """Groups that wait for the word of the place's moderators."""
    ((count,),) = COUNT_PROPOSED.rows(session.connection())
    return int(count)


def _card_of(row: tuple[Any, ...]) -> GroupCard:
    role = GroupRole(row[7]) if row[7] else None
    return GroupCard(
        id=GroupId(row[0]),
        kind=GroupKind(row[1]),
        joining=Joining(row[2]),
        name=row[3],
        purpose=row[4],
        town=row[5],
        members=row[6],
        role=role,
        waiting=row[8] if role in DECIDERS else 0,
        has_asked=bool(row[9]),
    )
