"""How far what is said in a group goes: to everybody who comes for it, or to its members alone, who
are here and in allied towns; and where that is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session

from federation.audience import INBOX, IS_THERE, NOT_BLOCKED_BY_AUTHOR, Addressed
from federation.models import RemoteActor, RemoteGroup
from federation.outside import find_group
from federation.trust import is_ally
from federation.uris import actor_uri, host_of
from federation.vocab import PUBLIC
from fedparents.actors.models import Actor, ActorKind
from fedparents.actors.models import Standing as TownStanding
from fedparents.db import HotStatement, constant, table_of
from fedparents.groups import models as groups
from fedparents.groups.models import Group, GroupState, Membership, MembershipState
from fedparents.posts.models import AnonymousAuthor, Audience, Post, PostState
from fedparents.social.models import Follow, FollowState

_remote = table_of(RemoteActor)
_actor = table_of(Actor)
_follow = table_of(Follow)
_membership = table_of(Membership)
_group: Final = sa.bindparam("group", type_=sa.BigInteger)

_of_members = sa.and_(
    _membership.c.group_id == _group,
    _membership.c.state == constant(MembershipState.ACTIVE),
    IS_THERE,
    NOT_BLOCKED_BY_AUTHOR,
)
_members = (
    sa.select(INBOX.label("url"))
    .join_from(_membership, _remote, _remote.c.actor_id == _membership.c.actor_id)
    .join(_actor, _actor.c.id == _remote.c.actor_id)
)
LIST_ALLIED_MEMBERS: Final = HotStatement(
    _members.distinct().where(_of_members, _actor.c.standing == constant(TownStanding.ALLY))
)
_WAS_IN: Final = sa.and_(
    _membership.c.group_id == _group,
    _membership.c.state.in_(
        [
            constant(state)
            for state in (
                MembershipState.ACTIVE,
                MembershipState.LEFT,
                MembershipState.REMOVED,
                MembershipState.BANNED,
            )
        ]
    ),
    IS_THERE,
)
LIST_ALL_WHO_WERE_IN: Final = HotStatement(_members.distinct().where(_WAS_IN))
LIST_ALLIES_WHO_WERE_IN: Final = HotStatement(
    _members.distinct().where(_WAS_IN, _actor.c.standing == constant(TownStanding.ALLY))
)
LIST_ALL_WHO_COME: Final = HotStatement(
    sa.union(
        _members.where(_of_members),
        sa.select(INBOX.label("url"))
        .join_from(_follow, _remote, _remote.c.actor_id == _follow.c.follower_actor_id)
        .join(_actor, _actor.c.id == _remote.c.actor_id)
        .where(
            _follow.c.followed_actor_id == _group,
            _follow.c.state == constant(FollowState.ACCEPTED),
            IS_THERE,
            NOT_BLOCKED_BY_AUTHOR,
        ),
    )
)


@dataclass(frozen=True, slots=True)
class GroupSaidIn:
    """The group in which something is said, as other towns know it."""

    id: int
    uri: str
    name: str
    """With its town, as people write it."""
    members: str
    """The address that stands for all who are in it."""
    inbox: str
    """Empty for one of this place."""
    is_public: bool

    @property
    def is_ours(self) -> bool:
        return not self.inbox


def find_group_said_in(session: Session, base_url: str, group_id: int) -> GroupSaidIn | None:
    """None for one of which other towns may not know, and for one that they do not hear: what only
    this town reads, and what a town's own members read that is no ally."""
    actor = session.get(Actor, group_id)
    group = session.get(Group, group_id)
    if actor is None or group is None:
        return None
    if actor.domain:
        return _elsewhere(session, actor, group)
    outside = find_group(session, group_id)
    if outside is None or outside.audience == groups.Audience.HERE:
        return None
    uri = actor_uri(base_url, group_id, ActorKind.GROUP)
    name = f"@{actor.handle}@{host_of(base_url)}"
    return GroupSaidIn(group_id, uri, name, f"{uri}/members", "", not outside.is_closed)


