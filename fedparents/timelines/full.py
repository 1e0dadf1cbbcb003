"""Posts with all that programs show of them: a page of any list in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.conversations.models import ConversationMember, ConversationPost
from fedparents.db import HotStatement, constant, in_bites, is_in_bite, table_of
from fedparents.errors import NotFound
from fedparents.paging import Paging
from fedparents.posts.anonymous import is_own_anonymous
from fedparents.posts.models import (
    Bookmark,
    Post,
    PostMention,
    PostState,
    PostTag,
    ThreadMute,
)
from fedparents.posts.photos import PhotoView, list_photos
from fedparents.posts.polls import PollView, list_polls
from fedparents.social.matching import WordMatch
from fedparents.social.models import FilterContext
from fedparents.social.queries import get_active_filters
from fedparents.timelines.cards import (
    ACTOR,
    read_rows,
)
from fedparents.timelines.faces import Face, list_faces
from fedparents.timelines.full_cards import (
    FullCard,
    select_full,
    select_full_public,
    select_shared,
)
from fedparents.timelines.shares import ShareLine, place_of
from fedparents.timelines.spans import Spanned, span_of

_post = table_of(Post)
_answered = table_of(Post).alias("answered")
_mention = table_of(PostMention)
_actor = table_of(Actor)
_tag = table_of(PostTag)
_kept = table_of(Bookmark)
_quiet = table_of(ThreadMute)
_letter = table_of(ConversationPost)
_member = table_of(ConversationMember).alias("reader_seat")
T = TypeVar("T")
_CARD: Final = len(FullCard._fields)
_ROW: Final = _CARD + 3


class FullPost(NamedTuple):
    """A post as one reader meets it, and what only programs show of it."""

    card: FullCard
    answers_actor_id: int | None
    """Whose post it answers, where that person is known."""
    is_kept: bool
    """The reader has a bookmark there."""
    is_muted: bool
    """The reader wants to hear no more of its thread."""
    share: ShareLine | None = None
    """Who passed it on, where that is how it came into a list."""

    @property
    def place(self) -> int:
        """Its number in lists: its own, or that of the share by which it came."""
        return self.share.id if self.share is not None else self.card.id


class Mentioned(NamedTuple):
    """Somebody who is named in a post."""

    id: int
    handle: str
    domain: str


@dataclass(frozen=True, slots=True)
class FullPage:
    """Posts, and all that stands in them, by the ids of posts and actors."""

    posts: tuple[FullPost, ...]
    faces: Mapping[int, Face] = field(default_factory=dict)
    mentions: Mapping[int, Sequence[Mentioned]] = field(default_factory=dict)
    tags: Mapping[int, Sequence[str]] = field(default_factory=dict)
    polls: Mapping[int, PollView] = field(default_factory=dict)
    photos: Mapping[int, Sequence[PhotoView]] = field(default_factory=dict)
    matches: Mapping[int, Sequence[WordMatch]] = field(default_factory=dict)
    """What of the reader's filters was found."""


LIST_BY_IDS: Final = HotStatement(select_full(is_in_bite(_post.c.id)))
LIST_PUBLIC_BY_IDS: Final = HotStatement(select_full_public(is_in_bite(_post.c.id)))
FIND_OWN: Final = HotStatement(
    select_shared(
        _post.c.id == bindparam("place", type_=sa.BigInteger),
        sa.or_(_post.c.author_actor_id == ACTOR, is_own_anonymous(ACTOR)),
        _post.c.state != constant(PostState.DELETED),
    )
)
LIST_MENTIONS: Final = HotStatement(
    sa.select(_mention.c.post_id, _actor.c.id, _actor.c.handle, _actor.c.domain)
    .join_from(_mention, _actor, _actor.c.id == _mention.c.actor_id)
    .where(is_in_bite(_mention.c.post_id))
    .order_by(_mention.c.post_id, _actor.c.id)
)
LIST_TAGS: Final = HotStatement(
    sa.select(_tag.c.post_id, _tag.c.tag)
    .where(is_in_bite(_tag.c.post_id))
    .order_by(_tag.c.post_id, _tag.c.tag)
)


