"""Asking and offering: a post with a direction, and now and then an ask that cannot wait."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, func, select

from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid, LimitReached, NotAllowed, NotFound
from fedparents.ids import PostId
from fedparents.posts.access import Met, hold_met
from fedparents.posts.models import Post, PostKind, PostState
from fedparents.posts.service import PostDraft, Published, edit_post, publish_post
from fedparents.swaps.details import Details, as_far_as_possible, checked_details, details_of
from fedparents.swaps.following import follow_words
from fedparents.swaps.guessing import guess
from fedparents.swaps.lasting import begin_lasting
from fedparents.swaps.models import Direction, Swap
from fedparents.swaps.refused import refusal_of
from fedparents.text import required_line

URGENT_LASTS: Final = timedelta(hours=6)
URGENT_EACH: Final = timedelta(hours=24)
"""One urgent ask of a member in so long a time (features 4.12)."""
URGENT_A_DAY: Final = 3
"""In one group."""
URGENT_REASON_LENGTH: Final = 60


@dataclass(frozen=True, slots=True)
class SwapDraft:
    """What somebody needs or gives. `urgent` says in a word why it cannot wait; "" if it can.
    Without `details` they are guessed from the words, as for whoever writes in an app."""

    post: PostDraft
    direction: Direction
    urgent: str = ""
    details: Details | None = None


def publish_swap(uow: UnitOfWork, viewer: Viewer, draft: SwapDraft) -> Published:
    """Ask or offer. Raises what `publish_post` raises, Invalid for details that cannot be so and
    for what does not change hands here, and LimitReached("urgent_too_often") or
    ("urgent_group_full") for an ask that calls everybody too soon after another."""
    if refusal := refusal_of(draft.post.text, draft.direction):
        raise Invalid({"text": refusal})
    details = _found_details(uow, draft)
    urgent = _checked_urgent(uow, viewer, draft)
    published = publish_post(uow, viewer, replace(draft.post, kind=PostKind.SWAP))
    swap = Swap(
        post_id=published.post.id,
        direction=draft.direction,
        urgent_reason=urgent,
        urgent_until_at=uow.now + URGENT_LASTS if urgent else None,
        **asdict(details),
    )
    uow.session.add(swap)
    begin_lasting(uow, swap)
    return published


def edit_words(
    uow: UnitOfWork, viewer: Viewer, post_id: PostId, text: str, *, warning: str = ""
) -> Post:
    """Say a post better, whatever its kind; what was understood of an ask or offer follows its
    words. Raises what `edit_post` raises, and Invalid for what does not change hands here: nothing
    comes in by a change that could not come in at first."""
    swap = uow.session.get(Swap, post_id)
    before = hold_met(uow, viewer, post_id).post.text if swap is not None else ""
    post = edit_post(uow, viewer, post_id, text, warning=warning)
    if swap is not None:
        if refusal := refusal_of(post.text, Direction(swap.direction)):
            raise Invalid({"text": refusal})
        direction = Direction(swap.direction)
        _set_details(uow, swap, follow_words(details_of(swap), direction, before, post.text))
    return post


def describe_swap(uow: UnitOfWork, viewer: Viewer, post_id: PostId, details: Details) -> Swap:
    """Say more exactly what it is. Raises NotFound, NotAllowed("not_the_author"), Invalid."""
    swap = hold_own_swap(uow, viewer, post_id)[1]
    _set_details(uow, swap, checked_details(details, swap.direction, uow.now.date()))
    return swap


def renew_swap(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    """It is still there, or still wanted: it stays on the lists. Raises NotFound, NotAllowed, and
    Conflict("swap_is_settled") for what has been closed."""
    met, swap = hold_own_swap(uow, viewer, post_id)
    if met.post.closed_at is not None:
        raise Conflict("swap_is_settled")
    begin_lasting(uow, swap)
    return met.post


def hold_own_swap(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> tuple[Met, Swap]:
    """What one asks or offers oneself, for a change; raises NotFound, NotAllowed."""
    met = hold_met(uow, viewer, post_id)
    swap = uow.session.get(Swap, post_id)
    if swap is None:
        raise NotFound("post_not_found")
    if not met.relation.is_author:
        raise NotAllowed("not_the_author")
    return met, swap


def _set_details(uow: UnitOfWork, swap: Swap, details: Details) -> None:
    for name, value in asdict(details).items():
        setattr(swap, name, value)
    uow.session.add(swap)


def _found_details(uow: UnitOfWork, draft: SwapDraft) -> Details:
    if draft.details is None:
        return as_far_as_possible(guess(draft.post.text, draft.direction), draft.direction)
    return checked_details(draft.details, draft.direction, uow.now.date())


def _checked_urgent(uow: UnitOfWork, viewer: Viewer, draft: SwapDraft) -> str:
    if not draft.urgent:
        return ""
    if draft.direction != Direction.ASK:
        raise Invalid({"urgent": "urgent_asks_only"})
    if draft.post.group_id is None or draft.post.is_anonymous:
        raise Invalid({"urgent": "urgent_in_groups_only"})
    urgent = required_line("urgent", draft.urgent, at_most=URGENT_REASON_LENGTH)
    _check_own_turn(uow.session, viewer, uow.now)
    _check_group(uow.session, draft.post.group_id, uow.now)
    return urgent


def _check_own_turn(session: Session, viewer: Viewer, now: datetime) -> None:
    last = (
        select(func.max(Post.created_at))
        .join(Swap, col(Swap.post_id) == col(Post.id))
        .where(Post.author_actor_id == viewer.actor_id, col(Swap.urgent_until_at).is_not(None))
        .where(Post.created_at > now - URGENT_EACH)
    )
    if (asked := session.exec(last).one()) is not None:
        raise LimitReached("urgent_too_often", retry_after=asked + URGENT_EACH - now)


def _check_group(session: Session, group_id: int, now: datetime) -> None:
    day = timedelta(days=1)
    today = (
        select(func.count(), func.min(Post.created_at))
        .join(Swap, col(Swap.post_id) == col(Post.id))
        .where(Post.group_id == group_id, col(Swap.urgent_until_at).is_not(None))
        .where(Post.created_at > now - day, Post.state != PostState.HIDDEN)
    )
    count, earliest = session.exec(today).one()
    if count >= URGENT_A_DAY:
        raise LimitReached("urgent_group_full", retry_after=earliest + day - now)