def may_leave_in_group(session: Session, base_url: str, post: Post) -> bool:
    """Whether something said here in a group may be told elsewhere now."""
    return post.state == PostState.VISIBLE and was_for_group_elsewhere(session, base_url, post)


def was_for_group_elsewhere(session: Session, base_url: str, post: Post) -> bool:
    """The same for what may have been taken back, or out of sight. What is for members alone in a
    group that everybody reads stays here: its other readers are on servers that nobody has
    chosen."""
    if post.group_id is None or post.is_anonymous or post.state == PostState.HELD:
        return False
    if session.get(AnonymousAuthor, post.id) is not None:
        return False
    group = find_group_said_in(session, base_url, post.group_id)
    if group is None:
        return False
    return is_for_its_readers(group, post)


def is_ever_in_history(session: Session, group: GroupSaidIn, post: Post) -> bool:
    """Whether other towns can have read something in the history of a group of ours, which leaves
    no trace, if it was visible and for those who read the group. Nobody who asked without their
    name stands there, nor in a closed group what came from elsewhere."""
    if not group.is_ours or post.is_anonymous or (post.is_from_elsewhere and not group.is_public):
        return False
    return session.get(AnonymousAuthor, post.id) is None


def is_for_its_readers(group: GroupSaidIn, post: Post) -> bool:
    """Whether something said in a group is for all whom other towns tell of it."""
    return post.audience == (Audience.PUBLIC if group.is_public else Audience.GROUP)


def address_in_group(group: GroupSaidIn, named: Iterable[str]) -> Addressed:
    """What is for everybody names the group and those who are mentioned; what is for its members
    names them alone."""
    if not group.is_public:
        return Addressed((group.members,))
    return Addressed((PUBLIC,), (group.uri, *dict.fromkeys(named)))


def list_group_inboxes(session: Session, group: GroupSaidIn, author_id: int) -> list[str]:
    """Where a group of this place tells what is said in it: in the towns of those who are in it or
    read it, except where only somebody is whom its author has blocked."""
    listed = LIST_ALL_WHO_COME if group.is_public else LIST_ALLIED_MEMBERS
    rows = listed.rows(session.connection(), group=group.id, author=author_id)
    return sorted({url for (url,) in rows})


def list_inboxes_ever(session: Session, group: GroupSaidIn) -> set[str]:
    """Where something may have been read in the history of a group of ours: in the towns of those
    who come for it, and of those who were in it."""
    were = LIST_ALL_WHO_WERE_IN if group.is_public else LIST_ALLIES_WHO_WERE_IN
    rows = were.rows(session.connection(), group=group.id)
    return {*list_group_inboxes(session, group, 0), *(url for (url,) in rows)}


def is_read_in_history(session: Session, post: Post) -> bool:
    """Whether members elsewhere may read something of this place now in the history of a closed
    group: with its pictures, although it was told to nobody. What everybody reads, anybody sees."""
    found = find_group(session, post.group_id) if post.group_id is not None else None
    if found is None or not found.is_members_only or post.audience != Audience.GROUP:
        return False
    if post.is_from_elsewhere or post.is_anonymous or post.state != PostState.VISIBLE:
        return False
    if session.get(AnonymousAuthor, post.id) is not None:
        return False
    rows = LIST_ALLIED_MEMBERS.rows(
        session.connection(), group=post.group_id, author=post.author_actor_id
    )
    return bool(rows)


def _elsewhere(session: Session, actor: Actor, group: Group) -> GroupSaidIn | None:
    row = session.get(RemoteActor, actor.id)
    there = session.get(RemoteGroup, actor.id)
    if row is None or there is None or row.gone_at is not None or group.state != GroupState.ACTIVE:
        return None
    is_public = group.audience == groups.Audience.PUBLIC
    if not is_public and not is_ally(session, host_of(row.uri)):
        return None
    members = there.members or f"{row.uri}/members"
    return GroupSaidIn(
        actor.id, row.uri, f"@{actor.handle}@{actor.domain}", members, row.inbox, is_public
    )
