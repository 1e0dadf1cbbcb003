"""People who want to be found, as a list of them."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col

from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor, ActorKind
from fedparents.posts.models import Post, PostState
from fedparents.posts.policy import TOWN
from fedparents.social.policy import not_blocked, seen_by

_LAST_SAID: Final = (
    sa.select(sa.func.max(col(Post.id)))
    .where(
        col(Post.author_actor_id) == col(Actor.id),
        col(Post.group_id).is_(None),
        col(Post.audience).in_(TOWN),
        col(Post.state) == PostState.VISIBLE,
    )
    .correlate(Actor)
    .scalar_subquery()
)


def list_directory(
    session: Session,
    viewer: Viewer | None,
    *,
    offset: int,
    limit: int,
    newest_first: bool = False,
    only_here: bool = False,
) -> list[int]:
    """Those who spoke to everybody last, or those who came last; visitors find nobody."""
    if viewer is None:
        return []
    willing = sa.select(col(Actor.id)).where(
        col(Actor.kind) == ActorKind.PERSON,
        col(Actor.is_discoverable),
        seen_by(viewer),
        not_blocked(viewer.actor_id, col(Actor.id)),
    )
    if only_here:
        willing = willing.where(col(Actor.domain) == "")
    if not newest_first:
        willing = willing.order_by(sa.func.coalesce(_LAST_SAID, 0).desc())
    found = willing.order_by(col(Actor.id).desc()).offset(offset).limit(limit)
    return list(session.execute(found).scalars())
