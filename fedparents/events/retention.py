"""What of events is forgotten when, and what goes with an account."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, delete, func, select, update

from fedparents.db import UnitOfWork
from fedparents.events.models import Event, Occurrence
from fedparents.posts.anonymous import ids_written_by
from fedparents.posts.models import Post, PostState

_AT_ONCE = 1000


def count_exact_places(session: Session, now: datetime, keeps: timedelta) -> int:
    """Addresses that nobody needs any more to find the way."""
    return session.exec(
        select(func.count()).select_from(Event).where(_is_of_no_use(now - keeps))
    ).one()


def clear_exact_places(uow: UnitOfWork, keeps: timedelta) -> int:
    """Empty a bite of them: often they are where somebody lives."""
    bite = sa.select(col(Event.post_id)).where(_is_of_no_use(uow.now - keeps)).limit(_AT_ONCE)
    empty = update(Event).where(col(Event.post_id).in_(bite)).values(exact_place="")
    return uow.session.exec(empty).rowcount


def forget_host(uow: UnitOfWork, actor_id: int) -> None:
    """An account has been erased: so is what it invited to, beside the words of the post."""
    uow.session.exec(delete(Event).where(col(Event.post_id).in_(ids_written_by(actor_id))))


def _is_of_no_use(cutoff: datetime) -> sa.ColumnElement[bool]:
    """It was over before then, or its author has taken it back."""
    goes_on = sa.exists().where(
        col(Occurrence.event_id) == col(Event.post_id), col(Occurrence.ends_at) >= cutoff
    )
    taken_back = sa.exists().where(
        col(Post.id) == col(Event.post_id), col(Post.state) == PostState.DELETED
    )
    return sa.and_(col(Event.exact_place) != "", sa.or_(~goes_on, taken_back))
