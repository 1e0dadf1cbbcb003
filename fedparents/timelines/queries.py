"""Lists of posts as their reader meets them: hot statements, each cut by `posts.policy` itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.db import HotStatement, constant, is_one_of, table_of
from fedparents.errors import NotFound
from fedparents.ids import GroupId, PostId, first_id_at
from fedparents.places.distance import Band, nearness
from fedparents.posts.anonymous import ids_written_by, is_own_anonymous
from fedparents.posts.content import tag_of
from fedparents.posts.models import Audience, Post, PostKind, PostState, PostTag
from fedparents.posts.photos import PhotoView, list_photos
from fedparents.posts.policy import TOWN
from fedparents.posts.polls import PollView, list_polls
from fedparents.social.models import FilterAction, FilterContext
from fedparents.social.policy import not_muted
from fedparents.social.queries import get_active_filters
from fedparents.swaps.models import Direction, Swap
from fedparents.timelines.cards import (
    ACTOR,
    NOW,
    SEEN,
    PostCard,
    read_cards,
    read_rows,
    select_any,
    select_cards,
)
from fedparents.timelines.distances import list_distances
from fedparents.timelines.models import HomeEntry
from fedparents.timelines.shares import (
    LIST_PASSED_ON,
    Entry,
    ShareLine,
    read_entries,
    select_home,
)

PAGE: Final = 20
UNANSWERED_FOR: Final = timedelta(days=14)
"""How long an ask that nobody has answered is brought before others."""
_LAST: Final = 2**63 - 1

_post = table_of(Post)
_swap = table_of(Swap)
_tag = table_of(PostTag)
_home = table_of(HomeEntry)
_before: Final = bindparam("before", type_=sa.BigInteger)
_limit: Final = bindparam("limit", type_=sa.Integer)
_place: Final = bindparam("place", type_=sa.BigInteger)
_since: Final = bindparam("since", type_=sa.BigInteger)


@dataclass(frozen=True, slots=True)
class Feed:
    """A page of posts, the newest first."""

    cards: tuple[PostCard, ...]
    polls: Mapping[int, PollView]
    photos: Mapping[int, Sequence[PhotoView]]
    older: int | None
    """Where the next page begins; None at the end."""
    folded: Mapping[int, str] = field(default_factory=dict)
    """What of the reader's filters was found in posts that are shown folded."""
    distances: Mapping[int, Band] = field(default_factory=dict)
    """How far away asks and offers are, where that is known."""
    shares: Mapping[int, ShareLine] = field(default_factory=dict)
    """Who passed a post on, where that is how it came into the list."""


NOTHING: Final = Feed((), {}, {}, None)


@dataclass(frozen=True, slots=True)
class Written:
    """Something that the viewer wrote."""

    card: PostCard
    is_reachable: bool
    """Whether they may read it where it is: not in a group that they have left."""


def _newest(*conditions: sa.ColumnElement[bool]) -> HotStatement:
    """A page of posts that anybody may want to read, without those whom they muted."""
    return HotStatement(
        select_cards(
            _post.c.state == constant(PostState.VISIBLE),
            not_muted(ACTOR, _post.c.author_actor_id, NOW),
            _post.c.id < _before,
            *conditions,
        )
        .order_by(_post.c.id.desc())
        .limit(_limit)
    )


