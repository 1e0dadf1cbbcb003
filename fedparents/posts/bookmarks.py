"""What somebody wants to find again: for themselves, and nobody is told."""

from __future__ import annotations

from typing import Final

from sqlmodel import col, delete, func, select

from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import LimitReached
from fedparents.ids import PostId
from fedparents.posts.access import get_met
from fedparents.posts.models import Bookmark

BOOKMARKS_AT_MOST: Final = 5000
"""Of one person; what they kept is theirs, a robot's copy of the town is not."""


def bookmark_post(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> None:
    """Keep it; a second time changes nothing. Raises NotFound, LimitReached."""
    get_met(uow.session, viewer, post_id, today=uow.now.date())
    if uow.session.get(Bookmark, (post_id, viewer.actor_id)) is not None:
        return
    kept = select(func.count()).where(Bookmark.actor_id == viewer.actor_id)
    if uow.session.exec(kept).one() >= BOOKMARKS_AT_MOST:
        raise LimitReached("bookmarks_at_most", at_most=BOOKMARKS_AT_MOST)
    uow.session.add(Bookmark(post_id=post_id, actor_id=viewer.actor_id, id=uow.new_id()))


def unbookmark_post(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> None:
    """Keep it no longer, also where one may not read it any more."""
    own = (col(Bookmark.post_id) == post_id, col(Bookmark.actor_id) == viewer.actor_id)
    uow.session.exec(delete(Bookmark).where(*own))
