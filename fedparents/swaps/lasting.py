"""How long an ask or offer is on the lists: its author is asked in time whether it is still there,
and says so with one press."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from fedparents.db import UnitOfWork
from fedparents.posts.models import Post, PostState
from fedparents.swaps.facts import SwapAging, SwapExpired
from fedparents.swaps.models import Direction, Swap

LASTS: Final = {Direction.ASK: timedelta(days=14), Direction.OFFER: timedelta(days=30)}
ASKED_BEFORE: Final = {Direction.ASK: timedelta(days=4), Direction.OFFER: timedelta(days=9)}
"""So long before the end somebody is asked whether it is still there."""


def begin_lasting(uow: UnitOfWork, swap: Swap) -> None:
    """On the lists from now on for as long as its kind is."""
    swap.expires_at = uow.now + LASTS[swap.direction]
    uow.session.add(swap)
    moment = swap.expires_at.isoformat()
    asked_at = swap.expires_at - ASKED_BEFORE[swap.direction]
    uow.record(SwapAging(swap.post_id, moment), at=asked_at)
    uow.record(SwapExpired(swap.post_id, moment), at=swap.expires_at)


def is_asked_about(session: Session, post_id: int, expires_at: str) -> bool:
    """Whether this end is still that of something that waits for somebody."""
    swap, post = session.get(Swap, post_id), session.get(Post, post_id)
    if swap is None or post is None or swap.expires_at is None:
        return False
    is_open = post.state == PostState.VISIBLE and post.closed_at is None
    return is_open and swap.expires_at.isoformat() == expires_at


def has_expired(swap: Swap, now: datetime) -> bool:
    return swap.expires_at is not None and swap.expires_at <= now