_first = _post.c.is_reply == sa.false()
_in_town = sa.and_(
    _post.c.group_id.is_(None),
    _post.c.is_from_elsewhere == sa.false(),
    is_one_of(_post.c.audience, TOWN),
)
_is_swap = _post.c.kind == constant(PostKind.SWAP)
_is_current = sa.or_(_swap.c.expires_at.is_(None), _swap.c.expires_at > NOW)
"""Of an ask or offer: its time is not over."""
_is_unanswered = sa.and_(
    _is_swap,
    _swap.c.direction == constant(Direction.ASK),
    _post.c.reply_count == sa.literal_column("0"),
    _post.c.closed_at.is_(None),
    _is_current,
    _post.c.author_actor_id != ACTOR,
    sa.not_(is_own_anonymous(ACTOR)),
)
LIST_HOME = select_home(_home.c.entry_id < _before)
LIST_UNANSWERED_AT_HOME = select_home(
    _home.c.entry_id > _since, _post.c.id > _since, _is_unanswered
)
LIST_UNANSWERED_IN_TOWN = _newest(_first, _in_town, _is_unanswered, _post.c.id > _since)
LIST_TOWN = _newest(_first, _in_town)
LIST_FROM_TWINS = _newest(
    _first,
    _post.c.group_id.is_(None),
    _post.c.is_from_elsewhere == sa.true(),
    _post.c.audience == constant(Audience.NEARBY),
)
LIST_GROUP = _newest(_first, _post.c.group_id == _place)
LIST_GROUP_SWAPS = _newest(_first, _post.c.group_id == _place, _is_swap, _is_current)
LIST_GROUP_QUESTIONS = _newest(
    _first, _post.c.group_id == _place, _post.c.kind == constant(PostKind.QUESTION)
)
LIST_TOPIC = _newest(_first, _post.c.topic_id == _place)
LIST_TAGGED = _newest(
    sa.exists().where(
        _tag.c.tag == bindparam("tag", type_=sa.String), _tag.c.post_id == _post.c.id
    ),
    _post.c.audience != constant(Audience.DIRECT),
)
LIST_PINNED = HotStatement(
    select_cards(
        _post.c.group_id == _place,
        _post.c.pinned_at.is_not(None),
        _post.c.state == constant(PostState.VISIBLE),
    ).order_by(_post.c.pinned_at.desc())
)
LIST_WRITTEN = HotStatement(
    select_cards(
        _post.c.author_actor_id == _place,
        sa.not_(_post.c.is_anonymous),
        _first,
        _post.c.audience != constant(Audience.DIRECT),
        _post.c.id < _before,
    )
    .order_by(_post.c.id.desc())
    .limit(_limit)
)
LIST_HELD = HotStatement(
    select_cards(_post.c.group_id == _place, _post.c.state == constant(PostState.HELD))
    .order_by(_post.c.id)
    .limit(_limit)
)
FIND_CARD = HotStatement(select_cards(_post.c.id == _place))
LIST_OWN = HotStatement(
    select_any(
        _post.c.id.in_(ids_written_by(ACTOR)),
        _post.c.state != constant(PostState.DELETED),
        _post.c.audience != constant(Audience.DIRECT),
        _post.c.id < _before,
    )
    .add_columns(sa.type_coerce(SEEN, sa.Boolean))
    .order_by(_post.c.id.desc())
    .limit(_limit)
)


def list_home(
    session: Session, viewer: Viewer, *, before: int | None = None, limit: int = PAGE
) -> Feed:
    """What reached the viewer: from their groups, and from whom they follow, also what those pass
    on. Each post stands there once."""
    asked = {"before": before or _LAST, "limit": limit + 1, "account": viewer.account_id}
    entries = read_entries(session, viewer, LIST_HOME, **asked)
    return feed_of_entries(session, viewer, entries, FilterContext.HOME, limit)


def list_unanswered(session: Session, viewer: Viewer, *, limit: int = 3) -> Feed:
    """Asks of others, in the viewer's groups and to everybody here, that nobody has answered: of
    twice as many new ones those that are nearest."""
    since = first_id_at(clock.now() - UNANSWERED_FOR)
    asked = {"since": since, "limit": 2 * limit}
    at_home = {"account": viewer.account_id, **asked}
    entries = read_entries(session, viewer, LIST_UNANSWERED_AT_HOME, **at_home)
    found = [entry.card for entry in entries]
    found += read_cards(session, viewer, LIST_UNANSWERED_IN_TOWN, before=_LAST, **asked)
    newest = {card.id: card for card in sorted(found, key=lambda card: -card.id)}
    feed = dress(session, viewer, tuple(newest.values())[: 2 * limit], FilterContext.HOME)
    nearest = sorted(feed.cards, key=lambda card: nearness(feed.distances.get(card.id)))
    return replace(feed, cards=tuple(nearest[:limit]))


def list_town(session: Session, viewer: Viewer, *, before: int | None = None) -> Feed:
    """What was said to everybody here: in this town, and in its twins to those nearby."""
    page = {"before": before or _LAST, "limit": PAGE + 1}
    said = [
        card
        for statement in (LIST_TOWN, LIST_FROM_TWINS)
        for card in read_cards(session, viewer, statement, **page)
    ]
    newest = sorted(said, key=lambda card: card.id, reverse=True)
    return _page_of(session, viewer, newest, FilterContext.PUBLIC, PAGE)


def list_group(
    session: Session,
    viewer: Viewer,
    group_id: GroupId,
    *,
    topic_id: int | None = None,
    before: int | None = None,
) -> Feed:
    """What was said in a group; empty for whoever may not read it."""
    if topic_id is not None:
        return feed_of(session, viewer, LIST_TOPIC, before=before, place=topic_id)
    return feed_of(session, viewer, LIST_GROUP, before=before, place=group_id)


def list_group_swaps(
    session: Session, viewer: Viewer, group_id: GroupId, *, before: int | None = None
) -> Feed:
    """What is asked for and offered in a group."""
    return feed_of(session, viewer, LIST_GROUP_SWAPS, before=before, place=group_id)


def list_group_questions(
    session: Session, viewer: Viewer, group_id: GroupId, *, before: int | None = None
) -> Feed:
    return feed_of(session, viewer, LIST_GROUP_QUESTIONS, before=before, place=group_id)


def list_tagged(session: Session, viewer: Viewer, tag: str, *, before: int | None = None) -> Feed:
    """What has a hashtag, answers too."""
    tag = tag_of(tag)
    return feed_of(session, viewer, LIST_TAGGED, FilterContext.PUBLIC, before=before, tag=tag)


