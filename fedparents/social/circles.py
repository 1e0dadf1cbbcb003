"""Whom somebody follows, blocks and mutes, page by page as programs ask for it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.paging import Paging
from fedparents.social.models import Block, Follow, FollowState, Mute
from fedparents.social.policy import seen_by
from fedparents.social.queries import PersonLine


class Circle(StrEnum):
    """All of them the viewer's own: what others are to each other is theirs."""

    FOLLOWING = "following"
    FOLLOWERS = "followers"
    REQUESTS = "requests"
    """Who asks to follow the viewer."""
    BLOCKED = "blocked"
    MUTED = "muted"


def list_circle(
    session: Session, viewer: Viewer, circle: Circle, paging: Paging, *, now: datetime
) -> list[PersonLine]:
    """Its people, the last first; those who were blocked also when they are not to be seen."""
    until: sa.SQLColumnExpression[datetime | None] = sa.null()
    number: sa.SQLColumnExpression[int]
    on: sa.SQLColumnExpression[int]
    match circle:
        case Circle.BLOCKED:
            number, on = col(Block.id), col(Block.actor_id)
            own = col(Block.by_actor_id) == viewer.actor_id
        case Circle.MUTED:
            number, on, until = col(Mute.id), col(Mute.actor_id), col(Mute.until_at)
            holds = sa.or_(until.is_(None), until > now)
            own = sa.and_(col(Mute.by_actor_id) == viewer.actor_id, holds)
        case _:
            number = col(Follow.id)
            on, own = _of_follows(circle, viewer)
    columns: list[Any] = [number, Actor, until]
    people = sa.select(*columns).join(Actor, col(Actor.id) == on).where(own)
    if circle != Circle.BLOCKED:
        people = people.where(seen_by(viewer))
    rows = session.execute(paging.narrow(people, number)).all()
    return [PersonLine(*row) for row in paging.newest_first(rows)]


def _of_follows(
    circle: Circle, viewer: Viewer
) -> tuple[sa.SQLColumnExpression[int], sa.ColumnElement[bool]]:
    follower, followed = col(Follow.follower_actor_id), col(Follow.followed_actor_id)
    mine, other = (follower, followed) if circle == Circle.FOLLOWING else (followed, follower)
    state = FollowState.PENDING if circle == Circle.REQUESTS else FollowState.ACCEPTED
    return other, sa.and_(mine == viewer.actor_id, col(Follow.state) == state)
