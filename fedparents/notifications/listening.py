"""What a ring asks: who listens and how, what has rung lately, what waits, and where it goes."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam

from fedparents.accounts.models import BrowserSession
from fedparents.db import HotStatement, UTCDateTime, is_in_bite, table_of
from fedparents.groups.models import Membership
from fedparents.notifications.models import GroupWish, PushSubscription
from fedparents.notifications.shown import ACCOUNT, NOTE, NOW, READER

_membership = table_of(Membership)
_wish = table_of(GroupWish)
_session = table_of(BrowserSession)
_subscription = table_of(PushSubscription)
_group_id = bindparam("group_id", type_=sa.BigInteger)
_kind = bindparam("kind", type_=sa.String)
_since = bindparam("since", type_=UTCDateTime)
_one = NOTE.c.id == bindparam("one", type_=sa.BigInteger)

# Pushes reach a browser as long as somebody is signed in there and its push service takes them.
_is_open = sa.exists(
    sa.select(_session.c.id)
    .where(
        _session.c.id == _subscription.c.session_id,
        _session.c.ended_at.is_(None),
        _session.c.expires_at > NOW,
    )
    .correlate(_subscription)
)
IS_REACHED: Final = sa.and_(
    _is_open,
    sa.or_(
        _subscription.c.failing_since_at.is_(None),
        _subscription.c.failing_since_at > bindparam("hopeless", type_=UTCDateTime),
    ),
)
HAS_PUSH: Final = sa.exists(
    sa.select(_subscription.c.id)
    .where(_subscription.c.account_id == ACCOUNT.c.id, IS_REACHED)
    .correlate(ACCOUNT)
)
"""A condition on `Account`."""

LIST_LISTENERS: Final = HotStatement(
    sa.select(
        ACCOUNT.c.id,
        READER.c.level,
        READER.c.choices,
        READER.c.quiet_begin,
        READER.c.quiet_end,
        READER.c.shows_words,
        _wish.c.level,
        _wish.c.choices,
        _membership.c.is_muted,
        sa.case((HAS_PUSH, sa.literal_column("1")), else_=sa.literal_column("0")).label("push"),
        ACCOUNT.c.language,
    )
    .select_from(ACCOUNT)
    .outerjoin(READER, READER.c.account_id == ACCOUNT.c.id)
    .outerjoin(_wish, sa.and_(_wish.c.account_id == ACCOUNT.c.id, _wish.c.group_id == _group_id))
    .outerjoin(
        _membership,
        sa.and_(_membership.c.actor_id == ACCOUNT.c.actor_id, _membership.c.group_id == _group_id),
    )
    .where(is_in_bite(ACCOUNT.c.id))
)
COUNT_RUNG: Final = HotStatement(
    sa.select(
        NOTE.c.account_id,
        sa.func.count(sa.distinct(NOTE.c.rung_at)).label("times"),
        sa.func.min(NOTE.c.rung_at).label("first"),
    )
    .where(is_in_bite(NOTE.c.account_id), NOTE.c.kind == _kind, NOTE.c.rung_at > _since)
    .group_by(NOTE.c.account_id)
)
IS_COMING: Final = HotStatement(
    sa.select(NOTE.c.id)
    .where(
        NOTE.c.account_id == bindparam("account_id", type_=sa.BigInteger),
        NOTE.c.kind == _kind,
        NOTE.c.id < bindparam("one", type_=sa.BigInteger),
        NOTE.c.created_at >= _since,
    )
    .limit(1)
)
"""Whether something older of this kind brings the mail along."""

SET_RUNG: Final = HotStatement(
    sa.update(NOTE).where(is_in_bite(NOTE.c.id)).values(rung_at=NOW, held_until_at=sa.null())
)
HOLD: Final = HotStatement(
    sa.update(NOTE)
    .where(_one)
    .values(rung_at=sa.null(), held_until_at=bindparam("until", type_=UTCDateTime))
)
LET_GO: Final = HotStatement(sa.update(NOTE).where(_one).values(held_until_at=sa.null()))
LIST_HELD: Final = HotStatement(
    sa.select(NOTE.c.id, NOTE.c.account_id, NOTE.c.kind, NOTE.c.group_id)
    .where(NOTE.c.held_until_at <= NOW)
    .order_by(NOTE.c.account_id, NOTE.c.kind, NOTE.c.id)
    .limit(bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True)
)
LIST_SUBSCRIPTIONS: Final = HotStatement(
    sa.select(
        _subscription.c.account_id,
        _subscription.c.id,
        _subscription.c.endpoint,
        _subscription.c.p256dh,
        _subscription.c.auth,
        _subscription.c.failing_since_at,
        _subscription.c.used_at,
    )
    .where(is_in_bite(_subscription.c.account_id), IS_REACHED)
    .order_by(_subscription.c.id)
)
