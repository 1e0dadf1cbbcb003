"""A post with what was answered, as its reader meets it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.db import HotStatement, table_of
from fedparents.errors import NotFound
from fedparents.ids import PostId
from fedparents.places.distance import Band
from fedparents.posts.models import Audience, Post, PostState
from fedparents.posts.photos import PhotoView
from fedparents.posts.polls import PollView
from fedparents.social.models import FilterContext
from fedparents.timelines.cards import PostCard, read_cards, read_rows, select_cards, select_public
from fedparents.timelines.queries import FIND_CARD, dress

THREAD: Final = 200
_post = table_of(Post)
_actor = table_of(Actor)
_place: Final = bindparam("place", type_=sa.BigInteger)
_before: Final = bindparam("before", type_=sa.BigInteger)
# An answer of which nothing else is known here (yet) begins a thread of its own.
_is_below: Final = sa.and_(_post.c.root_id == _place, _post.c.is_reply, _post.c.id != _place)
_is_answer: Final = sa.and_(_is_below, _post.c.id > _before)
_limit: Final = bindparam("limit", type_=sa.Integer)


@dataclass(frozen=True, slots=True)
class Thread:
    """A post and what was answered, the oldest answer first."""

    root: PostCard | None
    """None when it was deleted: its answers stay."""
    replies: tuple[PostCard, ...]
    polls: Mapping[int, PollView]
    photos: Mapping[int, Sequence[PhotoView]]
    later: int | None
    """Where the next page of answers begins."""
    accepted: PostCard | None = None
    """The answer that helped, on whichever page it is."""
    folded: Mapping[int, str] = field(default_factory=dict)
    distances: Mapping[int, Band] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post is read: in which thread, and on which page of its answers."""

    root_id: PostId
    handle: str
    reply_id: PostId | None
    """None for the first post of a thread."""
    after: int | None
    """With which answer the page before ends; None on the first page."""


LIST_ANSWERS = HotStatement(select_cards(_is_answer).order_by(_post.c.id).limit(_limit))
FIND_PUBLIC_CARD = HotStatement(select_public(_post.c.id == _place))
LIST_PUBLIC_ANSWERS = HotStatement(select_public(_is_answer).order_by(_post.c.id).limit(_limit))
FIND_PLACE = HotStatement(sa.select(_post.c.root_id, _post.c.is_reply).where(_post.c.id == _place))
LIST_EARLIER = HotStatement(
    select_cards(_is_below, _post.c.id < _before).with_only_columns(_post.c.id).order_by(_post.c.id)
)
LIST_PUBLIC_EARLIER = HotStatement(
    select_public(_is_below, _post.c.id < _before)
    .with_only_columns(_post.c.id)
    .order_by(_post.c.id)
)
FIND_STATE = HotStatement(sa.select(_post.c.state).where(_post.c.id == _place))
IS_INDEXABLE = HotStatement(sa.select(_actor.c.is_indexable).where(_actor.c.id == _place))


def get_thread(
    session: Session, viewer: Viewer | None, root_id: PostId, *, after: int | None = None
) -> Thread:
    """A post with its answers; raises NotFound when neither is there for the viewer."""
    find = FIND_PUBLIC_CARD if viewer is None else FIND_CARD
    answers = LIST_PUBLIC_ANSWERS if viewer is None else LIST_ANSWERS
    root = _find(session, viewer, find, root_id)
    found = read_cards(session, viewer, answers, place=root_id, before=after or 0, limit=THREAD + 1)
    if root is None and not (found and _is_deleted(session, root_id)):
        raise NotFound("post_not_found")
    accepted_id = root.accepted_reply_id if root else None
    accepted = _find(session, viewer, find, accepted_id) if accepted_id else None
    replies = tuple(found[:THREAD])
    everything = {card.id: card for card in (root, accepted, *replies) if card}
    dressed = dress(session, viewer, tuple(everything.values()), FilterContext.THREAD)
    shown = {card.id for card in dressed.cards}
    return Thread(
        root=root,
        replies=tuple(card for card in replies if card.id in shown),
        polls=dressed.polls,
        photos=dressed.photos,
        later=replies[-1].id if len(found) > THREAD else None,
        accepted=accepted,
        folded=dressed.folded,
        distances=dressed.distances,
    )


def find_place(session: Session, viewer: Viewer | None, post_id: PostId) -> Place:
    """Where a post is read; raises NotFound for one that is not there, or not for this viewer, and
    for letters, which have rooms of their own."""
    find = FIND_PUBLIC_CARD if viewer is None else FIND_CARD
    card = _find(session, viewer, find, post_id)
    if card is None or card.audience == Audience.DIRECT:
        raise NotFound("post_not_found")
    if card.root_id == card.id:
        return Place(PostId(card.id), card.handle, None, None)
    root = _find(session, viewer, find, card.root_id)
    statement = LIST_PUBLIC_EARLIER if viewer is None else LIST_EARLIER
    earlier = read_rows(session, viewer, statement, place=card.root_id, before=card.id)
    pages = len(earlier) // THREAD
    after = earlier[pages * THREAD - 1][0] if pages else None
    handle = root.handle if root else card.handle
    return Place(PostId(card.root_id), handle, PostId(card.id), after)


def is_indexable(session: Session, actor_id: int) -> bool:
    """Whether search engines may keep what somebody says to everybody."""
    ((allowed,),) = IS_INDEXABLE.rows(session.connection(), place=actor_id)
    return bool(allowed)


def _is_deleted(session: Session, root_id: PostId) -> bool:
    """Whether its answers are all that is left; what is hidden or behind a block hides them."""
    rows = FIND_STATE.rows(session.connection(), place=root_id)
    return not rows or rows[0][0] == PostState.DELETED


def _find(
    session: Session, viewer: Viewer | None, find: HotStatement, post_id: int
) -> PostCard | None:
    return next(iter(read_cards(session, viewer, find, place=post_id)), None)
