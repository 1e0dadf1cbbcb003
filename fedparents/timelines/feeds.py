"""The lists of programs: what is on pages too, from either end, and with answers where Mastodon
has them; each cut by `posts.policy` itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents.accounts.sessions import Viewer
from fedparents.db import HotStatement, constant, is_one_of, table_of
from fedparents.errors import NotFound
from fedparents.ids import GroupId, PostId
from fedparents.paging import Paging
from fedparents.posts.content import tag_of
from fedparents.posts.models import Audience, Bookmark, Post, PostState, PostTag, Share, Thanks
from fedparents.posts.policy import TOWN
from fedparents.social.models import FilterContext
from fedparents.social.policy import not_muted
from fedparents.timelines.cards import ACTOR, NOW, read_rows
from fedparents.timelines.faces import get_known_face
from fedparents.timelines.full import (
    FullPage,
    FullPost,
    dress_full,
    full_of,
    list_by_ids,
    list_span,
)
from fedparents.timelines.full_cards import select_full, select_full_public
from fedparents.timelines.models import HomeEntry
from fedparents.timelines.shares import at_home, passed_on
from fedparents.timelines.spans import Spanned, span_of

TAGS_AT_MOST: Final = 4
"""Of each kind that a list of hashtags can name beside its own."""
THREAD_AT_MOST: Final = 4096
VISITORS_THREAD_AT_MOST: Final = 60

_post = table_of(Post)
_share = table_of(Share)
_home = table_of(HomeEntry)
_tag = table_of(PostTag)
_thanks = table_of(Thanks).alias("thanked")
_kept = table_of(Bookmark).alias("kept")
_place: Final = bindparam("place", type_=sa.BigInteger)
_visible = _post.c.state == constant(PostState.VISIBLE)
_heard = sa.and_(_visible, not_muted(ACTOR, _post.c.author_actor_id, NOW))
_is_first = _post.c.is_reply == sa.false()


def _unless(flag: str, condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """The condition, if a parameter of this name says so."""
    return sa.or_(sa.not_(bindparam(flag, type_=sa.Boolean)), condition)


_only_photos = _unless("only_photos", _post.c.photo_count > sa.literal_column("0"))
HOME: Final = Spanned(
    at_home(select_full(_heard)),
    _home.c.entry_id,
)
PASSED_ON: Final = Spanned(passed_on(select_full()), _share.c.id)
IN_PUBLIC: Final = sa.and_(
    _is_first,
    _post.c.group_id.is_(None),
    is_one_of(_post.c.audience, TOWN),
    sa.not_(_post.c.is_quiet),
)
"""Whether `Post` was said to everybody."""
PUBLIC: Final = Spanned(
    select_full(
        _heard,
        IN_PUBLIC,
        _unless("only_here", _post.c.is_from_elsewhere == sa.false()),
        _unless("only_elsewhere", _post.c.is_from_elsewhere == sa.true()),
        _only_photos,
    ),
    _post.c.id,
)
GROUP: Final = Spanned(
    select_full(_heard, _is_first, _post.c.group_id == _place, _only_photos), _post.c.id
)
GROUP_PINS: Final = Spanned(
    select_full(_visible, _post.c.group_id == _place, _post.c.pinned_at.is_not(None)), _post.c.id
)
PINS: Final = Spanned(
    select_full(
        _visible,
        _post.c.author_actor_id == _place,
        _post.c.group_id.is_(None),
        _post.c.audience != constant(Audience.DIRECT),
        _post.c.pinned_at.is_not(None),
    ),
    _post.c.id,
)


def _has_tag(value: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return sa.exists().where(_tag.c.post_id == _post.c.id, _tag.c.tag == value)


def _slots(kind: str) -> list[sa.BindParameter[str]]:
    return [bindparam(f"{kind}_{number}", type_=sa.String) for number in range(TAGS_AT_MOST)]


_no_word: Final[sa.ColumnElement[str]] = sa.literal_column("''")
WRITTEN: Final = Spanned(
    select_full(
        _post.c.author_actor_id == _place,
        sa.not_(_post.c.is_anonymous),
        _visible,
        _post.c.audience != constant(Audience.DIRECT),
        _unless("no_answers", _is_first),
        _only_photos,
        _unless("only_tagged", _has_tag(bindparam("tag", type_=sa.String))),
    ),
    _post.c.id,
)
TAGGED: Final = Spanned(
    select_full(
        _heard,
        _post.c.audience != constant(Audience.DIRECT),
        _post.c.id.in_(
            sa.select(_tag.c.post_id).where(
                _tag.c.tag.in_([bindparam("tag", type_=sa.String), *_slots("any")])
            )
        ),
        *(sa.or_(each == _no_word, _has_tag(each)) for each in _slots("all")),
        *(sa.or_(each == _no_word, ~_has_tag(each)) for each in _slots("none")),
        _unless("only_here", _post.c.is_from_elsewhere == sa.false()),
        _only_photos,
    ),
    _post.c.id,
)
THANKED: Final = Spanned(
    select_full(_visible)
    .join(_thanks, _thanks.c.post_id == _post.c.id)
    .where(_thanks.c.actor_id == ACTOR),
    _thanks.c.post_id,
)
KEPT: Final = Spanned(
    select_full(_visible)
    .join(_kept, _kept.c.post_id == _post.c.id)
    .where(_kept.c.actor_id == ACTOR)
    .add_columns(_kept.c.id),
    _kept.c.id,
)
_limit: Final = bindparam("limit", type_=sa.Integer)
_in_thread = (_post.c.root_id == _place, _visible)
LIST_THREAD: Final = HotStatement(select_full(*_in_thread).order_by(_post.c.id).limit(_limit))
LIST_PUBLIC_THREAD: Final = HotStatement(
    select_full_public(*_in_thread).order_by(_post.c.id).limit(_limit)
)


LIST_LINKS: Final = HotStatement(
    sa.select(_post.c.id, _post.c.in_reply_to_id)
    .where(_post.c.root_id == _place, _post.c.id != _place)
    .limit(_limit)
)
"""What answers what in a thread, also where the reader sees none of it."""


@dataclass(frozen=True, slots=True)
class TagQuery:
    """Which hashtags a list is of: one or any of others, with all and without some."""

    tag: str
    any: Sequence[str] = ()
    all: Sequence[str] = ()
    none: Sequence[str] = ()

    @property
    def params(self) -> dict[str, str]:
        found = {"tag": tag_of(self.tag)}
        for kind, words in (("any", self.any), ("all", self.all), ("none", self.none)):
            folded = [tag_of(word.removeprefix("#")) for word in words[:TAGS_AT_MOST]]
            folded += [""] * (TAGS_AT_MOST - len(folded))
            found |= {f"{kind}_{number}": word for number, word in enumerate(folded)}
        return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of somebody's posts a list is of."""

    no_answers: bool = False
    no_shares: bool = False
    only_photos: bool = False
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """What came before a post and what was answered to it, each in the order of the thread."""

    before: tuple[FullPost, ...]
    after: tuple[FullPost, ...]
    page: FullPage
    """All of them with what stands in them."""


