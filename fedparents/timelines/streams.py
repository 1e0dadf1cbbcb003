"""What happens while somebody's programs listen: which of them meet a post, asked once for all of
them, with the conditions of the lists that they would read it in.

Whoever listens is named by a token, and each answer holds only those that work at that moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents import clock
from fedparents.accounts.models import Account, Role
from fedparents.accounts.policy import SIGNS_IN
from fedparents.applications.models import AccessToken
from fedparents.applications.tokens import WORKS
from fedparents.db import HotStatement, constant, is_any_of, is_one_of, numbers, table_of
from fedparents.groups.models import Membership, MembershipState
from fedparents.posts.anonymous import is_own_anonymous
from fedparents.posts.models import Audience, Bookmark, PollBallot, Post, PostState, Share, Thanks
from fedparents.posts.policy import reaching, visible
from fedparents.social.policy import not_blocked, not_muted
from fedparents.timelines.cards import NOW, read_rows
from fedparents.timelines.feeds import IN_PUBLIC
from fedparents.timelines.full import FullPage, dress_full, full_of
from fedparents.timelines.full_cards import select_shared
from fedparents.timelines.models import HomeEntry
from fedparents.timelines.shares import is_wanted_by, with_sharer

_post = table_of(Post)
_home = table_of(HomeEntry)
_stands = table_of(HomeEntry).alias("stands_at_home")
_share = table_of(Share)
_token = table_of(AccessToken)
_account = table_of(Account)
_thanks = table_of(Thanks)
_kept = table_of(Bookmark)
_ballot = table_of(PollBallot)
_seat = table_of(Membership).alias("seat")
_own_share = table_of(Share).alias("own_share")

_reader: Final = _account.c.actor_id
_place: Final = bindparam("place", type_=sa.BigInteger)
_today: Final = bindparam("today", type_=sa.Date)
_is_own: Final = sa.or_(_post.c.author_actor_id == _reader, is_own_anonymous(_reader))


class Meeting(NamedTuple):
    """A token whose owner may read a post now, and what they have to do with it."""

    token_id: int
    account_id: int
    is_at_home: bool
    is_member: bool
    """Of the group in which it was said."""
    is_own: bool
    has_thanked: bool
    has_shared: bool
    is_kept: bool
    choices: str
    """Of its poll, as on the reader's ballot."""


class Reached(NamedTuple):
    """A token whose owner could read a post before it went."""

    token_id: int
    is_at_home: bool
    is_member: bool


class Subject(NamedTuple):
    """What was said, as nobody in particular meets it, and in which lists it stands."""

    page: FullPage
    is_public: bool


def _exists(
    column: sa.ColumnElement[Any], *conditions: sa.ColumnElement[bool]
) -> sa.ColumnElement[bool]:
    """Whether there is such a row, as a plain truth in every database."""
    return sa.type_coerce(sa.exists(sa.select(column).where(*conditions)), sa.Boolean)


_is_at_home: Final = _exists(
    _stands.c.post_id, _stands.c.post_id == _post.c.id, _stands.c.account_id == _account.c.id
)
_is_member: Final = _exists(
    _seat.c.actor_id,
    _seat.c.group_id == _post.c.group_id,
    _seat.c.actor_id == _reader,
    _seat.c.state == constant(MembershipState.ACTIVE),
)
_choices: Final = sa.func.coalesce(
    sa.select(_ballot.c.choices)
    .where(_ballot.c.post_id == _post.c.id, _ballot.c.actor_id == _reader)
    .scalar_subquery(),
    sa.literal_column("''"),
)
_meeting: Final = (
    _token.c.id,
    _account.c.id,
    _is_at_home,
    _is_member,
    sa.type_coerce(_is_own, sa.Boolean),
    _exists(_thanks.c.post_id, _thanks.c.post_id == _post.c.id, _thanks.c.actor_id == _reader),
    _exists(
        _own_share.c.post_id, _own_share.c.post_id == _post.c.id, _own_share.c.actor_id == _reader
    ),
    _exists(_kept.c.post_id, _kept.c.post_id == _post.c.id, _kept.c.actor_id == _reader),
    _choices,
)
_SEES: Final = sa.and_(
    _post.c.state == constant(PostState.VISIBLE),
    _post.c.audience != constant(Audience.DIRECT),
    visible(
        _reader,
        today=_today,
        is_moderator=is_one_of(_account.c.role, (Role.MODERATOR, Role.ADMIN)),
    ),
    not_muted(_reader, _post.c.author_actor_id, NOW),
)


