"""Looking after what is said: first posts, pins, and what can be read and what not."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import Session, col, func, select

from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.audit.service import record_audit
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, LimitReached, NotFound
from fedparents.groups.models import Group
from fedparents.ids import PostId
from fedparents.posts.access import find_relation, hold_met
from fedparents.posts.facts import Arranged, PostArranged, PostDecided
from fedparents.posts.models import Post, PostState
from fedparents.posts.policy import can_pin, decides
from fedparents.posts.service import announce, withdraw

PINS_AT_MOST: Final = 3
UNDO_WITHIN: Final = timedelta(minutes=10)
TELL_AFTER: Final = timedelta(seconds=30)
"""What its author is told waits so long, so that an undo in time leaves no trace."""


def let_post_through(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    """A newcomer's first post, or one that its author has changed, becomes readable.

    Raises NotFound, and Conflict with the name of the colleague who was faster.
    """
    post = hold_decided(uow, viewer, post_id)
    if post.state != PostState.HELD:
        raise _too_late(uow.session, post)
    move_post(uow, post, PostState.VISIBLE, by=viewer.actor_id)
    uow.record(PostDecided(post.id, uow.now.isoformat()), at=uow.now + TELL_AFTER)
    _record(uow, "post.let_through", post, viewer)
    return post


def hold_post_again(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    """Undo letting it through, within minutes. Raises NotFound, Conflict("undo_over")."""
    post = hold_decided(uow, viewer, post_id)
    if post.state != PostState.VISIBLE or not can_hold_again(post, now=uow.now):
        raise Conflict("undo_over")
    move_post(uow, post, PostState.HELD, by=None)
    _record(uow, "post.held_again", post, viewer)
    return post


def move_post(
    uow: UnitOfWork, post: Post, state: PostState, reason: str = "", *, by: int | None
) -> None:
    """Let it be read, or not any more. Who may do that, and what is told to whom, is for the
    caller to say; `by` is None when nobody in particular has decided."""
    was_visible = post.state == PostState.VISIBLE
    post.state, post.reason = state, reason
    post.decided_by_actor_id, post.decided_at = by, uow.now if by else None
    post.deleted_at = uow.now if state == PostState.DELETED else None
    if state != PostState.VISIBLE:
        post.pinned_at = None
    uow.session.add(post)
    if was_visible and state != PostState.VISIBLE:
        withdraw(uow, post)
    if state == PostState.VISIBLE and not was_visible:
        announce(uow, post)


def pin_post(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    """Keep a post on top of its group. Raises NotFound, LimitReached("too_many_pins")."""
    post = _hold_pinnable(uow, viewer, post_id)
    if post.pinned_at is not None:
        return post
    pinned = select(func.count()).where(
        Post.group_id == post.group_id, col(Post.pinned_at).is_not(None)
    )
    if uow.session.exec(pinned).one() >= PINS_AT_MOST:
        raise LimitReached("too_many_pins", at_most=PINS_AT_MOST)
    post.pinned_at = uow.now
    uow.session.add(post)
    uow.record(PostArranged(post.id, Arranged.PINNED))
    return post


def unpin_post(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    post = _hold_pinnable(uow, viewer, post_id)
    if post.pinned_at is not None:
        post.pinned_at = None
        uow.session.add(post)
        uow.record(PostArranged(post.id, Arranged.UNPINNED))
    return post


def hold_decided(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    """A post for those who look after it, whoever has blocked whom; raises NotFound for others."""
    post = uow.session.get(Post, post_id, with_for_update=True, populate_existing=True)
    if post is None or not looks_after(uow.session, viewer, post, today=uow.now.date()):
        raise NotFound("post_not_found")
    return post


def looks_after(session: Session, viewer: Viewer, post: Post, *, today: date) -> bool:
    """Whether somebody decides about a post. A block stands between two people, and is no way to
    keep an office from its work."""
    if post.state == PostState.DELETED:
        return False
    group = session.get(Group, post.group_id) if post.group_id else None
    return decides(viewer, post, find_relation(session, viewer, post, group, today=today))


def can_hold_again(post: Post, *, now: datetime) -> bool:
    """Whether letting it through was just now."""
    return post.decided_at is not None and now - post.decided_at <= UNDO_WITHIN


def _record(uow: UnitOfWork, action: str, post: Post, viewer: Viewer) -> None:
    record_audit(uow, action, by=viewer.actor_id, subject=post.id, group=post.group_id)


def _too_late(session: Session, post: Post) -> Conflict:
    decider = session.get(Actor, post.decided_by_actor_id or 0)
    if decider is None or not decider.display_name:
        return Conflict("post_decided")
    return Conflict("post_decided_by", name=decider.display_name)


def _hold_pinnable(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    met = hold_met(uow, viewer, post_id)
    is_there = met.post.group_id is not None and met.post.state == PostState.VISIBLE
    if not can_pin(met.standing) or met.post.is_reply or not is_there:
        raise NotFound("post_not_found")
    return met.post
