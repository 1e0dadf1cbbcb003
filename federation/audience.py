"""To whom something goes: the audience of a post as addresses on the wire, and these as inboxes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session

from federation.models import RemoteActor, Town
from federation.uris import followers_uri
from federation.vocab import PUBLIC
from fedparents.actors.models import Actor, Standing
from fedparents.db import HotStatement, constant, in_bites, is_in_bite, table_of
from fedparents.instance.models import FederationMode, Instance
from fedparents.posts.models import Audience, Post, PostState
from fedparents.social.models import Block, Follow, FollowState

LEAVES: Final = frozenset({Audience.PUBLIC, Audience.NEARBY, Audience.FOLLOWERS, Audience.DIRECT})
"""What other towns may get: everybody, our twins, those of who follows, those of whom it is
addressed to."""

_remote = table_of(RemoteActor)
_actor = table_of(Actor)
_follow = table_of(Follow)
_block = table_of(Block)
_instance = table_of(Instance)
_town = table_of(Town)

_GET_MODE: Final = HotStatement(sa.select(_instance.c.federation_mode))
IS_THERE = sa.and_(_actor.c.domain != sa.literal_column("''"), _remote.c.gone_at.is_(None))
INBOX: Final = sa.func.coalesce(
    sa.func.nullif(_remote.c.shared_inbox, sa.literal_column("''")), _remote.c.inbox
)
_author: Final = sa.bindparam("author", type_=sa.BigInteger)
# Whoever is blocked, by either side, gets nothing new; nobody is told.
NOT_BLOCKED_BY_AUTHOR = ~sa.exists().where(
    sa.or_(
        sa.and_(_block.c.by_actor_id == _author, _block.c.actor_id == _remote.c.actor_id),
        sa.and_(_block.c.actor_id == _author, _block.c.by_actor_id == _remote.c.actor_id),
    )
)
LIST_FOLLOWERS_INBOXES: Final = HotStatement(
    sa.select(INBOX.label("url"))
    .distinct()
    .join_from(_follow, _remote, _remote.c.actor_id == _follow.c.follower_actor_id)
    .join(_actor, _actor.c.id == _remote.c.actor_id)
    .where(
        _follow.c.followed_actor_id == _author,
        _follow.c.state == constant(FollowState.ACCEPTED),
        IS_THERE,
        NOT_BLOCKED_BY_AUTHOR,
    )
)
LIST_TWINS: Final = HotStatement(
    sa.select(_remote.c.uri, _remote.c.inbox, INBOX.label("shared"))
    .join_from(_town, _remote, _remote.c.uri == _town.c.place_uri)
    .where(_town.c.standing == constant(Standing.ALLY), _remote.c.gone_at.is_(None))
    .order_by(_remote.c.uri)
)
LIST_OWN_INBOXES: Final = HotStatement(
    sa.select(_remote.c.inbox.label("url"))
    .distinct()
    .join_from(_remote, _actor, _actor.c.id == _remote.c.actor_id)
    .where(is_in_bite(_remote.c.actor_id), IS_THERE, NOT_BLOCKED_BY_AUTHOR)
)
LIST_INBOXES: Final = HotStatement(
    sa.select(INBOX.label("url"))
    .distinct()
    .join_from(_remote, _actor, _actor.c.id == _remote.c.actor_id)
    .where(is_in_bite(_remote.c.actor_id), IS_THERE, NOT_BLOCKED_BY_AUTHOR)
)


@dataclass(frozen=True, slots=True)
class Addressed:
    """Who stands on the envelope."""

    to: tuple[str, ...]
    cc: tuple[str, ...] = ()


def talks(session: Session) -> bool:
    """Whether anything leaves this place at all."""
    ((mode,),) = _GET_MODE.rows(session.connection())
    return FederationMode(mode).is_there


def may_leave(post: Post) -> bool:
    """Whether something said here may be told elsewhere: the caps of features 4.0 in one place."""
    return not post.is_from_elsewhere and is_for_elsewhere(
        post.state, post.audience, post.is_anonymous, post.group_id
    )


def is_for_everybody(post: Post) -> bool:
    """Whether anybody at all may ask for it."""
    return post.audience == Audience.PUBLIC and may_leave(post)


def was_for_everybody(post: Post) -> bool:
    """The same for what may have been taken back, or out of sight; what waits for somebody to let
    it through was never seen."""
    return post.audience == Audience.PUBLIC and _was_for_elsewhere(post)


def was_for_nearby(post: Post) -> bool:
    """The same for our twins."""
    return post.audience == Audience.NEARBY and _was_for_elsewhere(post)


def _was_for_elsewhere(post: Post) -> bool:
    if post.state == PostState.HELD or post.is_from_elsewhere:
        return False
    return is_for_elsewhere(PostState.VISIBLE, post.audience, post.is_anonymous, post.group_id)


def is_for_elsewhere(
    state: str | None, audience: str, is_anonymous: bool, group_id: int | None
) -> bool:
    """The same for columns of a hot statement."""
    return (
        state == PostState.VISIBLE
        and audience in LEAVES
        and not is_anonymous
        # What was said in a group goes no further than the group, and none is open to the world.
        and group_id is None
    )


@dataclass(frozen=True, slots=True)
class Twin:
    """One of our twins: the place itself, which stands for all who are there."""

    uri: str
    inbox: str
    shared_inbox: str


def list_twins(session: Session) -> list[Twin]:
    """All that are there, in one order."""
    return [Twin(*row) for row in LIST_TWINS.rows(session.connection())]


def address(session: Session, post: Post, author: str, named: Iterable[str]) -> Addressed:
    """As everybody writes it; `named` are those whom it mentions, and to whom alone a letter is.
    What is for nearby is for our twins, as the places that they are."""
    mentions = tuple(dict.fromkeys(each for each in named if each != author))
    followers = followers_uri(author)
    if post.audience == Audience.DIRECT:
        return Addressed(mentions)
    if post.audience == Audience.FOLLOWERS:
        return Addressed((followers,), mentions)
    if post.audience == Audience.NEARBY:
        return Addressed(tuple(twin.uri for twin in list_twins(session)), mentions)
    if post.is_quiet:
        return Addressed((followers,), (PUBLIC, *mentions))
    return Addressed((PUBLIC,), (followers, *mentions))


def audience_of(to: Iterable[str], cc: Iterable[str], followers: str) -> tuple[Audience, bool]:
    """What somebody elsewhere meant, and whether quietly. A post that names neither everybody nor
    its author's followers is for those it names."""
    to, cc = set(to), set(cc)
    if PUBLIC in to:
        return Audience.PUBLIC, False
    if PUBLIC in cc:
        return Audience.PUBLIC, True
    if followers and followers in to | cc:
        return Audience.FOLLOWERS, False
    return Audience.DIRECT, False


def list_inboxes(session: Session, author_id: int, mentioned: Iterable[int]) -> list[str]:
    """Where a post of somebody here goes: to the towns of those who follow them or are named."""
    connection = session.connection()
    followers = LIST_FOLLOWERS_INBOXES.rows(connection, author=author_id)
    named = [
        row
        for bite in in_bites(list(mentioned))
        for row in LIST_INBOXES.rows(connection, author=author_id, **bite)
    ]
    return sorted({url for (url,) in (*followers, *named)})


def list_inboxes_of(session: Session, post: Post, named: Iterable[int]) -> list[str]:
    """Where a post goes, by its audience. A letter goes to each of those alone, not to their town:
    nobody else there has to be asked for whom it is."""
    if post.audience == Audience.NEARBY:
        return sorted({twin.shared_inbox for twin in list_twins(session)})
    if post.audience != Audience.DIRECT:
        return list_inboxes(session, post.author_actor_id, named)
    connection, author = session.connection(), post.author_actor_id
    rows = [
        row
        for bite in in_bites(list(named))
        for row in LIST_OWN_INBOXES.rows(connection, author=author, **bite)
    ]
    return sorted({url for (url,) in rows})
