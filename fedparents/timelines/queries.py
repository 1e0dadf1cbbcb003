"""Lists of posts as their reader meets them: hot statements, each cut by `posts.policy` itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.db import HotStatement, UTCDateTime, constant, is_one_of, table_of
from fedparents.errors import NotFound
from fedparents.groups.models import GroupTopic
from fedparents.ids import GroupId, PostId
from fedparents.media.models import MediaAttachment
from fedparents.posts.anonymous import is_own_anonymous
from fedparents.posts.models import Audience, Post, PostKind, PostState, Thanks
from fedparents.posts.photos import list_photos
from fedparents.posts.policy import TOWN, visible
from fedparents.posts.polls import PollView, list_polls
from fedparents.social.policy import not_muted
from fedparents.swaps.models import Direction, Swap
from fedparents.timelines.models import HomeEntry

PAGE: Final = 30
THREAD: Final = 200
_LAST: Final = 2**63 - 1

_post = table_of(Post)
_author = table_of(Actor).alias("author")
_group = table_of(Actor).alias("group_actor")
_topic = table_of(GroupTopic)
_swap = table_of(Swap)
_thanks = table_of(Thanks)
_home = table_of(HomeEntry)

_actor: Final = bindparam("actor", type_=sa.BigInteger)
_now: Final = bindparam("now", type_=UTCDateTime)
_before: Final = bindparam("before", type_=sa.BigInteger)
_limit: Final = bindparam("limit", type_=sa.Integer)
_place: Final = bindparam("place", type_=sa.BigInteger)


@dataclass(frozen=True, slots=True)
class PostCard:
    """A post as one reader meets it in a list. `author_handle` is empty for an anonymous one."""

    id: int
    kind: PostKind
    state: PostState
    audience: Audience
    author_actor_id: int
    is_anonymous: bool
    is_own: bool
    author_name: str
    author_handle: str
    group_id: int | None
    group_name: str | None
    topic: str | None
    direction: Direction | None
    urgent_reason: str | None
    urgent_until_at: datetime | None
    text: str
    html: str
    warning: str
    is_sensitive: bool
    language: str
    photo_count: int
    has_poll: bool
    is_reply: bool
    in_reply_to_id: int | None
    root_id: int
    reply_count: int
    thanks_count: int
    has_thanked: bool
    accepted_reply_id: int | None
    closed_at: datetime | None
    pinned_at: datetime | None
    edited_at: datetime | None
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """A page of posts, the newest first."""

    cards: tuple[PostCard, ...]
    polls: dict[int, PollView]
    photos: dict[int, list[MediaAttachment]]
    older: int | None
    """Where the next page begins; None at the end."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A post and what was answered, the oldest answer first."""

    root: PostCard | None
    """None when it was deleted: its answers stay."""
    replies: tuple[PostCard, ...]
    polls: dict[int, PollView]
    photos: dict[int, list[MediaAttachment]]
    later: int | None
    """Where the next page of answers begins."""

    @property
    def accepted(self) -> PostCard | None:
        chosen = self.root.accepted_reply_id if self.root else None
        return next((each for each in self.replies if each.id == chosen), None)