def list_by_ids(
    session: Session,
    viewer: Viewer | None,
    post_ids: Sequence[int],
    context: FilterContext | None = None,
) -> FullPage:
    """Those of these posts that the reader may see, in the order of the ids."""
    statement = LIST_BY_IDS if viewer is not None else LIST_PUBLIC_BY_IDS
    wanted = list(dict.fromkeys(post_ids))
    rows = [
        row for bite in in_bites(wanted) for row in read_rows(session, viewer, statement, **bite)
    ]
    found = {row[0]: full_of(row) for row in rows}
    ordered = tuple(found[post_id] for post_id in wanted if post_id in found)
    return dress_full(session, viewer, ordered, context)


def get_own_full(session: Session, viewer: Viewer, post_id: int) -> FullPage:
    """A post of the viewer's, also where they can no longer read; raises NotFound."""
    rows = read_rows(session, viewer, FIND_OWN, place=post_id)
    if not rows:
        raise NotFound("post_not_found")
    return dress_full(session, viewer, (full_of(rows[0]),), None)


def list_span(
    session: Session,
    viewer: Viewer,
    spanned: Spanned,
    paging: Paging,
    context: FilterContext | None,
    **params: object,
) -> FullPage:
    """A stretch of a list."""
    rows = read_rows(session, viewer, spanned.towards(paging), **span_of(paging), **params)
    posts = tuple(map(full_of, paging.newest_first(rows)))
    return dress_full(session, viewer, posts, context)


def full_of(row: tuple[Any, ...]) -> FullPost:
    """A row of `select_full`, perhaps with a place in a list."""
    is_shared = len(row) > _ROW + 1 and row[_ROW + 1] is not None
    share = place_of(row[_ROW:])[1] if is_shared else None
    answers, is_kept, is_muted = row[_CARD:_ROW]
    return FullPost(FullCard._make(row[:_CARD]), answers, bool(is_kept), bool(is_muted), share)


def dress_full(
    session: Session,
    viewer: Viewer | None,
    posts: tuple[FullPost, ...],
    context: FilterContext | None,
) -> FullPage:
    """Posts that the reader is known to see, with everything that stands in them."""
    cards = [post.card for post in posts]
    # Most of what is said names nobody; the words that were made of it say whether it does.
    named = [card.id for card in cards if ' mention"' in card.html]
    tagged = [card.id for card in cards if 'hashtag"' in card.html]
    return FullPage(
        posts=posts,
        faces=list_faces(session, viewer, _who_stands_in(posts)),
        mentions=_grouped(session, LIST_MENTIONS, named, Mentioned),
        tags=_grouped(session, LIST_TAGS, tagged, str),
        polls=list_polls(
            session, viewer, [card.id for card in cards if card.has_poll], now=clock.now()
        ),
        photos=list_photos(session, [card.id for card in cards if card.photo_count]),
        matches=_matches(session, viewer, cards, context),
    )


def _who_stands_in(posts: Iterable[FullPost]) -> list[int]:
    """The authors, the groups in which they speak, and who passed it on."""
    ids: dict[int, None] = {}
    for post in posts:
        ids[post.card.author_actor_id] = None
        if post.card.group_id is not None:
            ids[post.card.group_id] = None
        if post.share is not None:
            ids[post.share.actor_id] = None
    return list(ids)


def _grouped(
    session: Session, statement: HotStatement, ids: Sequence[int], make: Callable[..., T]
) -> dict[int, list[T]]:
    found: dict[int, list[T]] = {}
    for bite in in_bites(ids):
        for post_id, *rest in statement.rows(session.connection(), **bite):
            found.setdefault(post_id, []).append(make(*rest))
    return found


def _matches(
    session: Session,
    viewer: Viewer | None,
    cards: Iterable[FullCard],
    context: FilterContext | None,
) -> dict[int, Sequence[WordMatch]]:
    """What was found in what others say; never in one's own words."""
    if viewer is None or context is None:
        return {}
    filters = get_active_filters(session, viewer, context, now=clock.now())
    if not filters.actions:
        return {}
    found = {
        card.id: filters.find(card.id, f"{card.warning}\n{card.text}")
        for card in cards
        if not card.is_own
    }
    return {post_id: matches for post_id, matches in found.items() if matches}
