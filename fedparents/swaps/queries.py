"""One ask or offer beside its words."""

from __future__ import annotations

from sqlmodel import Session

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.errors import NotFound
from fedparents.ids import PostId
from fedparents.posts.access import get_met
from fedparents.posts.models import Post
from fedparents.swaps.models import Swap


def find_swap(session: Session, post_id: int) -> Swap | None:
    """Of a post that the reader is known to see."""
    return session.get(Swap, post_id)


def get_own_swap(session: Session, viewer: Viewer, post_id: PostId) -> tuple[Post, Swap]:
    """What one asks or offers oneself; raises NotFound for all else."""
    met = get_met(session, viewer, post_id, today=clock.now().date())
    swap = session.get(Swap, post_id)
    if swap is None or not met.relation.is_author:
        raise NotFound("post_not_found")
    return met.post, swap
