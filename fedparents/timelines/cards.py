"""A post as one reader meets it in a list, and what every statement about such lists selects."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.actors.names import address_in
from fedparents.db import HotStatement, UTCDateTime, table_of
from fedparents.groups.models import GroupTopic
from fedparents.posts.anonymous import is_own_anonymous
from fedparents.posts.models import Audience, Post, PostKind, PostState, Share, Thanks
from fedparents.posts.policy import shareable, visible, visible_to
from fedparents.swaps.models import Direction, Swap

_post = table_of(Post)
_author = table_of(Actor).alias("author")
_group = table_of(Actor).alias("group_actor")
_topic = table_of(GroupTopic)
_swap = table_of(Swap)
_thanks = table_of(Thanks)
_own_share = table_of(Share).alias("own_share")

ACTOR: Final = bindparam("actor", type_=sa.BigInteger)
NOW: Final = bindparam("now", type_=UTCDateTime)
_NOBODY: Final = 0
_address = address_in(_author)


class PostCard(NamedTuple):
    """A post as one reader meets it in a list. An anonymous one has empty fields of its author."""

    id: int
    kind: PostKind
    state: PostState
    audience: Audience
    is_quiet: bool
    author_actor_id: int
    is_anonymous: bool
    is_own: bool
    author_name: str
    author_handle: str
    """With the town, if it is another."""
    author_avatar: str
    handle: str
    """In its address: the author's, or that of the group which asks for somebody."""
    is_from_elsewhere: bool
    group_id: int | None
    group_name: str | None
    group_town: str
    """The other town that its group is in; empty for one of this place."""
    topic: str | None
    direction: Direction | None
    urgent_reason: str | None
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
    may_be_shared: bool
    share_count: int
    has_shared: bool
    accepted_reply_id: int | None
    closed_at: datetime | None
    pinned_at: datetime | None
    edited_at: datetime | None
    reason: str
    created_at: datetime


SEEN: Final = visible(
    ACTOR,
    today=bindparam("today", type_=sa.Date),
    is_moderator=bindparam("is_moderator", type_=sa.Boolean),
)
"""Whether the reader may see `Post`."""
PUBLIC: Final = visible_to(None, today=date.min)
"""Whether everybody may: no day changes that."""
SHAREABLE: Final = shareable(today=date.min)
"""Whether who sees `Post` may pass it on."""
IS_OWN: Final = sa.type_coerce(
    sa.or_(_post.c.author_actor_id == ACTOR, is_own_anonymous(ACTOR)), sa.Boolean
)
HAS_THANKED: Final = sa.type_coerce(
    sa.exists().where(_thanks.c.post_id == _post.c.id, _thanks.c.actor_id == ACTOR), sa.Boolean
)
HAS_SHARED: Final = sa.type_coerce(
    sa.and_(
        _post.c.share_count != sa.literal_column("0"),
        sa.exists().where(_own_share.c.post_id == _post.c.id, _own_share.c.actor_id == ACTOR),
    ),
    sa.Boolean,
)


def select_cards(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The cards that the reader may see; conditions may name `Post` and `Swap`."""
    return select_any(SEEN, *conditions)


def select_public(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The cards that everybody may see, signed in or not."""
    return select_any(PUBLIC, *conditions)


def select_any(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Cards whoever may see them: only for one's own."""
    has_name = sa.not_(_post.c.is_anonymous)
    columns = (
        _post.c.id,
        _post.c.kind,
        _post.c.state,
        _post.c.audience,
        _post.c.is_quiet,
        _post.c.author_actor_id,
        _post.c.is_anonymous,
        IS_OWN,
        sa.case((has_name, _author.c.display_name), else_=""),
        sa.case((has_name, _address), else_=""),
        sa.case((has_name, _author.c.avatar), else_=""),
        _address,
        _post.c.is_from_elsewhere,
        _post.c.group_id,
        _group.c.display_name,
        sa.func.coalesce(_group.c.domain, sa.literal_column("''")),
        _topic.c.name,
        _swap.c.direction,
        _swap.c.urgent_reason,
        _swap.c.urgent_until_at,
        _post.c.text,
        _post.c.html,
        _post.c.warning,
        _post.c.is_sensitive,
        _post.c.language,
        _post.c.photo_count,
        _post.c.has_poll,
        _post.c.is_reply,
        _post.c.in_reply_to_id,
        _post.c.root_id,
        _post.c.reply_count,
        _post.c.thanks_count,
        HAS_THANKED,
        sa.type_coerce(SHAREABLE, sa.Boolean),
        _post.c.share_count,
        HAS_SHARED,
        _post.c.accepted_reply_id,
        _post.c.closed_at,
        _post.c.pinned_at,
        _post.c.edited_at,
        _post.c.reason,
        _post.c.created_at,
    )
    return (
        sa.select(*columns)
        .join_from(_post, _author, _author.c.id == _post.c.author_actor_id)
        .outerjoin(_group, _group.c.id == _post.c.group_id)
        .outerjoin(_topic, _topic.c.id == _post.c.topic_id)
        .outerjoin(_swap, _swap.c.post_id == _post.c.id)
        .where(*conditions)
    )


def read_cards(
    session: Session, viewer: Viewer | None, statement: HotStatement, **params: object
) -> list[PostCard]:
    """The rows of a statement of ours as cards."""
    return [PostCard._make(row) for row in read_rows(session, viewer, statement, **params)]


def read_rows(
    session: Session, viewer: Viewer | None, statement: HotStatement, **params: object
) -> list[tuple[Any, ...]]:
    """Its rows, for somebody who reads now; None is whoever is not signed in."""
    now = clock.now()
    return statement.rows(
        session.connection(),
        actor=viewer.actor_id if viewer else _NOBODY,
        now=now,
        today=now.date(),
        is_moderator=viewer is not None and viewer.is_moderator,
        **params,
    )