def read_home(session: Session, viewer: Viewer, paging: Paging) -> FullPage:
    """What reached the viewer: from their groups, and from whom they follow."""
    return list_span(session, viewer, HOME, paging, FilterContext.HOME, account=viewer.account_id)


def read_public(
    session: Session,
    viewer: Viewer,
    paging: Paging,
    *,
    only_here: bool = False,
    only_elsewhere: bool = False,
    only_photos: bool = False,
) -> FullPage:
    """What was said to everybody here, and what other towns say to all."""
    return list_span(
        session,
        viewer,
        PUBLIC,
        paging,
        FilterContext.PUBLIC,
        only_here=only_here,
        only_elsewhere=only_elsewhere,
        only_photos=only_photos,
    )


def read_tagged(
    session: Session,
    viewer: Viewer,
    query: TagQuery,
    paging: Paging,
    *,
    only_here: bool = False,
    only_photos: bool = False,
) -> FullPage:
    """What has these hashtags, answers too."""
    return list_span(
        session,
        viewer,
        TAGGED,
        paging,
        FilterContext.PUBLIC,
        only_here=only_here,
        only_photos=only_photos,
        **query.params,
    )


def read_group(
    session: Session,
    viewer: Viewer,
    group_id: GroupId,
    paging: Paging,
    *,
    only_photos: bool = False,
) -> FullPage:
    """What was said in a group; empty for whoever may not read it."""
    return list_span(
        session,
        viewer,
        GROUP,
        paging,
        FilterContext.HOME,
        place=group_id,
        only_photos=only_photos,
    )


