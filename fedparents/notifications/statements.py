"""Writing down what people are told, and reading it back with every page: hot statements."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam

from fedparents.accounts.policy import SIGNS_IN
from fedparents.actors.models import Actor
from fedparents.actors.names import address_in
from fedparents.db import HotStatement, constant, is_in_bite, is_one_of, table_of
from fedparents.groups.models import Group, Membership, MembershipState
from fedparents.notifications.kinds import About, Kind
from fedparents.notifications.shown import (
    ACCOUNT,
    IS_MEMBER,
    IS_SHOWN,
    NOTE,
    NOW,
    READER,
    TODAY,
    WAITS,
    of_kind,
    of_rule,
)
from fedparents.posts.models import Post, PostMention
from fedparents.posts.policy import visible
from fedparents.social.models import Follow, FollowState
from fedparents.social.policy import not_blocked_at_home, not_silenced

MOST_COUNTED: Final = 100
"""From here on a bell says "many"."""

_membership = table_of(Membership)
_follow = table_of(Follow)
_mention = table_of(PostMention)
_group = table_of(Group)
_post = table_of(Post)
_said = table_of(Post).alias("said")
_root = table_of(Post).alias("root")
_by = table_of(Actor).alias("by_actor")
_in = table_of(Actor).alias("in_group")
_account_id = bindparam("account_id", type_=sa.BigInteger)
_group_id = bindparam("group_id", type_=sa.BigInteger)
_by_id = bindparam("by", type_=sa.BigInteger)
_one = bindparam("one", type_=sa.BigInteger)

_WRITTEN: Final = (
    "account_id",
    "kind",
    "cause",
    "bundle",
    "actor_id",
    "group_id",
    "subject_id",
    "detail",
    "is_sifted",
    "created_at",
)
_values = (
    bindparam("kind", type_=sa.String).label("kind"),
    bindparam("cause", type_=sa.String).label("cause"),
    bindparam("bundle", type_=sa.String).label("bundle"),
    bindparam("actor_id", type_=sa.BigInteger).label("actor_id"),
    _group_id.label("group_id"),
    bindparam("subject_id", type_=sa.BigInteger).label("subject_id"),
    bindparam("detail", type_=sa.String).label("detail"),
    sa.false().label("is_sifted"),
    NOW.label("created_at"),
)


def _telling(readers: sa.Select[Any]) -> HotStatement:
    """One INSERT … SELECT; who has been told is not told again."""
    told = sa.exists().where(
        NOTE.c.cause == bindparam("cause", type_=sa.String), NOTE.c.account_id == ACCOUNT.c.id
    )
    return HotStatement(
        NOTE.insert()
        .from_select(list(_WRITTEN), readers.where(~told))
        .returning(NOTE.c.id, NOTE.c.account_id)
    )


_reader_row = sa.select(ACCOUNT.c.id.label("account_id"), *_values)
TELL_ACCOUNT: Final = _telling(_reader_row.where(ACCOUNT.c.id == _account_id))
_uses_account = is_one_of(ACCOUNT.c.state, SIGNS_IN)
_from_somebody_welcome = sa.and_(
    # Who wrote it is not told of it, also when nobody else knows that it was they.
    ACCOUNT.c.actor_id != bindparam("author", type_=sa.BigInteger),
    not_blocked_at_home(ACCOUNT.c.actor_id, _by_id),
    not_silenced(ACCOUNT.c.actor_id, _by_id, NOW),
)
TELL_MEMBERS: Final = _telling(
    _reader_row.join_from(ACCOUNT, _membership, _membership.c.actor_id == ACCOUNT.c.actor_id).where(
        _membership.c.group_id == _group_id,
        _membership.c.state == constant(MembershipState.ACTIVE),
        sa.not_(_membership.c.is_muted),
        _uses_account,
        _from_somebody_welcome,
    )
)
"""The members of the group whom it is for; those who have muted it are left in peace."""
TELL_FOLLOWERS: Final = _telling(
    _reader_row.join_from(ACCOUNT, _follow, _follow.c.follower_actor_id == ACCOUNT.c.actor_id)
    .join(_post, _post.c.id == bindparam("subject_id", type_=sa.BigInteger))
    .where(
        _follow.c.followed_actor_id == _by_id,
        _follow.c.state == constant(FollowState.ACCEPTED),
        _follow.c.notifies,
        _uses_account,
        _from_somebody_welcome,
        visible(ACCOUNT.c.actor_id, today=TODAY, is_moderator=sa.false()),
    )
)
"""Those who want to know of every post of its author, and may read this one."""

IS_FOR_SOMEBODY: Final = HotStatement(
    sa.select(_post.c.id).where(
        _post.c.id == bindparam("subject_id", type_=sa.BigInteger),
        sa.or_(
            _post.c.is_reply,
            _post.c.group_id.is_not(None),
            sa.exists().where(_mention.c.post_id == _post.c.id),
            sa.exists().where(
                _follow.c.followed_actor_id == _post.c.author_actor_id,
                _follow.c.state == constant(FollowState.ACCEPTED),
                _follow.c.notifies,
            ),
        ),
    )
)
"""Whether there may be anybody to tell of a post."""

_is_new = sa.and_(NOTE.c.read_at.is_(None), NOTE.c.id > sa.func.coalesce(READER.c.seen_id, 0))


def _joined(select: sa.Select[Any]) -> sa.Select[Any]:
    return (
        select.select_from(NOTE)
        .join(ACCOUNT, ACCOUNT.c.id == NOTE.c.account_id)
        .outerjoin(READER, READER.c.account_id == NOTE.c.account_id)
    )


def counting_new(*conditions: sa.ColumnElement[bool]) -> HotStatement:
    """How many lines somebody has not seen; conditions may name `Notification`."""
    new_ones = (
        _joined(sa.select(NOTE.c.bundle))
        .where(NOTE.c.account_id == _account_id, _is_new, IS_SHOWN, *conditions)
        .limit(MOST_COUNTED)
        .subquery("new_ones")
    )
    return HotStatement(sa.select(sa.func.count(sa.distinct(new_ones.c.bundle)).label("count")))


COUNT_NEW: Final = counting_new()
FIND_NEWEST: Final = HotStatement(
    sa.select(sa.func.max(NOTE.c.id).label("newest")).where(NOTE.c.account_id == _account_id)
)

_is_about_post = of_rule(lambda rule: rule.about == About.POST)
_whole = (
    _joined(
        sa.select(
            NOTE.c.id,
            NOTE.c.account_id,
            NOTE.c.kind,
            NOTE.c.bundle,
            NOTE.c.created_at,
            sa.case((_is_new, sa.literal_column("1")), else_=sa.literal_column("0")).label("new"),
            NOTE.c.actor_id,
            _by.c.display_name.label("actor_name"),
            address_in(_by).label("actor_handle"),
            NOTE.c.group_id,
            # The name of a group that is in no list is for those who are in it.
            sa.case(
                (sa.or_(sa.not_(_group.c.is_hidden), IS_MEMBER), _in.c.display_name),
                else_=sa.literal_column("''"),
            ).label("group_name"),
            NOTE.c.subject_id,
            NOTE.c.detail,
            # Where words are covered by a warning, the warning stands for them here too.
            sa.case((_said.c.warning != "", _said.c.warning), else_=_said.c.text).label("said"),
            sa.case((_root.c.warning != "", _root.c.warning), else_=_root.c.text).label("root"),
            _root.c.author_actor_id.label("root_author"),
            ACCOUNT.c.actor_id.label("reader"),
        )
    )
    .outerjoin(_by, _by.c.id == NOTE.c.actor_id)
    .outerjoin(_in, _in.c.id == NOTE.c.group_id)
    .outerjoin(_group, _group.c.actor_id == NOTE.c.group_id)
    .outerjoin(_said, sa.and_(_is_about_post, _said.c.id == NOTE.c.subject_id))
    .outerjoin(_root, _root.c.id == _said.c.root_id)
)

LIST_NOTIFICATIONS: Final = HotStatement(
    _whole.where(
        NOTE.c.account_id == _account_id,
        NOTE.c.id < bindparam("before", type_=sa.BigInteger),
        IS_SHOWN,
    )
    .order_by(NOTE.c.id.desc())
    .limit(bindparam("most", type_=sa.Integer))
)
LIST_SIFTED: Final = HotStatement(
    _whole.where(NOTE.c.account_id == _account_id, NOTE.c.actor_id == _by_id, WAITS)
    .order_by(NOTE.c.id.desc())
    .limit(bindparam("most", type_=sa.Integer))
)
LIST_TOLD: Final = HotStatement(_whole.where(is_in_bite(NOTE.c.id), IS_SHOWN))
"""For those who are told, whoever that is: for the worker, and for a page that knows."""

TAKE_BACK: Final = HotStatement(sa.delete(NOTE).where(NOTE.c.id == _one))
_seen = sa.select(READER.c.seen_id).where(READER.c.account_id == _account_id).scalar_subquery()
_is_unread = sa.and_(
    NOTE.c.account_id == _account_id,
    NOTE.c.id > sa.func.coalesce(_seen, 0),
    NOTE.c.read_at.is_(None),
)
MARK_THREAD_READ: Final = HotStatement(
    sa.update(NOTE)
    .where(
        _is_unread,
        _is_about_post,
        NOTE.c.subject_id.in_(
            sa.select(_post.c.id).where(_post.c.root_id == bindparam("root", type_=sa.BigInteger))
        ),
    )
    .values(read_at=NOW)
)
MARK_QUEUE_READ: Final = HotStatement(
    sa.update(NOTE)
    .where(_is_unread, NOTE.c.group_id == _group_id, of_kind(Kind.JOIN_REQUEST, Kind.HELD_POST))
    .values(read_at=NOW)
)
