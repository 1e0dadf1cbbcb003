"""Under which addresses other towns know what is theirs: for lists, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session

from federation.models import RemoteActor, RemotePost
from fedparents.db import HotStatement, in_bites, is_in_bite, table_of

_actor = table_of(RemoteActor)
_post = table_of(RemotePost)
LIST_ACTORS: Final = HotStatement(
    sa.select(_actor.c.actor_id, _actor.c.uri).where(is_in_bite(_actor.c.actor_id))
)
LIST_POSTS: Final = HotStatement(
    sa.select(_post.c.post_id, _post.c.uri).where(is_in_bite(_post.c.post_id))
)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Ids of other towns, by ours."""

    actors: dict[int, str] = field(default_factory=dict)
    posts: dict[int, str] = field(default_factory=dict)


def find_elsewhere(session: Session, actors: Sequence[int], posts: Sequence[int]) -> Elsewhere:
    """Of those that are ours there is none."""
    return Elsewhere(_list(session, LIST_ACTORS, actors), _list(session, LIST_POSTS, posts))


def _list(session: Session, statement: HotStatement, ids: Sequence[int]) -> dict[int, str]:
    connection = session.connection()
    return {
        number: uri for bite in in_bites(ids) for number, uri in statement.rows(connection, **bite)
    }