def read_written(
    session: Session,
    viewer: Viewer,
    actor_id: int,
    paging: Paging,
    wanted: Wanted,
) -> FullPage:
    """What somebody said under their name and passes on, or what was said in a group; raises
    NotFound for whoever does not exist for the viewer."""
    if get_known_face(session, viewer, actor_id).is_group:
        return read_group(
            session, viewer, GroupId(actor_id), paging, only_photos=wanted.only_photos
        )
    asked = {
        "place": actor_id,
        "no_answers": wanted.no_answers,
        "only_photos": wanted.only_photos,
        "only_tagged": bool(wanted.tag),
        "tag": tag_of(wanted.tag.removeprefix("#")),
        **span_of(paging),
    }
    posts = [full_of(row) for row in read_rows(session, viewer, WRITTEN.towards(paging), **asked)]
    if not (wanted.no_shares or wanted.only_photos or wanted.tag):
        shared = read_rows(session, viewer, PASSED_ON.towards(paging), **asked)
        posts += map(full_of, shared)
    posts.sort(key=lambda post: post.place if paging.goes_up else -post.place)
    page = tuple(paging.newest_first(posts[: paging.limit]))
    return dress_full(session, viewer, page, FilterContext.ACCOUNT)


def read_pins(session: Session, viewer: Viewer, actor_id: int, paging: Paging) -> FullPage:
    """What a group or a person keeps on top of their page."""
    pins = GROUP_PINS if get_known_face(session, viewer, actor_id).is_group else PINS
    return list_span(session, viewer, pins, paging, FilterContext.ACCOUNT, place=actor_id)


def read_thanked(session: Session, viewer: Viewer, paging: Paging) -> FullPage:
    """What the viewer thanked for."""
    return list_span(session, viewer, THANKED, paging, None)


def read_kept(session: Session, viewer: Viewer, paging: Paging) -> tuple[FullPage, list[int]]:
    """What the viewer has a bookmark on, and the ids by which that list goes on."""
    rows = read_rows(session, viewer, KEPT.towards(paging), **span_of(paging))
    found = paging.newest_first(rows)
    page = dress_full(session, viewer, tuple(map(full_of, found)), None)
    return page, [row[-1] for row in found]


def get_full(session: Session, viewer: Viewer | None, post_id: PostId) -> FullPage:
    """One post; raises NotFound."""
    page = list_by_ids(session, viewer, [post_id], FilterContext.THREAD)
    if not page.posts:
        raise NotFound("post_not_found")
    return page


def read_around(session: Session, viewer: Viewer | None, post_id: PostId) -> Around:
    """The thread of a post: what it answers up to the first, and all below it, parents before
    children. What the viewer may not see is left out, what answers it stays. Raises NotFound."""
    card = get_full(session, viewer, post_id).posts[0].card
    statement = LIST_THREAD if viewer is not None else LIST_PUBLIC_THREAD
    most = THREAD_AT_MOST if viewer is not None else VISITORS_THREAD_AT_MOST
    rows = read_rows(session, viewer, statement, place=card.root_id, limit=most)
    thread = {row[0]: full_of(row) for row in rows}
    links = LIST_LINKS.rows(session.connection(), place=card.root_id, limit=THREAD_AT_MOST)
    above = _visible_parents(thread, dict(links), card.root_id)
    before, after = _before(thread, above, card.id), _below(thread, above, card.id)
    page = dress_full(session, viewer, (*before, *after), FilterContext.THREAD)
    return Around(before, after, page)


def _visible_parents(
    thread: Mapping[int, FullPost], links: Mapping[int, int | None], root_id: int
) -> dict[int, int | None]:
    """What each post of a thread answers, as far as the reader sees it: where that was deleted or
    is not for them, what came before that; at last the first post."""
    found: dict[int, int | None] = {}
    for post_id in thread:
        parent = links.get(post_id)
        while parent is not None and parent not in thread:
            parent = links.get(parent)
        if parent is None and post_id != root_id and root_id in thread:
            parent = root_id
        found[post_id] = parent
    return found


def _before(
    thread: Mapping[int, FullPost], above: Mapping[int, int | None], post_id: int
) -> tuple[FullPost, ...]:
    found: list[FullPost] = []
    parent = above.get(post_id)
    while parent is not None:
        found.append(thread[parent])
        parent = above[parent]
    return tuple(reversed(found))


def _below(
    thread: Mapping[int, FullPost], above: Mapping[int, int | None], post_id: int
) -> tuple[FullPost, ...]:
    children: dict[int | None, list[FullPost]] = {}
    for number, post in thread.items():
        if number != post_id:
            children.setdefault(above[number], []).append(post)
    found: list[FullPost] = []
    waiting = list(reversed(children.get(post_id, [])))
    while waiting:
        post = waiting.pop()
        found.append(post)
        waiting.extend(reversed(children.get(post.card.id, [])))
    return tuple(found)
