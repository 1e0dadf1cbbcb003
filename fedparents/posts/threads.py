"""Hearing no more of a thread: one's own peace, of which nobody is told."""

from __future__ import annotations

from sqlmodel import col, delete

from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict
from fedparents.ids import PostId
from fedparents.posts.access import get_met
from fedparents.posts.models import Audience, Post, ThreadMute


def mute_thread(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> None:
    """Be told of nothing more that happens in the thread of a post. Raises NotFound, and Conflict
    for a letter: a conversation is left."""
    post = _get(uow, viewer, post_id)
    if post.audience == Audience.DIRECT:
        raise Conflict("letters_are_left")
    if uow.session.get(ThreadMute, (post.root_id, viewer.actor_id)) is None:
        uow.session.add(ThreadMute(root_id=post.root_id, actor_id=viewer.actor_id))


def unmute_thread(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> None:
    """Be told of it again. Raises NotFound."""
    root_id = _get(uow, viewer, post_id).root_id
    own = (col(ThreadMute.root_id) == root_id, col(ThreadMute.actor_id) == viewer.actor_id)
    uow.session.exec(delete(ThreadMute).where(*own))


def _get(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    return get_met(uow.session, viewer, post_id, today=uow.now.date()).post
