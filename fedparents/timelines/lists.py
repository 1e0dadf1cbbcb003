"""What the people of a list say and pass on, as far as its owner may read it."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents.accounts.sessions import Viewer
from fedparents.db import constant, table_of
from fedparents.paging import Paging
from fedparents.posts.models import Audience, Post, PostState, Share
from fedparents.social.lists import get_own_list
from fedparents.social.models import Answers, FilterContext, ListMember, PeopleList
from fedparents.social.policy import is_following, not_muted
from fedparents.timelines.cards import ACTOR, NOW, read_rows
from fedparents.timelines.full import FullPage, FullPost, dress_full, full_of, select_full
from fedparents.timelines.queries import PAGE, Feed, feed_of_entries
from fedparents.timelines.shares import Entry, passed_on, wants_shares
from fedparents.timelines.spans import Spanned, span_of

_post = table_of(Post)
_share = table_of(Share)
_answered = table_of(Post).alias("answered_by_list")
_member = table_of(ListMember).alias("inside")
_place: Final = bindparam("place", type_=sa.BigInteger)
_answers: Final = bindparam("answers", type_=sa.String)


def _is_inside(actor_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    return actor_id.in_(sa.select(_member.c.actor_id).where(_member.c.list_id == _place))


def _answers_one(wanted: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    answered = sa.select(_answered.c.id).where(_answered.c.id == _post.c.in_reply_to_id, wanted)
    return sa.exists(answered.correlate_except(_answered))


_fits: Final = sa.case(
    (_post.c.is_reply == sa.false(), sa.true()),
    (_answers == constant(Answers.LIST), _answers_one(_is_inside(_answered.c.author_actor_id))),
    (
        _answers == constant(Answers.FOLLOWED),
        _answers_one(is_following(ACTOR, _answered.c.author_actor_id)),
    ),
    else_=sa.false(),
)
SAID: Final = Spanned(
    select_full(
        _post.c.state == constant(PostState.VISIBLE),
        _post.c.audience != constant(Audience.DIRECT),
        sa.not_(_post.c.is_anonymous),
        _is_inside(_post.c.author_actor_id),
        not_muted(ACTOR, _post.c.author_actor_id, NOW),
        _fits,
    ),
    _post.c.id,
)
SHARED: Final = Spanned(
    passed_on(
        select_full(),
        _is_inside(_share.c.actor_id),
        wants_shares(ACTOR),
        not_muted(ACTOR, _share.c.actor_id, NOW),
    ),
    _share.c.id,
)


def read_list(session: Session, viewer: Viewer, list_id: int, paging: Paging) -> FullPage:
    """One of the viewer's own. Raises NotFound."""
    found = get_own_list(session, viewer, list_id)
    page = tuple(_list_posts(session, viewer, found, paging))
    return dress_full(session, viewer, page, FilterContext.HOME)


def list_said_in_list(
    session: Session, viewer: Viewer, list_id: int, *, before: int | None = None
) -> Feed:
    """The same as a page of the site shows it."""
    found = get_own_list(session, viewer, list_id)
    posts = _list_posts(session, viewer, found, Paging(PAGE + 1, max_id=before))
    entries = [Entry(post.place, post.card, post.share) for post in posts]
    return feed_of_entries(session, viewer, entries, FilterContext.HOME, PAGE)


def _list_posts(
    session: Session, viewer: Viewer, found: PeopleList, paging: Paging
) -> list[FullPost]:
    asked: dict[str, Any] = {"place": found.id, **span_of(paging)}
    said = read_rows(session, viewer, SAID.towards(paging), answers=str(found.answers), **asked)
    shared = read_rows(session, viewer, SHARED.towards(paging), **asked)
    posts = [full_of(row) for row in (*said, *shared)]
    posts.sort(key=lambda post: post.place if paging.goes_up else -post.place)
    return paging.newest_first(posts[: paging.limit])
