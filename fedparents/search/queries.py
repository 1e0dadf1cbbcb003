"""Finding posts: candidates from the engine's index, cut by the audience in the same statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from fedparents import clock
from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.db import HotStatement, table_of
from fedparents.groups.models import Group
from fedparents.groups.policy import readable_by
from fedparents.places.distance import circle_around, is_within
from fedparents.places.models import Place
from fedparents.posts.models import Post, PostKind, PostState
from fedparents.search.models import INDEX
from fedparents.search.service import marks_of, scope_of
from fedparents.search.terms import terms_wanted
from fedparents.social.models import FilterContext
from fedparents.social.policy import is_heard
from fedparents.swaps.models import Direction
from fedparents.timelines.cards import ACTOR, select_cards
from fedparents.timelines.distances import find_spot
from fedparents.timelines.queries import NOTHING, Feed, feed_of

CANDIDATES: Final = 400
"""How many posts that hold the words are looked at for one page, the newest first."""
_BEGINS_FROM: Final = 3
"""Letters of a word of which the beginning alone is looked for."""

_post = table_of(Post)
_account = table_of(Account)
_place = table_of(Place)
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
    within_km: int | None = None
    """Only from people whose commune is this near to the viewer's."""


@dataclass(frozen=True, slots=True)
class _Question:
    """The same for the index."""

    terms: Sequence[str]
    marks: Sequence[str]
    scopes: Sequence[str]
    circle: Mapping[str, float]
    """Empty: everywhere."""


def _finding(candidates: sa.TextClause) -> sa.Select[Any]:
    found = candidates.columns(sa.column("id", sa.BigInteger)).subquery("found")
    return (
        select_cards(
            _post.c.state == PostState.VISIBLE.value, is_heard(ACTOR, _post.c.author_actor_id)
        )
        .join(found, found.c.id == _post.c.id)
        .order_by(_post.c.id.desc())
        .limit(bindparam("limit", type_=sa.Integer))
    )


def _nearby(finding: sa.Select[Any]) -> HotStatement:
    """What was said without a name is nowhere: its author is a group, which has no account."""
    near = (
        sa.select(_account.c.id)
        .join_from(_account, _place, _place.c.id == _account.c.place_id)
        .where(
            _account.c.actor_id == _post.c.author_actor_id, is_within(_place.c.lat, _place.c.lon)
        )
    )
    return HotStatement(finding.where(sa.exists(near.correlate(_post))))


_ENGINES: Final = {"sqlite": _finding(_SQLITE), "postgresql": _finding(_POSTGRES)}
FIND: Final[Mapping[str, HotStatement]] = {
    name: HotStatement(finding) for name, finding in _ENGINES.items()
}
FIND_NEARBY: Final[Mapping[str, HotStatement]] = {
    name: _nearby(finding) for name, finding in _ENGINES.items()
}


def search_posts(
    session: Session, viewer: Viewer, looking: Looking, *, before: int | None = None
) -> Feed:
    """What was said with all these words where the viewer may read, the newest first.

    When nothing has the words themselves, words that begin with them count.
    """
    terms = terms_wanted(looking.words)
    scopes = _scopes(session, viewer, looking.group_id)
    circle = _circle(session, viewer, looking.within_km)
    if not terms or not scopes or circle is None:
        return NOTHING
    asked = _Question(terms, marks_of(looking.kind, looking.direction), scopes, circle)
    exact = _find(session, viewer, asked, begins=False, before=before)
    if exact.cards or before is not None:
        return exact
    return _find(session, viewer, asked, begins=True, before=None)


def _circle(session: Session, viewer: Viewer, km: int | None) -> Mapping[str, float] | None:
    """Empty: everywhere. None: nowhere, for nobody knows where the viewer is."""
    if km is None:
        return {}
    spot = find_spot(session, viewer)
    return circle_around(spot.lat, spot.lon, km) if spot is not None else None


def _find(
    session: Session, viewer: Viewer, asked: _Question, *, begins: bool, before: int | None
) -> Feed:
    dialect = session.get_bind().dialect.name
    write = _fts5_query if dialect == "sqlite" else _tsquery
    statement = (FIND_NEARBY if asked.circle else FIND)[dialect]
    params: dict[str, Any] = {
        "wanted": write(asked.terms, asked.marks, asked.scopes, begins=begins),
        **asked.circle,
    }
    return feed_of(session, viewer, statement, FilterContext.PUBLIC, before=before, **params)


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
