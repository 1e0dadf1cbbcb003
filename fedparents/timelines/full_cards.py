"""What of a post goes into what programs get. Names, pictures and groups are read once a page, as
faces: each column of each row costs as much as asking who may see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from fedparents.actors.models import Actor
from fedparents.actors.names import address_in
from fedparents.conversations.models import ConversationMember, ConversationPost, MemberState
from fedparents.db import constant, table_of
from fedparents.posts.models import Audience, Bookmark, Post, PostKind, ThreadMute
from fedparents.swaps.models import Direction, Swap
from fedparents.timelines.cards import ACTOR, HAS_SHARED, HAS_THANKED, IS_OWN, PUBLIC, SEEN

_post = table_of(Post)
_answered = table_of(Post).alias("answered")
_author = table_of(Actor).alias("author")
_swap = table_of(Swap)
_kept = table_of(Bookmark)
_quiet = table_of(ThreadMute)
_letter = table_of(ConversationPost)
_member = table_of(ConversationMember).alias("reader_seat")


class FullCard(NamedTuple):
    """A post as one reader meets it in a program."""

    id: int
    kind: PostKind
    audience: Audience
    is_quiet: bool
    author_actor_id: int
    """Of an anonymous one its group."""
    is_own: bool
    handle: str
    """In its address: the author's, or that of the group which asks for somebody."""
    is_from_elsewhere: bool
    group_id: int | None
    direction: Direction | None
    urgent_until_at: datetime | None
    text: str
    html: str
    warning: str
    is_sensitive: bool
    language: str
    photo_count: int
    has_poll: bool
    is_reply: bool
    in_reply_to_id: int | None
    root_id: int
    reply_count: int
    thanks_count: int
    has_thanked: bool
    share_count: int
    has_shared: bool
    accepted_reply_id: int | None
    closed_at: datetime | None
    pinned_at: datetime | None
    edited_at: datetime | None
    created_at: datetime


_OTHERWISE: Final[dict[str, sa.ColumnElement[Any]]] = {
    "is_own": IS_OWN,
    "handle": address_in(_author),
    "direction": _swap.c.direction,
    "urgent_until_at": _swap.c.urgent_until_at,
    "has_thanked": HAS_THANKED,
    "has_shared": HAS_SHARED,
}
"""What no column of the post has."""
_COLUMNS: Final = tuple(
    _OTHERWISE[name] if name in _OTHERWISE else _post.c[name] for name in FullCard._fields
)
_answers_somebody = (
    sa.select(_answered.c.author_actor_id)
    .where(_answered.c.id == _post.c.in_reply_to_id)
    .correlate(_post)
    .scalar_subquery()
)
_is_kept = sa.exists().where(_kept.c.post_id == _post.c.id, _kept.c.actor_id == ACTOR)
_is_muted = sa.exists().where(_quiet.c.root_id == _post.c.root_id, _quiet.c.actor_id == ACTOR)
_MORE: Final = (
    _answers_somebody,
    sa.type_coerce(_is_kept, sa.Boolean),
    sa.type_coerce(_is_muted, sa.Boolean),
)


# As a case: of an OR, PostgreSQL expects so few rows that it looks through all of a list.
_IS_OPEN: Final = sa.case(
    (_post.c.audience != constant(Audience.DIRECT), sa.true()),
    (_post.c.author_actor_id == ACTOR, sa.true()),
    else_=sa.exists(
        sa.select(_letter.c.post_id)
        .join_from(_letter, _member, _member.c.conversation_id == _letter.c.conversation_id)
        .where(
            _letter.c.post_id == _post.c.id,
            _member.c.actor_id == ACTOR,
            _member.c.state == constant(MemberState.ACCEPTED),
            _member.c.left_at.is_(None),
        )
        .correlate(_post)
    ),
)
"""No program shows links and photos of a stranger before the reader has said yes to them."""


def select_full(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The posts that the reader may see; conditions may name `Post` and `Swap`."""
    return select_shared(SEEN, _IS_OPEN, *conditions)


def select_full_public(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Those that everybody may see."""
    return select_shared(PUBLIC, *conditions)


def select_shared(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Posts as nobody in particular meets them, whoever may see them: for what is said only once
    to many, each of whom has to be asked for."""
    return (
        sa.select(*_COLUMNS, *_MORE)
        .join_from(_post, _author, _author.c.id == _post.c.author_actor_id)
        .outerjoin(_swap, _swap.c.post_id == _post.c.id)
        .where(*conditions)
    )
