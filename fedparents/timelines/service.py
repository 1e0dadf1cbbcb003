"""Filling homes, and keeping them short; the plain join would rebuild them."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents.accounts.models import Account
from fedparents.db import HotStatement, UnitOfWork, is_one_of, table_of
from fedparents.groups.models import Membership, MembershipState
from fedparents.posts.models import Audience, Post, PostState, PostTag, Share
from fedparents.posts.policy import TOWN
from fedparents.social.models import Follow, FollowedTag, FollowState, ListMember, PeopleList
from fedparents.social.policy import is_heard
from fedparents.timelines.models import HomeEntry

KEEPS: Final = 800
"""Posts in one home."""
WELCOME: Final = 30
"""Posts of a group that somebody finds at home who has just come in."""

_account = table_of(Account)
_post = table_of(Post)
_home = table_of(HomeEntry)
_membership = table_of(Membership)
_follow = table_of(Follow)
_share = table_of(Share)
_tag = table_of(PostTag)
_followed_tag = table_of(FollowedTag)
_list = table_of(PeopleList)
_member = table_of(ListMember)
_subject: Final = bindparam("post", type_=sa.BigInteger)
_entry: Final = (
    _account.c.id.label("account_id"),
    _post.c.id.label("entry_id"),
    _post.c.id.label("post_id"),
)
_shared: Final = (
    _account.c.id.label("account_id"),
    _share.c.id.label("entry_id"),
    _share.c.post_id.label("post_id"),
)


def _filling(readers: sa.Select[tuple[int, int, int]]) -> HotStatement:
    """One INSERT … SELECT; a post that is there already stays where it is."""
    reader = readers.subquery("reader")
    there = sa.exists().where(
        _home.c.account_id == reader.c.account_id, _home.c.post_id == reader.c.post_id
    )
    missing = sa.select(reader.c.account_id, reader.c.entry_id, reader.c.post_id).where(~there)
    columns = ["account_id", "entry_id", "post_id"]
    return HotStatement(_home.insert().from_select(columns, missing))


def _is_read_elsewhere(actor_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Whoever it is stands in a list of the reader's that is read by itself."""
    return (
        sa.exists()
        .where(
            _member.c.actor_id == actor_id,
            _list.c.id == _member.c.list_id,
            _list.c.account_id == _account.c.id,
            _list.c.is_exclusive,
        )
        .correlate_except(_member, _list)
    )


