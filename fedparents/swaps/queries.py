"""One ask or offer beside its words."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

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


def list_swaps_of(session: Session, post_ids: Sequence[int]) -> dict[int, Swap]:
    """Of a page of posts that the reader is known to see, by post."""
    rows = session.exec(select(Swap).where(col(Swap.post_id).in_(post_ids)))
    return {swap.post_id: swap for swap in rows}


def get_own_swap(session: Session, viewer: Viewer, post_id: PostId) -> tuple[Post, Swap]:
    """What one asks or offers oneself; raises NotFound for all else."""
    met = get_met(session, viewer, post_id, today=clock.now().date())
    swap = session.get(Swap, post_id)
    if swap is None or not met.relation.is_author:
        raise NotFound("post_not_found")
    return met.post, swap
