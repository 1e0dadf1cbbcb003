"""Writing down what can be found, and striking out what cannot be read any more."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents.actors.models import Actor
from fedparents.db import HotStatement, UnitOfWork, table_of
from fedparents.posts.content import plain_text
from fedparents.posts.models import Audience, PollOption, Post, PostKind, PostState, PostTag
from fedparents.search.models import SearchDocument
from fedparents.search.terms import terms_of
from fedparents.swaps.models import Direction, Swap

_post, _swap, _document = table_of(Post), table_of(Swap), table_of(SearchDocument)
_tag, _option, _author = table_of(PostTag), table_of(PollOption), table_of(Actor)
_subject: Final = bindparam("post", type_=sa.BigInteger)

_FIND_SAID: Final = HotStatement(
    sa.select(
        _post.c.kind,
        _swap.c.direction,
        _post.c.group_id,
        _post.c.warning,
        _post.c.text,
        _post.c.has_poll,
    )
    .join_from(_post, _swap, _swap.c.post_id == _post.c.id, isouter=True)
    .join(_author, _author.c.id == _post.c.author_actor_id)
    .where(
        _post.c.id == _subject,
        _post.c.state == PostState.VISIBLE.value,
        _post.c.audience != Audience.DIRECT.value,
        # Whoever is elsewhere has said there whether others may look for their words.
        sa.or_(
            _post.c.is_from_elsewhere == sa.false(),
            _post.c.group_id.is_not(None),
            _author.c.is_indexable,
        ),
    )
)
_LIST_TAGS: Final = HotStatement(sa.select(_tag.c.tag).where(_tag.c.post_id == _subject))
_LIST_OPTIONS: Final = HotStatement(sa.select(_option.c.text).where(_option.c.post_id == _subject))
_STRIKE_OUT: Final = HotStatement(_document.delete().where(_document.c.post_id == _subject))
_REWRITE: Final = HotStatement(
    _document.update()
    .where(_document.c.post_id == _subject)
    .values(terms=bindparam("found_by", type_=sa.String))
)
_WRITE: Final = HotStatement(_document.insert())


def scope_of(group_id: int | None) -> str:
    """A term for where something was said; like all terms that are no words it begins with 0."""
    return "0town" if group_id is None else f"0g{group_id}"


def marks_of(kind: PostKind | None, direction: Direction | None) -> list[str]:
    """Terms for what it is."""
    return [f"0{each.value}" for each in (kind, direction) if each is not None]


def is_to_be_found(session: Session, post_id: int) -> bool:
    """Whether a post may be found by others, as it is now."""
    return bool(_FIND_SAID.rows(session.connection(), post=post_id))


def index_post(uow: UnitOfWork, post_id: int) -> None:
    """Write or strike out what a post is found by; messages between two people never are."""
    connection = uow.session.connection()
    said = _FIND_SAID.rows(connection, post=post_id)
    if not said:
        _STRIKE_OUT.run(connection, post=post_id)
        return
    ((kind, direction, group_id, warning, text, has_poll),) = said
    words = [warning, plain_text(text)]
    words += [word for (word,) in _LIST_TAGS.rows(connection, post=post_id)]
    if has_poll:
        words += [word for (word,) in _LIST_OPTIONS.rows(connection, post=post_id)]
    marks = marks_of(PostKind(kind), Direction(direction) if direction else None)
    terms = " ".join((scope_of(group_id), *marks, *terms_of(" ".join(words))))
    if not _REWRITE.run(connection, post=post_id, found_by=terms):
        _WRITE.run(connection, post_id=post_id, terms=terms)
