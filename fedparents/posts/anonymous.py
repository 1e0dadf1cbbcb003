"""Asking without one's name: the one place that knows, and lets be known, who it was.

To the others the group itself asked. Those who look after the group can find out, with a reason,
and that they did is written down; the asker is told on the page where they ask.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from fedparents.accounts.sessions import Viewer
from fedparents.audit.service import record_audit
from fedparents.db import UnitOfWork
from fedparents.errors import LimitReached, NotFound
from fedparents.groups.access import get_seat
from fedparents.groups.policy import can_moderate
from fedparents.ids import GroupId, PostId
from fedparents.posts.models import AnonymousAuthor, Post
from fedparents.text import required_line

A_WEEK: Final = 2
REASON_LENGTH: Final = 500
_WEEK: Final = timedelta(days=7)


def is_own_anonymous(actor: int | sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Whether the reader themself asked; a condition on `Post`."""
    own = select(AnonymousAuthor.post_id).where(
        col(AnonymousAuthor.post_id) == col(Post.id), col(AnonymousAuthor.actor_id) == actor
    )
    return sa.and_(col(Post.is_anonymous), sa.exists(own.correlate_except(AnonymousAuthor)))


def ids_written_by(
    actor: int | sa.ColumnElement[Any], *, since: int | sa.ColumnElement[Any] = 0
) -> sa.CompoundSelect[tuple[int]]:
    """The ids of all that somebody wrote, with and without their name: for themself alone."""
    named = sa.select(col(Post.id)).where(col(Post.author_actor_id) == actor, col(Post.id) > since)
    hidden = sa.select(col(AnonymousAuthor.post_id)).where(
        col(AnonymousAuthor.actor_id) == actor, col(AnonymousAuthor.post_id) > since
    )
    return sa.union_all(named, hidden)


def wrote(session: Session, post: Post, actor_id: int) -> bool:
    """Whether somebody is the author of a post, anonymous or not."""
    if not post.is_anonymous:
        return post.author_actor_id == actor_id
    hidden = session.get(AnonymousAuthor, post.id)
    return hidden is not None and hidden.actor_id == actor_id


def find_author(session: Session, post: Post) -> int | None:
    """The actor to tell that there are answers: for the worker alone, never for a page."""
    if not post.is_anonymous:
        return post.author_actor_id
    hidden = session.get(AnonymousAuthor, post.id)
    return hidden.actor_id if hidden else None


def reveal_author(uow: UnitOfWork, viewer: Viewer, post_id: PostId, reason: str) -> int:
    """Who asked, for those who look after the group; why they looked is written down for good.

    Raises NotFound for everybody else, and Invalid without a reason.
    """
    reason = required_line("reason", reason, at_most=REASON_LENGTH)
    post = uow.session.get(Post, post_id)
    hidden = uow.session.get(AnonymousAuthor, post_id)
    if post is None or hidden is None or post.group_id is None:
        raise NotFound("post_not_found")
    seat = get_seat(uow.session, viewer, GroupId(post.group_id), today=uow.now.date())
    if not can_moderate(seat.group, seat.standing):
        raise NotFound("post_not_found")
    record_audit(
        uow,
        "post.revealed",
        by=viewer.actor_id,
        subject=post_id,
        group=post.group_id,
        reason=reason,
    )
    return hidden.actor_id


def hide_author(uow: UnitOfWork, post: Post, actor_id: int) -> None:
    """Remember who asked; raises LimitReached after two threads in a week."""
    if not post.is_reply:
        _check_week(uow, actor_id)
    uow.session.add(AnonymousAuthor(post_id=post.id, actor_id=actor_id))


def _check_week(uow: UnitOfWork, actor_id: int) -> None:
    since = uow.now - _WEEK
    recent = (
        select(func.count(), func.min(Post.created_at))
        .join(AnonymousAuthor, col(AnonymousAuthor.post_id) == col(Post.id))
        .where(
            AnonymousAuthor.actor_id == actor_id,
            Post.created_at > since,
            sa.not_(col(Post.is_reply)),
        )
    )
    count, earliest = uow.session.exec(recent).one()
    if count >= A_WEEK:
        raise LimitReached("anonymous_too_often", retry_after=earliest + _WEEK - uow.now)
