"""What is asked of the tables with every page and every ring, as hot statements."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam

from fedparents.accounts.models import Account, BrowserSession
from fedparents.actors.models import Actor
from fedparents.db import HotStatement, UTCDateTime, table_of
from fedparents.groups.models import (
    Group,
    JoinRequest,
    Membership,
    MembershipState,
    RequestState,
)
from fedparents.groups.policy import DECIDERS
from fedparents.notifications.kinds import RULES, Kind
from fedparents.notifications.models import (
    GroupWish,
    Notification,
    NotificationReader,
    PushSubscription,
)
from fedparents.social.models import Follow, FollowState
from fedparents.social.policy import not_blocked, not_silenced

MOST_COUNTED: Final = 100
"""From here on a bell says "many"."""

_note = table_of(Notification)
_reader = table_of(NotificationReader)
_account = table_of(Account)
_membership = table_of(Membership)
_wish = table_of(GroupWish)
_session = table_of(BrowserSession)
_subscription = table_of(PushSubscription)
_group = table_of(Group)
_request = table_of(JoinRequest)
_by = table_of(Actor).alias("by_actor")
_in = table_of(Actor).alias("in_group")

_account_id = bindparam("account_id", type_=sa.BigInteger)
_group_id = bindparam("group_id", type_=sa.BigInteger)
_now = bindparam("now", type_=UTCDateTime)
_COLUMNS: Final = (
    "account_id, kind, cause, bundle, actor_id, group_id, subject_id, detail, created_at"
)
_TOLD: Final = (
    "ON CONFLICT (cause, account_id) DO NOTHING RETURNING id AS id, account_id AS account_id"
)


def _telling(text: str) -> HotStatement:
    now = bindparam("now", type_=UTCDateTime)
    statement = sa.text(f"INSERT INTO notification ({_COLUMNS}) {text} {_TOLD}").bindparams(now)
    return HotStatement(statement.columns(id=sa.BigInteger, account_id=sa.BigInteger))


TELL_ACCOUNT: Final = _telling(
    "VALUES (:account_id, :kind, :cause, :bundle, :actor_id, :group_id, :subject_id, :detail, :now)"
)


def _one_of(column: sa.ColumnElement[Any], *words: str) -> sa.ColumnElement[bool]:
    """Words of our own, written out: they are part of the statement."""
    return sa.or_(*(column == sa.literal_column(f"'{word}'") for word in words))


_is_no_request = sa.not_(_one_of(_note.c.kind, Kind.JOIN_REQUEST))
_is_member = sa.exists(
    sa.select(_membership.c.actor_id)
    .where(
        _membership.c.group_id == _note.c.group_id,
        _membership.c.actor_id == _account.c.actor_id,
        _one_of(_membership.c.state, MembershipState.ACTIVE),
        sa.or_(_is_no_request, _one_of(_membership.c.role, *DECIDERS)),
    )
    .correlate(_note, _account)
)
_still_waits = sa.exists(
    sa.select(_request.c.id)
    .where(
        _request.c.id == _note.c.subject_id,
        _one_of(_request.c.state, RequestState.PENDING),
    )
    .correlate(_note)
)
_is_for_outsiders = _one_of(
    _note.c.kind, *(kind for kind, rule in RULES.items() if rule.is_for_outsiders)
)

_follow = table_of(Follow).alias()
_still_asks = sa.exists(
    sa.select(_follow.c.id)
    .where(
        _follow.c.follower_actor_id == _note.c.actor_id,
        _follow.c.followed_actor_id == _account.c.actor_id,
        _one_of(_follow.c.state, FollowState.PENDING),
    )
    .correlate(_note, _account)
)
_is_of_an_office = sa.not_(
    _one_of(_note.c.kind, *(kind for kind, rule in RULES.items() if rule.is_between_people))
)

IS_SHOWN: Final = sa.and_(
    sa.or_(_note.c.group_id.is_(None), _is_for_outsiders, _is_member),
    sa.or_(_is_no_request, _still_waits),
    sa.or_(sa.not_(_one_of(_note.c.kind, Kind.FOLLOW_REQUEST)), _still_asks),
    sa.or_(
        _is_of_an_office,
        sa.and_(
            not_blocked(_account.c.actor_id, _note.c.actor_id),
            not_silenced(_account.c.actor_id, _note.c.actor_id, _now),
        ),
    ),
)
"""Whether the reader may (still) see it: read anew each time, whatever was true when it was
written. A condition on `Notification` and the `Account` of its reader."""

_is_new = sa.and_(_note.c.read_at.is_(None), _note.c.id > sa.func.coalesce(_reader.c.seen_id, 0))


def _joined(select: sa.Select[Any]) -> sa.Select[Any]:
    return (
        select.select_from(_note)
        .join(_account, _account.c.id == _note.c.account_id)
        .outerjoin(_reader, _reader.c.account_id == _note.c.account_id)
    )


_new_ones = (
    _joined(sa.select(_note.c.bundle))
    .where(_note.c.account_id == _account_id, _is_new, IS_SHOWN)
    .limit(MOST_COUNTED)
    .subquery("new_ones")
)
COUNT_NEW: Final = HotStatement(
    sa.select(sa.func.count(sa.distinct(_new_ones.c.bundle)).label("count"))
)
FIND_NEWEST: Final = HotStatement(
    sa.select(sa.func.max(_note.c.id).label("newest")).where(_note.c.account_id == _account_id)
)

_whole = _joined(
    sa.select(
        _note.c.id,
        _note.c.account_id,
        _note.c.kind,
        _note.c.bundle,
        _note.c.created_at,
        sa.case((_is_new, sa.literal_column("1")), else_=sa.literal_column("0")).label("is_new"),
        _note.c.actor_id,
        _by.c.display_name.label("actor_name"),
        _by.c.handle.label("actor_handle"),
        _note.c.group_id,
        # The name of a group that is in no list is for those who are in it.
        sa.case(
            (sa.or_(sa.not_(_group.c.is_hidden), _is_member), _in.c.display_name),
            else_=sa.literal_column("''"),
        ).label("group_name"),
        _note.c.subject_id,
        _note.c.detail,
    )
).outerjoin(_by, _by.c.id == _note.c.actor_id)
_whole = _whole.outerjoin(_in, _in.c.id == _note.c.group_id).outerjoin(
    _group, _group.c.actor_id == _note.c.group_id
)

LIST_NOTIFICATIONS: Final = HotStatement(
    _whole.where(
        _note.c.account_id == _account_id,
        _note.c.id < bindparam("before", type_=sa.BigInteger),
        IS_SHOWN,
    )
    .order_by(_note.c.id.desc())
    .limit(bindparam("most", type_=sa.Integer))
)
FIND_NOTIFICATION: Final = HotStatement(
    _whole.where(_note.c.id == bindparam("id", type_=sa.BigInteger), IS_SHOWN)
)
"""For the one who is told, whoever that is: for the worker, and for a page that knows."""

TAKE_BACK: Final = HotStatement(
    sa.delete(_note).where(_note.c.id == bindparam("one", type_=sa.BigInteger))
)
MARK_SUBJECT_READ: Final = HotStatement(
    sa.update(_note)
    .where(
        _note.c.account_id == _account_id,
        _note.c.subject_id == bindparam("about", type_=sa.BigInteger),
        _note.c.read_at.is_(None),
    )
    .values(read_at=_now)
)

# Pushes reach a browser as long as somebody is signed in there and its push service takes them.
IS_REACHED: Final = sa.and_(
    _session.c.ended_at.is_(None),
    _session.c.expires_at > _now,
    sa.or_(
        _subscription.c.failing_since_at.is_(None),
        _subscription.c.failing_since_at > bindparam("hopeless", type_=UTCDateTime),
    ),
)
_has_push = sa.exists(
    sa.select(_subscription.c.id)
    .join_from(_subscription, _session, _session.c.id == _subscription.c.session_id)
    .where(_subscription.c.account_id == _account.c.id, IS_REACHED)
    .correlate(_account)
)
FIND_LISTENER: Final = HotStatement(
    sa.select(
        _reader.c.level,
        _reader.c.choices,
        _reader.c.quiet_begin,
        _reader.c.quiet_end,
        _reader.c.shows_words,
        _wish.c.level,
        _wish.c.choices,
        _membership.c.is_muted,
        sa.case((_has_push, sa.literal_column("1")), else_=sa.literal_column("0")).label("push"),
        _account.c.language,
    )
    .select_from(_account)
    .outerjoin(_reader, _reader.c.account_id == _account.c.id)
    .outerjoin(_wish, sa.and_(_wish.c.account_id == _account.c.id, _wish.c.group_id == _group_id))
    .outerjoin(
        _membership,
        sa.and_(_membership.c.actor_id == _account.c.actor_id, _membership.c.group_id == _group_id),
    )
    .where(_account.c.id == _account_id)
)
COUNT_RUNG: Final = HotStatement(
    sa.select(
        sa.func.count(sa.distinct(_note.c.rung_at)).label("times"),
        sa.func.min(_note.c.rung_at).label("first"),
    ).where(
        _note.c.account_id == _account_id,
        _note.c.kind == bindparam("kind", type_=sa.String),
        _note.c.rung_at > bindparam("since", type_=UTCDateTime),
    )
)
IS_COMING: Final = HotStatement(
    sa.select(_note.c.id)
    .where(
        _note.c.account_id == _account_id,
        _note.c.kind == bindparam("kind", type_=sa.String),
        _note.c.id < bindparam("one", type_=sa.BigInteger),
        _note.c.created_at >= bindparam("since", type_=UTCDateTime),
    )
    .limit(1)
)
"""Whether something older of this kind brings the mail along."""
_one = _note.c.id == bindparam("one", type_=sa.BigInteger)
SET_RUNG: Final = HotStatement(
    sa.update(_note).where(_one).values(rung_at=_now, held_until_at=sa.null())
)
HOLD: Final = HotStatement(
    sa.update(_note)
    .where(_one)
    .values(rung_at=sa.null(), held_until_at=bindparam("until", type_=UTCDateTime))
)
LET_GO: Final = HotStatement(sa.update(_note).where(_one).values(held_until_at=sa.null()))
LIST_HELD: Final = HotStatement(
    sa.select(_note.c.id, _note.c.account_id, _note.c.kind, _note.c.group_id)
    .where(_note.c.held_until_at <= _now)
    .order_by(_note.c.account_id, _note.c.kind, _note.c.id)
    .limit(bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True)
)
LIST_SUBSCRIPTIONS: Final = HotStatement(
    sa.select(
        _subscription.c.id,
        _subscription.c.endpoint,
        _subscription.c.p256dh,
        _subscription.c.auth,
        _subscription.c.failing_since_at,
        _subscription.c.used_at,
    )
    .join_from(_subscription, _session, _session.c.id == _subscription.c.session_id)
    .where(_subscription.c.account_id == _account_id, IS_REACHED)
    .order_by(_subscription.c.id)
)
