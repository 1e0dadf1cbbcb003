"""Hashtags that stand in what the reader may read."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents.accounts.sessions import Viewer
from fedparents.db import HotStatement, constant, table_of
from fedparents.posts.content import tag_of
from fedparents.posts.models import Audience, Post, PostState, PostTag
from fedparents.timelines.cards import SEEN, read_rows

_post = table_of(Post)
_tag = table_of(PostTag)
_begin: Final = bindparam("begin", type_=sa.String)
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
