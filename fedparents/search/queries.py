"""Finding posts: candidates from the engine's index, cut by the audience in the same statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.db import HotStatement, table_of
from fedparents.groups.models import Group
from fedparents.groups.policy import readable_by
from fedparents.posts.models import Post, PostKind, PostState
from fedparents.search.models import INDEX
from fedparents.search.service import marks_of, scope_of
from fedparents.search.terms import terms_wanted
from fedparents.social.models import FilterContext
from fedparents.swaps.models import Direction
from fedparents.timelines.cards import select_cards
from fedparents.timelines.queries import Feed, feed_of

CANDIDATES: Final = 400
"""How many posts that hold the words are looked at for one page, the newest first."""
_BEGINS_FROM: Final = 3
"""Letters of a word of which the beginning alone is looked for."""

_post = table_of(Post)
_wanted = bindparam("wanted", type_=sa.String)
_before = bindparam("before", type_=sa.BigInteger)

_SQLITE: Final = sa.text(
    f"SELECT rowid AS id FROM {INDEX} WHERE {INDEX} MATCH :wanted AND rowid < :before"  # noqa: S608 - a constant
    f" ORDER BY rowid DESC LIMIT {CANDIDATES}"
).bindparams(_wanted, _before)
_POSTGRES: Final = sa.text(
    "SELECT post_id AS id FROM search_document"  # noqa: S608 - a constant
    " WHERE array_to_tsvector(string_to_array(terms, ' ')) @@ CAST(:wanted AS tsquery)"
    f" AND post_id < :before ORDER BY post_id DESC LIMIT {CANDIDATES}"
).bindparams(_wanted, _before)


@dataclass(frozen=True, slots=True)
class Looking:
    """What somebody looks for."""

    words: str
    kind: PostKind | None = None
    direction: Direction | None = None
    group_id: int | None = None


def _finding(candidates: sa.TextClause) -> HotStatement:
    found = candidates.columns(sa.column("id", sa.BigInteger)).subquery("found")
    return HotStatement(
        select_cards(_post.c.state == PostState.VISIBLE.value)
        .join(found, found.c.id == _post.c.id)
        .order_by(_post.c.id.desc())
        .limit(bindparam("limit", type_=sa.Integer))
    )


FIND: Final[Mapping[str, HotStatement]] = {
    "sqlite": _finding(_SQLITE),
    "postgresql": _finding(_POSTGRES),
}


def search_posts(
    session: Session, viewer: Viewer, looking: Looking, *, before: int | None = None
) -> Feed:
    """What was said with all these words where the viewer may read, the newest first.

    When nothing has the words themselves, words that begin with them count.
    """
    terms = terms_wanted(looking.words)
    scopes = _scopes(session, viewer, looking.group_id)
    if not terms or not scopes:
        return Feed((), {}, {}, None)
    exact = _find(session, viewer, looking, terms, scopes, begins=False, before=before)
    if exact.cards or before is not None:
        return exact
    return _find(session, viewer, looking, terms, scopes, begins=True, before=None)


def _find(
    session: Session,
    viewer: Viewer,
    looking: Looking,
    terms: Sequence[str],
    scopes: Sequence[str],
    *,
    begins: bool,
    before: int | None,
) -> Feed:
    dialect = session.get_bind().dialect.name
    write = _fts5_query if dialect == "sqlite" else _tsquery
    return feed_of(
        session,
        viewer,
        FIND[dialect],
        FilterContext.PUBLIC,
        before=before,
        wanted=write(terms, marks_of(looking.kind, looking.direction), scopes, begins=begins),
    )


def _fts5_query(
    terms: Sequence[str], marks: Sequence[str], scopes: Sequence[str], *, begins: bool
) -> str:
    parts = [f'"{term}"{"*" if begins and _may_begin(term) else ""}' for term in terms]
    words = " AND ".join([*parts, *(f'"{mark}"' for mark in marks)])
    places = " OR ".join(f'"{scope}"' for scope in scopes)
    return f"{words} AND ({places})"


def _tsquery(
    terms: Sequence[str], marks: Sequence[str], scopes: Sequence[str], *, begins: bool
) -> str:
    parts = [f"'{term}'{':*' if begins and _may_begin(term) else ''}" for term in terms]
    words = " & ".join([*parts, *(f"'{mark}'" for mark in marks)])
    places = " | ".join(f"'{scope}'" for scope in scopes)
    return f"{words} & ({places})"


def _may_begin(term: str) -> bool:
    return len(term) >= _BEGINS_FROM


def _scopes(session: Session, viewer: Viewer, group_id: int | None) -> list[str]:
    """Where the viewer may read. Only a help for the index: each post is asked about again."""
    readable = select(Group.actor_id).where(readable_by(viewer, today=clock.now().date()))
    if group_id is not None:
        readable = readable.where(col(Group.actor_id) == group_id)
    scopes = [scope_of(found) for found in session.exec(readable)]
    return scopes if group_id is not None else [scope_of(None), *scopes]
