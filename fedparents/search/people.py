"""Finding people and groups by name: only those of whom the reader may know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor, ActorKind
from fedparents.db import HotStatement, table_of
from fedparents.groups.models import Group, Membership, MembershipState
from fedparents.groups.policy import visible_to
from fedparents.places.names import fold
from fedparents.social.policy import is_present, not_blocked

SHOWN: Final = 5
_LOOKED_AT: Final = 2000
"""Names: more people than that share groups with nobody."""

_actor = table_of(Actor)
_membership = table_of(Membership)


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody, or a group, as a list names them."""

    id: int
    name: str
    handle: str
    avatar: str


def _known() -> sa.Select[Any]:
    """People whom the reader meets in a group, and those who want to be found."""
    viewer = bindparam("viewer", type_=sa.BigInteger)
    mine, theirs = _membership.alias("mine"), _membership.alias("theirs")
    active = MembershipState.ACTIVE.value
    shares = sa.exists(
        sa.select(sa.literal(1))
        .select_from(mine.join(theirs, theirs.c.group_id == mine.c.group_id))
        .where(
            mine.c.actor_id == viewer,
            mine.c.state == active,
            theirs.c.actor_id == _actor.c.id,
            theirs.c.state == active,
        )
    )
    return (
        sa.select(_actor.c.id, _actor.c.display_name, _actor.c.handle, _actor.c.avatar)
        .where(
            _actor.c.kind == ActorKind.PERSON.value,
            _actor.c.domain == "",
            sa.or_(_actor.c.is_discoverable, shares),
            is_present(_actor.c.id),
            not_blocked(viewer, _actor.c.id),
        )
        .order_by(_actor.c.id.desc())
        .limit(_LOOKED_AT)
    )


LIST_KNOWN: Final = HotStatement(_known())


def search_people(session: Session, viewer: Viewer, words: str) -> list[Named]:
    """People whose name or user name holds all the words, or begins with them."""
    wanted = fold(words).split()
    if not wanted:
        return []
    rows = LIST_KNOWN.rows(session.connection(), viewer=viewer.actor_id)
    return _best(wanted, (Named(*row) for row in rows))


def search_groups(session: Session, viewer: Viewer, words: str) -> list[Named]:
    """Groups of whom the reader may know, by name."""
    wanted = fold(words).split()
    if not wanted:
        return []
    named = aliased(Actor)
    known = (
        select(named.id, named.display_name, named.handle, named.cover)
        .join(Group, col(Group.actor_id) == col(named.id))
        .where(visible_to(viewer, today=clock.now().date()))
        .limit(_LOOKED_AT)
    )
    return _best(wanted, (Named(*row) for row in session.exec(known)))


def _best(wanted: Sequence[str], everybody: Iterable[Named]) -> list[Named]:
    found = [each for each in everybody if _has(wanted, each)]
    return sorted(found, key=lambda each: each.name.casefold())[:SHOWN]


def _has(wanted: Sequence[str], named: Named) -> bool:
    words = [*fold(named.name).split(), named.handle]
    return all(any(word.startswith(begin) for word in words) for begin in wanted)
