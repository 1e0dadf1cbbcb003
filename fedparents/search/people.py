"""Finding people and groups by name: only those of whom the reader may know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session, col

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor, ActorKind
from fedparents.db import HotStatement, table_of
from fedparents.groups.models import Group, Membership, MembershipState
from fedparents.groups.policy import AnyViewer, visible_to
from fedparents.places.names import fold
from fedparents.social.policy import is_present, not_blocked

SHOWN: Final = 5
_LOOKED_AT: Final = 2000
"""Names: more people than that share groups with nobody."""

_READER: Final = AnyViewer()
_viewer: Final = _READER.actor_id
_actor = table_of(Actor)
_membership = table_of(Membership)


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody, or a group, as a list names them."""

    id: int
    name: str
    handle: str
    avatar: str


def _people(*conditions: sa.ColumnElement[bool]) -> HotStatement:
    return HotStatement(
        sa.select(_actor.c.id, _actor.c.display_name, _actor.c.handle, _actor.c.avatar)
        .where(
            *conditions,
            _actor.c.kind == ActorKind.PERSON.value,
            _actor.c.domain == "",
            is_present(_actor.c.id),
            not_blocked(_viewer, _actor.c.id),
        )
        .limit(_LOOKED_AT)
    )


def _met() -> sa.ColumnElement[bool]:
    """Whom the reader meets in a group."""
    mine, theirs = _membership.alias("mine"), _membership.alias("theirs")
    active = MembershipState.ACTIVE.value
    met = (
        sa.select(theirs.c.actor_id)
        .join_from(mine, theirs, theirs.c.group_id == mine.c.group_id)
        .where(mine.c.actor_id == _viewer, mine.c.state == active, theirs.c.state == active)
    )
    return _actor.c.id.in_(met)


def _known_groups() -> sa.Select[Any]:
    return (
        sa.select(_actor.c.id, _actor.c.display_name, _actor.c.handle, _actor.c.cover)
        .join_from(_actor, Group, col(Group.actor_id) == _actor.c.id)
        .where(visible_to(_READER, today=bindparam("today", type_=sa.Date)))
        .order_by(_actor.c.id.desc())
        .limit(_LOOKED_AT)
    )


# Two statements: as one with OR, everybody of the place would be looked at.
LIST_MET: Final = _people(_met())
LIST_WILLING: Final = _people(_actor.c.is_discoverable)
"""Who want to be found."""
LIST_KNOWN_GROUPS: Final = HotStatement(_known_groups())


def search_people(session: Session, viewer: Viewer, words: str) -> list[Named]:
    """People whose name or user name holds all the words, or begins with them."""
    wanted = fold(words).split()
    if not wanted:
        return []
    rows = {
        row[0]: row
        for statement in (LIST_MET, LIST_WILLING)
        for row in statement.rows(session.connection(), viewer=viewer.actor_id)
    }
    return _best(wanted, (Named(*row) for row in rows.values()))


def search_groups(session: Session, viewer: Viewer, words: str) -> list[Named]:
    """Groups of whom the reader may know, by name."""
    wanted = fold(words).split()
    if not wanted:
        return []
    rows = LIST_KNOWN_GROUPS.rows(
        session.connection(), viewer=viewer.actor_id, today=clock.now().date()
    )
    return _best(wanted, (Named(*row) for row in rows))


def _best(wanted: Sequence[str], everybody: Iterable[Named]) -> list[Named]:
    found = [each for each in everybody if _has(wanted, each)]
    return sorted(found, key=lambda each: each.name.casefold())[:SHOWN]


def _has(wanted: Sequence[str], named: Named) -> bool:
    words = _words_of(named.name, named.handle)
    return all(any(word.startswith(begin) for word in words) for begin in wanted)


@lru_cache(maxsize=8192)
def _words_of(name: str, handle: str) -> tuple[str, ...]:
    """The same names are looked at in every search; to fold one takes twenty microseconds."""
    return (*fold(name).split(), handle)
