"""Looking after what is said: first posts, pins, and hiding with a reason."""

from __future__ import annotations

from typing import Final

from sqlmodel import col, func, select

from fedparents.accounts.sessions import Viewer
from fedparents.audit.service import record_audit
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, LimitReached, NotFound
from fedparents.ids import PostId
from fedparents.posts.access import Met, hold_met
from fedparents.posts.facts import PostDecided, PostHidden
from fedparents.posts.models import Post, PostState
from fedparents.posts.policy import can_pin, decides
from fedparents.posts.service import announce, withdraw
from fedparents.text import required_line

PINS_AT_MOST: Final = 3
REASON_LENGTH: Final = 500


def let_post_through(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    """A newcomer's first post becomes readable. Raises NotFound, Conflict("post_decided")."""
    post = _hold_decided(uow, viewer, post_id).post
    if post.state != PostState.HELD:
        raise Conflict("post_decided")
    post.state = PostState.VISIBLE
    uow.session.add(post)
    announce(uow, post)
    uow.record(PostDecided(post.id))
    record_audit(uow, "post.let_through", by=viewer.actor_id, subject=post.id)
    return post


def hide_post(uow: UnitOfWork, viewer: Viewer, post_id: PostId, reason: str) -> Post:
    """Nobody but its author and those who decide can read it; the author is told why.

    Also the answer to a held post that does not fit. Raises NotFound, Invalid("reason"),
    Conflict("post_decided").
    """
    reason = required_line("reason", reason, at_most=REASON_LENGTH)
    post = _hold_decided(uow, viewer, post_id).post
    if post.state == PostState.HIDDEN:
        raise Conflict("post_decided")
    if post.state == PostState.VISIBLE:
        withdraw(uow, post)
    post.state, post.reason, post.pinned_at = PostState.HIDDEN, reason, None
    uow.session.add(post)
    uow.record(PostHidden(post.id))
    record_audit(uow, "post.hidden", by=viewer.actor_id, subject=post.id, reason=reason)
    return post


def restore_post(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    """Let everybody read a hidden post again. Raises NotFound, Conflict("post_decided")."""
    post = _hold_decided(uow, viewer, post_id).post
    if post.state != PostState.HIDDEN:
        raise Conflict("post_decided")
    post.state, post.reason = PostState.VISIBLE, ""
    uow.session.add(post)
    announce(uow, post)
    record_audit(uow, "post.restored", by=viewer.actor_id, subject=post.id)
    return post


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
    return post


def unpin_post(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    post = _hold_pinnable(uow, viewer, post_id)
    post.pinned_at = None
    uow.session.add(post)
    return post


def _hold_decided(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Met:
    met = hold_met(uow, viewer, post_id)
    if not decides(viewer, met.post, met.relation):
        raise NotFound("post_not_found")
    return met


def _hold_pinnable(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    met = hold_met(uow, viewer, post_id)
    is_there = met.post.group_id is not None and met.post.state == PostState.VISIBLE
    if not can_pin(met.standing) or met.post.is_reply or not is_there:
        raise NotFound("post_not_found")
    return met.post