def _cards(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    mine = sa.or_(_post.c.author_actor_id == _actor, is_own_anonymous(_actor))
    thanked = sa.exists().where(_thanks.c.post_id == _post.c.id, _thanks.c.actor_id == _actor)
    has_name = sa.not_(_post.c.is_anonymous)
    columns = (
        _post.c.id,
        _post.c.kind,
        _post.c.state,
        _post.c.audience,
        _post.c.author_actor_id,
        _post.c.is_anonymous,
        sa.type_coerce(mine, sa.Boolean),
        sa.case((has_name, _author.c.display_name), else_=""),
        sa.case((has_name, _author.c.handle), else_=""),
        _post.c.group_id,
        _group.c.display_name,
        _topic.c.name,
        _swap.c.direction,
        _swap.c.urgent_reason,
        _swap.c.urgent_until_at,
        _post.c.text,
        _post.c.html,
        _post.c.warning,
        _post.c.is_sensitive,
        _post.c.language,
        _post.c.photo_count,
        _post.c.has_poll,
        _post.c.is_reply,
        _post.c.in_reply_to_id,
        _post.c.root_id,
        _post.c.reply_count,
        _post.c.thanks_count,
        sa.type_coerce(thanked, sa.Boolean),
        _post.c.accepted_reply_id,
        _post.c.closed_at,
        _post.c.pinned_at,
        _post.c.edited_at,
        _post.c.reason,
        _post.c.created_at,
    )
    seen = visible(
        _actor,
        today=bindparam("today", type_=sa.Date),
        is_moderator=bindparam("is_moderator", type_=sa.Boolean),
    )
    return (
        sa.select(*columns)
        .join_from(_post, _author, _author.c.id == _post.c.author_actor_id)
        .outerjoin(_group, _group.c.id == _post.c.group_id)
        .outerjoin(_topic, _topic.c.id == _post.c.topic_id)
        .outerjoin(_swap, _swap.c.post_id == _post.c.id)
        .where(seen, *conditions)
    )


def _newest(*conditions: sa.ColumnElement[bool]) -> HotStatement:
    """A page of first posts that anybody may want to read, without those whom they muted."""
    return HotStatement(
        _cards(
            _post.c.state == PostState.VISIBLE.value,
            _post.c.is_reply == sa.false(),
            not_muted(_actor, _post.c.author_actor_id, _now),
            _post.c.id < _before,
            *conditions,
        )
        .order_by(_post.c.id.desc())
        .limit(_limit)
    )


_in_town = sa.and_(_post.c.group_id.is_(None), is_one_of(_post.c.audience, TOWN))
LIST_HOME = HotStatement(
    _cards(
        _post.c.state == PostState.VISIBLE.value,
        not_muted(_actor, _post.c.author_actor_id, _now),
    )
    .join(_home, _home.c.post_id == _post.c.id)
    .where(
        _home.c.account_id == bindparam("account", type_=sa.BigInteger),
        _home.c.post_id < _before,
    )
    .order_by(_home.c.post_id.desc())
    .limit(_limit)
)
LIST_TOWN = _newest(_in_town)
LIST_GROUP = _newest(_post.c.group_id == _place)
LIST_TOPIC = _newest(_post.c.topic_id == _place)
LIST_PINNED = HotStatement(
    _cards(
        _post.c.group_id == _place,
        _post.c.pinned_at.is_not(None),
        _post.c.state == PostState.VISIBLE.value,
    ).order_by(_post.c.pinned_at.desc())
)
LIST_WRITTEN = HotStatement(
    _cards(
        _post.c.author_actor_id == _place,
        sa.not_(_post.c.is_anonymous),
        _post.c.is_reply == sa.false(),
        _post.c.audience != Audience.DIRECT.value,
        _post.c.id < _before,
    )
    .order_by(_post.c.id.desc())
    .limit(_limit)
)
LIST_HELD = HotStatement(
    _cards(_post.c.group_id == _place, _post.c.state == constant(PostState.HELD))
    .order_by(_post.c.id)
    .limit(_limit)
)
FIND_CARD = HotStatement(_cards(_post.c.id == _place))
LIST_ANSWERS = HotStatement(
    _cards(_post.c.root_id == _place, _post.c.is_reply, _post.c.id > _before)
    .order_by(_post.c.id)
    .limit(_limit)
)


def list_home(session: Session, viewer: Viewer, *, before: int | None = None) -> Feed:
    """What reached the viewer: from their groups, and from whom they follow."""
    return _feed(session, viewer, LIST_HOME, before=before, account=viewer.account_id)


def list_town(session: Session, viewer: Viewer, *, before: int | None = None) -> Feed:
    """What was said to everybody here."""
    return _feed(session, viewer, LIST_TOWN, before=before)


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
        return _feed(session, viewer, LIST_TOPIC, before=before, place=topic_id)
    return _feed(session, viewer, LIST_GROUP, before=before, place=group_id)


def list_written(
    session: Session, viewer: Viewer, actor_id: int, *, before: int | None = None
) -> Feed:
    """What somebody said under their name, as far as the viewer may read it."""
    return _feed(session, viewer, LIST_WRITTEN, before=before, place=actor_id)


def list_pinned(session: Session, viewer: Viewer, group_id: GroupId) -> Feed:
    """What is kept on top of a group."""
    return _feed(session, viewer, LIST_PINNED, place=group_id)


def list_held(session: Session, viewer: Viewer, group_id: GroupId) -> Feed:
    """First posts that wait: the viewer's own, or all of them for those who decide."""
    return _feed(session, viewer, LIST_HELD, place=group_id)


def get_card(session: Session, viewer: Viewer, post_id: PostId) -> PostCard:
    """One post; raises NotFound."""
    found = _rows(session, viewer, FIND_CARD, place=post_id)
    if not found:
        raise NotFound("post_not_found")
    return found[0]


def get_thread(
    session: Session, viewer: Viewer, root_id: PostId, *, after: int | None = None
) -> Thread:
    """A post with its answers; raises NotFound when neither is there for the viewer."""
    roots = _rows(session, viewer, FIND_CARD, place=root_id)
    found = _rows(session, viewer, LIST_ANSWERS, place=root_id, before=after or 0, limit=THREAD + 1)
    if not found and not roots:
        raise NotFound("post_not_found")
    replies = tuple(found[:THREAD])
    return Thread(
        root=roots[0] if roots else None,
        replies=replies,
        polls=_polls(session, viewer, (*roots, *replies)),
        photos=_photos(session, (*roots, *replies)),
        later=replies[-1].id if len(found) > THREAD else None,
    )


def _feed(
    session: Session,
    viewer: Viewer,
    statement: HotStatement,
    *,
    before: int | None = None,
    **params: object,
) -> Feed:
    found = _rows(session, viewer, statement, before=before or _LAST, limit=PAGE + 1, **params)
    cards = tuple(found[:PAGE])
    older = cards[-1].id if len(found) > PAGE else None
    return Feed(cards, _polls(session, viewer, cards), _photos(session, cards), older)


def _rows(
    session: Session, viewer: Viewer, statement: HotStatement, **params: object
) -> list[PostCard]:
    now = clock.now()
    rows = statement.rows(
        session.connection(),
        actor=viewer.actor_id,
        now=now,
        today=now.date(),
        is_moderator=viewer.is_moderator,
        **params,
    )
    return [PostCard(*row) for row in rows]


def _polls(session: Session, viewer: Viewer, cards: Sequence[PostCard]) -> dict[int, PollView]:
    asked = [card.id for card in cards if card.has_poll]
    return list_polls(session, viewer, asked, now=clock.now())


def _photos(session: Session, cards: Sequence[PostCard]) -> dict[int, list[MediaAttachment]]:
    return list_photos(session, [card.id for card in cards if card.photo_count])


def select_cards(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """What the lists of other rooms select; the conditions may name `Post` and `Swap`."""
    return _cards(*conditions)


def feed_of(
    session: Session,
    viewer: Viewer,
    statement: HotStatement,
    *,
    before: int | None = None,
    **params: object,
) -> Feed:
    """A page by a statement of another room, which takes `before` and `limit`."""
    return _feed(session, viewer, statement, before=before, **params)