def _of_tokens(*columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Of those that listen, for each post that the caller's conditions leave."""
    return (
        sa.select(*columns)
        .join_from(_token, _account, _account.c.id == _token.c.account_id)
        .join(_post, sa.true())
        .where(is_any_of(_token.c.id, "tokens"), WORKS, is_one_of(_account.c.state, SIGNS_IN))
    )


LIST_MEETINGS: Final = HotStatement(_of_tokens(*_meeting).where(_post.c.id == _place, _SEES))
# From homes: of thousands who listen, few have any one post there.
LIST_HOME_MEETINGS: Final = HotStatement(
    _of_tokens(*_meeting)
    .join(_home, sa.and_(_home.c.post_id == _post.c.id, _home.c.account_id == _account.c.id))
    .where(_post.c.id == _place, _SEES)
)
LIST_SHARED_MEETINGS: Final = HotStatement(
    _of_tokens(*_meeting)
    .join(_share, _share.c.post_id == _post.c.id)
    .join(_home, sa.and_(_home.c.entry_id == _share.c.id, _home.c.account_id == _account.c.id))
    .where(_share.c.id == _place, _SEES, is_wanted_by(_reader, NOW))
)
LIST_REACHED: Final = HotStatement(
    _of_tokens(_token.c.id, _is_at_home, _is_member).where(
        _post.c.id == _place,
        _post.c.audience != constant(Audience.DIRECT),
        reaching(_reader, today=_today),
        not_blocked(_reader, _post.c.author_actor_id),
    )
)
LIST_AT_HOME: Final = HotStatement(
    _of_tokens(_token.c.id, _is_at_home, _is_member).where(_post.c.id == _place, _is_at_home)
)
_public: Final = sa.type_coerce(IN_PUBLIC, sa.Boolean)
FIND_SUBJECT: Final = HotStatement(select_shared(_post.c.id == _place).add_columns(_public))
FIND_SHARED_SUBJECT: Final = HotStatement(
    with_sharer(select_shared(_share.c.id == _place)).add_columns(_public)
)


def list_meetings(session: Session, post_id: int, tokens: Iterable[int]) -> list[Meeting]:
    """Those of the tokens whose owners would find a post in a list that it stands in."""
    return _meetings(session, LIST_MEETINGS, post_id, tokens)


def list_home_meetings(session: Session, post_id: int, tokens: Iterable[int]) -> list[Meeting]:
    """Those whose owners find it at home."""
    return _meetings(session, LIST_HOME_MEETINGS, post_id, tokens)


def list_shared_meetings(session: Session, share_id: int, tokens: Iterable[int]) -> list[Meeting]:
    """Those whose owners find it at home that somebody has passed something on."""
    return _meetings(session, LIST_SHARED_MEETINGS, share_id, tokens)


def list_reached(session: Session, post_id: int, tokens: Iterable[int]) -> list[Reached]:
    """Those whose owners could read a post that is gone."""
    now = clock.now()
    rows = LIST_REACHED.rows(
        session.connection(), place=post_id, tokens=numbers(tokens), today=now.date()
    )
    return [Reached(token, bool(home), bool(seat)) for token, home, seat in rows]


def list_at_home(session: Session, post_id: int, tokens: Iterable[int]) -> list[Reached]:
    """Those in whose owners' homes a post stands, whether they may still read it or not."""
    rows = LIST_AT_HOME.rows(session.connection(), place=post_id, tokens=numbers(tokens))
    return [Reached(token, bool(home), bool(seat)) for token, home, seat in rows]


def find_subject(session: Session, post_id: int) -> Subject | None:
    """A post with all that stands in it; whoever is shown it has to be in a list of above."""
    return _subject(session, FIND_SUBJECT, post_id)


def find_shared_subject(session: Session, share_id: int) -> Subject | None:
    """The same of what was passed on, with who did."""
    return _subject(session, FIND_SHARED_SUBJECT, share_id)


def _meetings(
    session: Session, statement: HotStatement, place: int, tokens: Iterable[int]
) -> list[Meeting]:
    now = clock.now()
    rows = statement.rows(
        session.connection(), place=place, tokens=numbers(tokens), now=now, today=now.date()
    )
    return [Meeting._make((*row[:2], *map(bool, row[2:-1]), row[-1])) for row in rows]


def _subject(session: Session, statement: HotStatement, place: int) -> Subject | None:
    rows = read_rows(session, None, statement, place=place)
    if not rows:
        return None
    *row, is_public = rows[0]
    return Subject(dress_full(session, None, (full_of(tuple(row)),), None), bool(is_public))
