"""What the people of a list say and pass on, as far as its owner may read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents.accounts.sessions import Viewer
from fedparents.db import constant, table_of
from fedparents.paging import Paging
from fedparents.posts.models import Audience, Post, PostState, Share
from fedparents.social.lists import get_own_list
from fedparents.social.models import Answers, FilterContext, ListMember
from fedparents.social.policy import is_following, not_muted
from fedparents.timelines.cards import ACTOR, NOW, read_cards, read_rows, select_cards
from fedparents.timelines.full import FullPage, dress_full, full_of
from fedparents.timelines.full_cards import select_full
from fedparents.timelines.queries import PAGE, Feed, feed_of_entries
from fedparents.timelines.shares import Entry, passed_on, read_entries, wants_shares
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


def _said(select: Callable[..., sa.Select[Any]]) -> Spanned:
    found = select(
        _post.c.state == constant(PostState.VISIBLE),
        _post.c.audience != constant(Audience.DIRECT),
        sa.not_(_post.c.is_anonymous),
        _is_inside(_post.c.author_actor_id),
        not_muted(ACTOR, _post.c.author_actor_id, NOW),
        _fits,
    )
    return Spanned(found, _post.c.id)


def _shared(select: Callable[..., sa.Select[Any]]) -> Spanned:
    found = passed_on(
        select(),
        _is_inside(_share.c.actor_id),
        wants_shares(ACTOR),
        not_muted(ACTOR, _share.c.actor_id, NOW),
    )
    return Spanned(found, _share.c.id)


SAID: Final = _said(select_full)
SHARED: Final = _shared(select_full)
SAID_CARDS: Final = _said(select_cards)
SHARED_CARDS: Final = _shared(select_cards)


def read_list(session: Session, viewer: Viewer, list_id: int, paging: Paging) -> FullPage:
    """One of the viewer's own. Raises NotFound."""
    found = get_own_list(session, viewer, list_id)
    asked: dict[str, Any] = {"place": found.id, **span_of(paging)}
    said = read_rows(session, viewer, SAID.towards(paging), answers=str(found.answers), **asked)
    shared = read_rows(session, viewer, SHARED.towards(paging), **asked)
    posts = [full_of(row) for row in (*said, *shared)]
    posts.sort(key=lambda post: post.place if paging.goes_up else -post.place)
    page = tuple(paging.newest_first(posts[: paging.limit]))
    return dress_full(session, viewer, page, FilterContext.HOME)


def list_said_in_list(
    session: Session, viewer: Viewer, list_id: int, *, before: int | None = None
) -> Feed:
    """The same as a page of the site shows it."""
    found, paging = get_own_list(session, viewer, list_id), Paging(PAGE + 1, max_id=before)
    asked: dict[str, Any] = {"place": found.id, **span_of(paging)}
    cards = read_cards(
        session, viewer, SAID_CARDS.towards(paging), answers=str(found.answers), **asked
    )
    shared = read_entries(session, viewer, SHARED_CARDS.towards(paging), **asked)
    entries = [*(Entry(card.id, card, None) for card in cards), *shared]
    entries.sort(key=lambda entry: -entry.id)
    return feed_of_entries(session, viewer, entries[: paging.limit], FilterContext.HOME, PAGE)
