"""Hashtags that stand in what the reader may read, and how often they were used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.db import HotStatement, constant, is_one_of, table_of
from fedparents.ids import id_at, time_of
from fedparents.posts.content import tag_of
from fedparents.posts.models import Audience, Post, PostState, PostTag
from fedparents.posts.policy import TOWN
from fedparents.timelines.cards import SEEN, read_rows

_post = table_of(Post)
_tag = table_of(PostTag)
_begin: Final = bindparam("begin", type_=sa.String)
_USED_AT_MOST: Final = 50
_IS_SAID_TO_ALL: Final = (
    _post.c.group_id.is_(None),
    _post.c.state == constant(PostState.VISIBLE),
    is_one_of(_post.c.audience, TOWN),
    sa.not_(_post.c.is_quiet),
)
_COUNTED_AT_MOST: Final = 2000
"""Of what was said last; in a town more are not used in a week."""
_LAST_LETTER: Final = "\U0010ffff"
LIST_TAGS: Final = HotStatement(
    sa.select(_tag.c.tag)
    .where(
        _tag.c.tag >= _begin,
        _tag.c.tag < bindparam("end", type_=sa.String),
        sa.exists(
            sa.select(_post.c.id)
            .where(
                _post.c.id == _tag.c.post_id,
                _post.c.state == constant(PostState.VISIBLE),
                _post.c.audience != constant(Audience.DIRECT),
                SEEN,
            )
            .correlate(_tag)
        ),
    )
    .distinct()
    .order_by(_tag.c.tag)
    .limit(bindparam("limit", type_=sa.Integer))
)


def find_tags(session: Session, viewer: Viewer, words: str, *, limit: int) -> list[str]:
    """Those that begin like this, by their letters."""
    begin = tag_of(words.strip().removeprefix("#"))
    if not begin or " " in begin:
        return []
    rows = read_rows(session, viewer, LIST_TAGS, begin=begin, end=begin + _LAST_LETTER, limit=limit)
    return [row[0] for row in rows]


class TagUse(NamedTuple):
    """How often a hashtag was used, by how many."""

    posts: int
    people: int


class OwnUse(NamedTuple):
    """How often somebody used a hashtag themself, and when they did so last."""

    posts: int
    last_on: date | None


def count_uses(
    session: Session, viewer: Viewer | None, tags: Sequence[str], *, days: int
) -> dict[str, dict[int, TagUse]]:
    """Of each of these, in what was said to everybody here, by the day since 1970; for visitors in
    what was said to the whole world."""
    audiences = TOWN if viewer is not None else (Audience.PUBLIC,)
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    said = _said_to_all(tags, audiences).where(
        _post.c.id >= id_at(midnight - timedelta(days=days - 1))
    )
    found: dict[str, dict[int, list[int]]] = {}
    for tag, number, author in session.execute(said):
        day = int(time_of(number).timestamp()) // 86_400
        found.setdefault(tag, {}).setdefault(day, []).append(author)
    return {
        tag: {day: TagUse(len(authors), len(set(authors))) for day, authors in by_day.items()}
        for tag, by_day in found.items()
    }


def count_own_uses(session: Session, actor_id: int, tags: Sequence[str]) -> dict[str, OwnUse]:
    """What one person said to everybody here with each of these."""
    own = _said_to_all(tags, TOWN).where(_post.c.author_actor_id == actor_id).subquery()
    counted = sa.select(own.c.tag, sa.func.count(), sa.func.max(own.c.id)).group_by(own.c.tag)
    return {
        tag: OwnUse(count, time_of(newest).date())
        for tag, count, newest in session.execute(counted)
    }


def list_used_tags(session: Session, actor_id: int) -> list[str]:
    """What one person uses when they speak to everybody here, the most frequent first."""
    own = (
        sa.select(_tag.c.tag)
        .join_from(_tag, _post, _post.c.id == _tag.c.post_id)
        .where(_post.c.author_actor_id == actor_id, *_IS_SAID_TO_ALL)
        .group_by(_tag.c.tag)
        .order_by(sa.func.count().desc(), _tag.c.tag)
        .limit(_USED_AT_MOST)
    )
    return list(session.execute(own).scalars())


def _said_to_all(
    tags: Sequence[str], audiences: Sequence[Audience]
) -> sa.Select[tuple[str, int, int]]:
    return (
        sa.select(_tag.c.tag, _post.c.id, _post.c.author_actor_id)
        .join_from(_tag, _post, _post.c.id == _tag.c.post_id)
        .where(
            _tag.c.tag.in_(list(tags)),
            is_one_of(_post.c.audience, audiences),
            *_IS_SAID_TO_ALL,
        )
        .order_by(_post.c.id.desc())
        .limit(_COUNTED_AT_MOST)
    )
