"""Posts that somebody has passed on to their reader: in homes, and on the page of a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.actors.names import address_in
from fedparents.db import HotStatement, constant, table_of
from fedparents.posts.models import Post, PostState, Share
from fedparents.social.models import Follow, FollowState
from fedparents.social.policy import Moment, SomeId, is_heard, not_blocked, not_muted
from fedparents.timelines.cards import (
    ACTOR,
    NOW,
    SHAREABLE,
    PostCard,
    read_rows,
    select_cards,
)
from fedparents.timelines.models import HomeEntry

_post = table_of(Post)
_home = table_of(HomeEntry)
_share = table_of(Share)
_sharer = table_of(Actor).alias("sharer")
_follow = table_of(Follow).alias("share_follow")
_account: Final = bindparam("account", type_=sa.BigInteger)
_place: Final = bindparam("place", type_=sa.BigInteger)
_before: Final = bindparam("before", type_=sa.BigInteger)
_limit: Final = bindparam("limit", type_=sa.Integer)
_CARD: Final = len(PostCard._fields)


class ShareLine(NamedTuple):
    """Who passed a post on."""

    id: int
    """Its place in the list."""
    actor_id: int
    name: str
    handle: str
    """With the town, if it is another."""
    avatar: str
    created_at: datetime


class Entry(NamedTuple):
    """A line of a list in which posts stand beside what was passed on."""

    id: int
    """Its place: lists go on from it."""
    card: PostCard
    share: ShareLine | None


_line: Final = (
    _share.c.id,
    _share.c.actor_id,
    _sharer.c.display_name,
    address_in(_sharer),
    _sharer.c.avatar,
    _share.c.created_at,
)


def wants_shares(reader: SomeId) -> sa.ColumnElement[bool]:
    """The reader follows whoever passed it on, and wants that too."""
    return sa.exists(
        sa.select(_follow.c.id)
        .where(
            _follow.c.follower_actor_id == reader,
            _follow.c.followed_actor_id == _share.c.actor_id,
            _follow.c.state == constant(FollowState.ACCEPTED),
            _follow.c.shows_shares,
        )
        .correlate_except(_follow)
    )


def _is_between_them(reader: SomeId, now: Moment) -> sa.ColumnElement[bool]:
    """What is between a reader and both, as far as the card itself does not ask it."""
    return sa.and_(
        SHAREABLE,
        not_blocked(reader, _share.c.actor_id),
        not_muted(reader, _post.c.author_actor_id, now),
        sa.or_(_post.c.author_actor_id == reader, is_heard(reader, _post.c.author_actor_id)),
    )


def is_wanted_by(reader: SomeId, now: Moment) -> sa.ColumnElement[bool]:
    """Whether somebody is to meet `Share` at home."""
    return sa.and_(
        _share.c.id.is_not(None),
        sa.or_(_share.c.actor_id == reader, wants_shares(reader)),
        not_muted(reader, _share.c.actor_id, now),
        _is_between_them(reader, now),
    )


_is_between: Final = _is_between_them(ACTOR, NOW)
# As a case: of an OR, PostgreSQL expects so few rows that it looks through all of a home.
_is_wanted: Final = sa.case(
    (_home.c.entry_id == _home.c.post_id, sa.true()),
    else_=is_wanted_by(ACTOR, NOW),
)


def select_home(*conditions: sa.ColumnElement[bool]) -> HotStatement:
    """The newest of somebody's home: what reached them, and what was passed on to them by whom they
    follow. Conditions may name `HomeEntry`, `Post` and `Swap`."""
    found = select_cards(
        _post.c.state == constant(PostState.VISIBLE),
        not_muted(ACTOR, _post.c.author_actor_id, NOW),
    )
    return HotStatement(
        at_home(found).where(*conditions).order_by(_home.c.entry_id.desc()).limit(_limit)
    )


def at_home(found: sa.Select[Any]) -> sa.Select[Any]:
    """Those of some posts that stand in somebody's home, with their place there and who passed
    them on."""
    return (
        found.join(_home, _home.c.post_id == _post.c.id)
        .outerjoin(_share, _share.c.id == _home.c.entry_id)
        .outerjoin(_sharer, _sharer.c.id == _share.c.actor_id)
        .where(_home.c.account_id == _account, _is_wanted)
        .add_columns(_home.c.entry_id, *_line)
    )


def with_sharer(found: sa.Select[Any]) -> sa.Select[Any]:
    """Posts with who passed them on; conditions may name `Share`."""
    return (
        found.join(_share, _share.c.post_id == _post.c.id)
        .join(_sharer, _sharer.c.id == _share.c.actor_id)
        .add_columns(_share.c.id, *_line)
    )


_by_one: Final = _share.c.actor_id == _place


def passed_on(found: sa.Select[Any], *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Those of some posts of others that a person passes on, with their place in that list;
    `conditions` on `Share` say whose else."""
    return (
        found.join(_share, _share.c.post_id == _post.c.id)
        .join(_sharer, _sharer.c.id == _share.c.actor_id)
        .where(
            _post.c.author_actor_id != _share.c.actor_id,
            *(conditions or (_by_one,)),
            _is_between,
        )
        .add_columns(_share.c.id, *_line)
    )


LIST_PASSED_ON = HotStatement(
    passed_on(select_cards())
    .where(_share.c.id < _before)
    .order_by(_share.c.id.desc())
    .limit(_limit)
)
"""What a person passes on of others."""


def read_entries(
    session: Session, viewer: Viewer, statement: HotStatement, **params: object
) -> Sequence[Entry]:
    """The rows of a statement of ours."""
    return [_entry(row) for row in read_rows(session, viewer, statement, **params)]


FIND_SHARED: Final = HotStatement(
    sa.select(_share.c.post_id).where(_share.c.id == bindparam("share", type_=sa.BigInteger))
)


def original_of(session: Session, number: int) -> int:
    """The post that was passed on under this number; for a post its own."""
    rows = FIND_SHARED.rows(session.connection(), share=number)
    return int(rows[0][0]) if rows else number


def place_of(row: Sequence[Any]) -> tuple[int, ShareLine | None]:
    """What `at_home` and `passed_on` add to a row: its place, and who passed it on."""
    place, *line = row
    return place, ShareLine._make(line) if line[0] is not None else None


def _entry(row: tuple[Any, ...]) -> Entry:
    place, share = place_of(row[_CARD:])
    return Entry(place, PostCard._make(row[:_CARD]), share)
