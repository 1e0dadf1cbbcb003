"""What those who ask and offer are told as time goes by: each is one job's work, which may run
twice."""

from __future__ import annotations

from fedparents.db import UnitOfWork
from fedparents.notifications.kinds import Kind
from fedparents.notifications.occasions import accounts_of, announce
from fedparents.notifications.service import Notice
from fedparents.posts.anonymous import find_author
from fedparents.posts.models import Post
from fedparents.swaps.facts import SwapAging, SwapExpired
from fedparents.swaps.lasting import is_asked_about

AGING, EXPIRED = "aging", "expired"


def on_swap_aging(uow: UnitOfWork, fact: SwapAging) -> list[int]:
    """Whoever asks or offers: is it still there?"""
    return _ask(uow, fact.post_id, fact.expires_at, AGING)


def on_swap_expired(uow: UnitOfWork, fact: SwapExpired) -> list[int]:
    """Whoever asks or offers: it is off the lists, and one press brings it back."""
    return _ask(uow, fact.post_id, fact.expires_at, EXPIRED)


def _ask(uow: UnitOfWork, post_id: int, expires_at: str, how: str) -> list[int]:
    if not is_asked_about(uow.session, post_id, expires_at):
        return []
    post = uow.session.get_one(Post, post_id)
    author = find_author(uow.session, post)
    if author is None:
        return []
    notice = Notice(
        Kind.STILL_THERE,
        cause=f"still_there:{post_id}:{expires_at}:{how}",
        bundle=f"still_there:{post_id}",
        subject_id=post_id,
        group_id=post.group_id,
        detail=how,
    )
    return announce(uow, notice, accounts_of(uow.session, author))
