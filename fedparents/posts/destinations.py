"""Where somebody can say something: their groups, and which of them they usually mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.db import HotStatement, constant, table_of
from fedparents.groups import models as groups
from fedparents.groups.cards import member_count
from fedparents.groups.models import (
    Group,
    GroupRole,
    GroupState,
    Membership,
    MembershipState,
)
from fedparents.groups.policy import DECIDERS
from fedparents.ids import GroupId
from fedparents.posts.models import Audience, Post
from fedparents.posts.policy import CAPS, TOWN

_group = table_of(Group)
_actor = table_of(Actor)
_membership = table_of(Membership)
_own = _membership.alias("own")
_post = table_of(Post)
_viewer: Final = bindparam("viewer", type_=sa.BigInteger)


@dataclass(frozen=True, slots=True)
class Destination:
    """A group in which the viewer may write."""

    id: GroupId
    name: str
    members: int
    cap: Audience
    """Who reads what is said there, unless one means fewer."""
    town: str
    """The other town that it is in; empty for one of this place."""
    allows_anonymous: bool
    holds_first_posts: bool
    decides: bool
    """Whether the viewer looks after it."""

    @property
    def is_open_to_read(self) -> bool:
        """Whether everybody here reads it, not its members alone."""
        return self.cap in TOWN

    @property
    def can_mean_fewer(self) -> bool:
        """What is said in another town is for those who read it there."""
        return self.is_open_to_read and not self.town


LIST_DESTINATIONS = HotStatement(
    sa.select(
        _group.c.actor_id,
        _actor.c.display_name,
        member_count(),
        _group.c.audience,
        _group.c.allows_anonymous,
        _group.c.holds_first_posts,
        _own.c.role,
        _actor.c.domain,
    )
    .join_from(_own, _group, _group.c.actor_id == _own.c.group_id)
    .join(_actor, _actor.c.id == _group.c.actor_id)
    .where(
        _own.c.actor_id == _viewer,
        _own.c.state == constant(MembershipState.ACTIVE),
        _group.c.state == constant(GroupState.ACTIVE),
    )
    .order_by(sa.func.lower(_actor.c.display_name), _group.c.actor_id)
)
FIND_LAST_GROUP = HotStatement(
    sa.select(_post.c.group_id)
    .where(
        _post.c.author_actor_id == _viewer,
        _post.c.is_reply == sa.false(),
        _post.c.group_id.is_not(None),
    )
    .order_by(_post.c.id.desc())
    .limit(sa.literal_column("1"))
)


def list_destinations(session: Session, viewer: Viewer) -> list[Destination]:
    """The groups in which the viewer may write now, by name."""
    rows = LIST_DESTINATIONS.rows(session.connection(), viewer=viewer.actor_id)
    return [
        Destination(
            id=GroupId(group_id),
            name=name,
            members=members,
            cap=CAPS[groups.Audience(audience)],
            town=town,
            allows_anonymous=bool(asks),
            holds_first_posts=bool(holds),
            decides=GroupRole(role) in DECIDERS,
        )
        for group_id, name, members, audience, asks, holds, role, town in rows
    ]


def usual_destination(
    session: Session, viewer: Viewer, destinations: list[Destination]
) -> Destination | None:
    """The group in which the viewer wrote last, else their largest; None where they have none, and
    nobody is addressed more widely than before unless they say so."""
    if not destinations:
        return None
    rows = FIND_LAST_GROUP.rows(session.connection(), viewer=viewer.actor_id)
    last = rows[0][0] if rows else None
    usual = next((each for each in destinations if each.id == last), None)
    return usual or max(destinations, key=lambda each: each.members)