_FIND_NEWS = HotStatement(
    sa.select(_post.c.group_id).where(
        _post.c.id == _subject,
        _post.c.is_reply == sa.false(),
        _post.c.state == PostState.VISIBLE.value,
        _post.c.audience != Audience.DIRECT.value,
    )
)
FILL_MEMBERS = _filling(
    sa.select(*_entry)
    .join_from(_post, _membership, _membership.c.group_id == _post.c.group_id)
    .join(_account, _account.c.actor_id == _membership.c.actor_id)
    .where(_post.c.id == _subject, _membership.c.state == MembershipState.ACTIVE.value)
)
FILL_FOLLOWERS = _filling(
    sa.select(*_entry)
    .join_from(_post, _follow, _follow.c.followed_actor_id == _post.c.author_actor_id)
    .join(_account, _account.c.actor_id == _follow.c.follower_actor_id)
    .where(
        _post.c.id == _subject,
        _follow.c.state == FollowState.ACCEPTED.value,
        ~_is_read_elsewhere(_post.c.author_actor_id),
    )
)
FILL_TAGGED = _filling(
    sa.select(*_entry)
    .join_from(_post, _account, sa.true())
    .where(
        _post.c.id == _subject,
        _post.c.group_id.is_(None),
        is_one_of(_post.c.audience, TOWN),
        sa.not_(_post.c.is_quiet),
        is_heard(_account.c.actor_id, _post.c.author_actor_id),
        _account.c.id.in_(
            sa.select(_followed_tag.c.account_id)
            .join_from(_tag, _followed_tag, _followed_tag.c.tag == _tag.c.tag)
            .where(_tag.c.post_id == _subject)
        ),
    )
)
"""Those who follow one of its hashtags, wherever they would find it otherwise."""
FILL_AUTHOR = _filling(
    sa.select(*_entry)
    .join_from(_post, _account, _account.c.actor_id == _post.c.author_actor_id)
    .where(_post.c.id == _subject)
)
FILL_NEWCOMER = _filling(
    sa.select(*_entry)
    .join_from(_post, _account, _account.c.actor_id == bindparam("actor", type_=sa.BigInteger))
    .where(
        _post.c.group_id == bindparam("group", type_=sa.BigInteger),
        _post.c.is_reply == sa.false(),
        _post.c.state == PostState.VISIBLE.value,
    )
    .order_by(_post.c.id.desc())
    .limit(WELCOME)
)
FILL_SHARED = _filling(
    sa.select(*_shared)
    .join_from(_share, _follow, _follow.c.followed_actor_id == _share.c.actor_id)
    .join(_account, _account.c.actor_id == _follow.c.follower_actor_id)
    .where(
        _share.c.id == bindparam("share", type_=sa.BigInteger),
        _follow.c.state == FollowState.ACCEPTED.value,
        _follow.c.shows_shares,
        ~_is_read_elsewhere(_share.c.actor_id),
    )
)
FILL_SHARER = _filling(
    sa.select(*_shared)
    .join_from(_share, _account, _account.c.actor_id == _share.c.actor_id)
    .where(_share.c.id == bindparam("share", type_=sa.BigInteger))
)
_other = _share.alias("other")
_others: Final = (
    sa.select(sa.func.min(_other.c.id))
    .join_from(_other, _account, _account.c.id == _home.c.account_id)
    .where(
        _other.c.post_id == _subject,
        _other.c.id != bindparam("share", type_=sa.BigInteger),
        sa.or_(
            _other.c.actor_id == _account.c.actor_id,
            sa.exists().where(
                _follow.c.follower_actor_id == _account.c.actor_id,
                _follow.c.followed_actor_id == _other.c.actor_id,
                _follow.c.state == FollowState.ACCEPTED.value,
                _follow.c.shows_shares,
            ),
        ),
    )
    .correlate(_home)
    .scalar_subquery()
)
MOVE_SHARED = HotStatement(
    _home.update()
    .where(
        _home.c.post_id == _subject,
        _home.c.entry_id == bindparam("share", type_=sa.BigInteger),
        _others.is_not(None),
    )
    .values(entry_id=_others)
)
EMPTY_SHARED = HotStatement(
    _home.delete().where(
        _home.c.post_id == _subject, _home.c.entry_id == bindparam("share", type_=sa.BigInteger)
    )
)
_older = _home.alias("older")
TRIM = HotStatement(
    _home.delete().where(
        _home.c.entry_id
        <= sa.select(_older.c.entry_id)
        .where(_older.c.account_id == _home.c.account_id)
        .order_by(_older.c.entry_id.desc())
        .offset(KEEPS)
        .limit(1)
        .scalar_subquery()
    )
)


def is_for_homes(session: Session, post_id: int) -> bool:
    """Whether a post stands in homes: answers and direct posts are found where they belong."""
    return bool(_FIND_NEWS.rows(session.connection(), post=post_id))


def fill_homes(uow: UnitOfWork, post_id: int) -> int:
    """Bring a new post to those who want to read it; the number of homes that it reached.

    A second time adds nothing.
    """
    connection = uow.session.connection()
    news = _FIND_NEWS.rows(connection, post=post_id)
    if not news:
        return 0
    ((group_id,),) = news
    if group_id is not None:
        return FILL_MEMBERS.run(connection, post=post_id)
    reached = FILL_FOLLOWERS.run(connection, post=post_id)
    reached += FILL_TAGGED.run(connection, post=post_id)
    return reached + FILL_AUTHOR.run(connection, post=post_id)


def bring_home(uow: UnitOfWork, post: Post) -> int:
    """The same for what somebody elsewhere has just said in no group, with the commit that keeps
    it: most of what comes in, and nobody looks for it twice."""
    if post.is_reply or post.audience == Audience.DIRECT:
        return 0
    return FILL_FOLLOWERS.run(uow.session.connection(), post=post.id)


def fill_shared(uow: UnitOfWork, share_id: int) -> int:
    """Bring what somebody passes on to those who follow them, and want that too; the number of
    homes that it reached. Whoever has it at home keeps it in its place."""
    connection = uow.session.connection()
    reached = FILL_SHARED.run(connection, share=share_id)
    return reached + FILL_SHARER.run(connection, share=share_id)


def empty_shared(uow: UnitOfWork, share_id: int, post_id: int) -> int:
    """Take it out of those homes again, now that it is passed on no longer; the number of those.
    Where somebody else had passed it on to the same reader, it stands there because of them."""
    connection = uow.session.connection()
    MOVE_SHARED.run(connection, share=share_id, post=post_id)
    return EMPTY_SHARED.run(connection, share=share_id, post=post_id)


def welcome_home(uow: UnitOfWork, group_id: int, actor_id: int) -> int:
    """Bring the newest posts of a group to somebody who has just come in."""
    return FILL_NEWCOMER.run(uow.session.connection(), group=group_id, actor=actor_id)


def trim_homes(uow: UnitOfWork) -> int:
    """Forget what lies below the newest posts of each home."""
    return TRIM.run(uow.session.connection())
