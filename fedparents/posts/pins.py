"""What a person keeps on top of their own page; `desk` does it for groups."""

from __future__ import annotations

from typing import Final

from sqlmodel import col, func, select

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, LimitReached
from fedparents.ids import PostId
from fedparents.posts.access import hold_met
from fedparents.posts.models import Audience, Post, PostState

PINS_AT_MOST: Final = 5


def pin_own_post(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    """Raises NotFound, Conflict("not_pinnable") and LimitReached("too_many_pins")."""
    account = uow.session.get(Account, viewer.account_id, with_for_update={"key_share": True})
    post = _hold_own(uow, viewer, post_id)
    if post.pinned_at is not None or account is None:
        return post
    pinned = select(func.count()).where(
        Post.author_actor_id == viewer.actor_id,
        col(Post.group_id).is_(None),
        col(Post.pinned_at).is_not(None),
    )
    if uow.session.exec(pinned).one() >= PINS_AT_MOST:
        raise LimitReached("too_many_pins", at_most=PINS_AT_MOST)
    post.pinned_at = uow.now
    uow.session.add(post)
    return post


def unpin_own_post(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    """Raises NotFound and Conflict("not_pinnable")."""
    post = _hold_own(uow, viewer, post_id)
    post.pinned_at = None
    uow.session.add(post)
    return post


def _hold_own(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    """One that stands on the viewer's page: under their name, in no group, and no letter."""
    post = hold_met(uow, viewer, post_id).post
    stands_there = (
        post.author_actor_id == viewer.actor_id
        and post.group_id is None
        and post.audience != Audience.DIRECT
        and post.state == PostState.VISIBLE
    )
    if not stands_there:
        raise Conflict("not_pinnable")
    return post