def list_written(
    session: Session, viewer: Viewer, actor_id: int, *, before: int | None = None
) -> Feed:
    """What somebody said under their name, as far as the viewer may read it, and what they passed
    on of others."""
    asked = {"before": before or _LAST, "limit": PAGE + 1, "place": actor_id}
    entries = [
        Entry(card.id, card, None) for card in read_cards(session, viewer, LIST_WRITTEN, **asked)
    ]
    entries += read_entries(session, viewer, LIST_PASSED_ON, **asked)
    entries.sort(key=lambda entry: -entry.id)
    return feed_of_entries(session, viewer, entries, FilterContext.ACCOUNT, PAGE)


def list_own(
    session: Session, viewer: Viewer, *, before: int | None = None
) -> tuple[list[Written], int | None]:
    """All that the viewer wrote, also without their name and where they can no longer read; and
    where the next page begins."""
    rows = read_rows(session, viewer, LIST_OWN, before=before or _LAST, limit=PAGE + 1)
    found = [Written(PostCard(*row), bool(is_seen)) for *row, is_seen in rows]
    return found[:PAGE], found[PAGE - 1].card.id if len(found) > PAGE else None


def list_pinned(session: Session, viewer: Viewer, group_id: GroupId) -> Feed:
    """What is kept on top of a group."""
    cards = read_cards(session, viewer, LIST_PINNED, place=group_id)
    return dress(session, viewer, tuple(cards), FilterContext.HOME)


def list_held(session: Session, viewer: Viewer, group_id: GroupId) -> Feed:
    """First posts that wait: the viewer's own, or all of them for those who decide."""
    return feed_of(session, viewer, LIST_HELD, None, place=group_id)


def get_card(session: Session, viewer: Viewer, post_id: PostId) -> PostCard:
    """One post; raises NotFound."""
    found = read_cards(session, viewer, FIND_CARD, place=post_id)
    if not found:
        raise NotFound("post_not_found")
    return found[0]


def feed_of(
    session: Session,
    viewer: Viewer,
    statement: HotStatement,
    context: FilterContext | None = FilterContext.HOME,
    *,
    before: int | None = None,
    limit: int = PAGE,
    **params: object,
) -> Feed:
    """A page by a statement that takes `before` and `limit`; without a context no filter holds."""
    found = read_cards(
        session, viewer, statement, before=before or _LAST, limit=limit + 1, **params
    )
    return _page_of(session, viewer, found, context, limit)


def _page_of(
    session: Session,
    viewer: Viewer,
    found: Sequence[PostCard],
    context: FilterContext | None,
    limit: int,
) -> Feed:
    cards = tuple(found[:limit])
    older = cards[-1].id if len(found) > limit else None
    return dress(session, viewer, cards, context, older=older)


def feed_of_entries(
    session: Session,
    viewer: Viewer,
    entries: Sequence[Entry],
    context: FilterContext,
    limit: int,
) -> Feed:
    """The first of these, with who passed them on; there may be more."""
    page = entries[:limit]
    older = page[-1].id if len(entries) > limit else None
    feed = dress(session, viewer, tuple(entry.card for entry in page), context, older=older)
    return replace(feed, shares={entry.card.id: entry.share for entry in page if entry.share})


def dress(
    session: Session,
    viewer: Viewer | None,
    cards: tuple[PostCard, ...],
    context: FilterContext | None,
    *,
    older: int | None = None,
) -> Feed:
    """Cards with their polls and photos, without those that the viewer wants to be spared."""
    folded: Mapping[int, str] = {}
    shown = cards
    if viewer is not None and context is not None:
        folded, hidden = _filtered(session, viewer, cards, context)
        shown = tuple(card for card in cards if card.id not in hidden) if hidden else cards
    polls = [card.id for card in shown if card.has_poll]
    photos = [card.id for card in shown if card.photo_count]
    return Feed(
        cards=shown,
        polls=list_polls(session, viewer, polls, now=clock.now()),
        photos=list_photos(session, photos),
        older=older,
        folded=folded,
        distances=list_distances(session, viewer, shown) if viewer is not None else {},
    )


def _filtered(
    session: Session, viewer: Viewer, cards: Sequence[PostCard], context: FilterContext
) -> tuple[dict[int, str], set[int]]:
    """The words found in what is to be folded, and what is to be left out; never one's own."""
    filters = get_active_filters(session, viewer, context, now=clock.now())
    folded: dict[int, str] = {}
    hidden: set[int] = set()
    if not filters.actions:
        return folded, hidden
    for card in cards:
        if card.is_own:
            continue
        for match in filters.find(card.id, f"{card.warning}\n{card.text}"):
            if filters.actions[match.filter_id] == FilterAction.HIDE:
                hidden.add(card.id)
            else:
                words = ", ".join(match.words) or filters.titles[match.filter_id]
                folded.setdefault(card.id, words)
    return folded, hidden
