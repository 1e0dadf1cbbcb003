"""What a ring asks: who listens and how, what has rung lately, what waits, and where it goes."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam

from fedparents.accounts.models import BrowserSession
from fedparents.accounts.policy import SIGNS_IN
from fedparents.applications.models import AccessToken
from fedparents.db import HotStatement, UTCDateTime, constant, is_in_bite, is_one_of, table_of
from fedparents.groups.models import Membership
from fedparents.notifications.alerts import From
from fedparents.notifications.models import AppSubscription, GroupWish, PushSubscription
from fedparents.notifications.shown import ACCOUNT, NOTE, NOW, READER

_membership = table_of(Membership)
_wish = table_of(GroupWish)
_session = table_of(BrowserSession)
_subscription = table_of(PushSubscription)
_app = table_of(AppSubscription)
_token = table_of(AccessToken)
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


def _is_taken(subscription: sa.Table) -> sa.ColumnElement[bool]:
    return sa.or_(
        subscription.c.failing_since_at.is_(None),
        subscription.c.failing_since_at > bindparam("hopeless", type_=UTCDateTime),
    )


IS_REACHED: Final = sa.and_(_is_open, _is_taken(_subscription))
_in_browser = sa.exists(
    sa.select(_subscription.c.id)
    .where(_subscription.c.account_id == ACCOUNT.c.id, IS_REACHED)
    .correlate(ACCOUNT)
)
# Pushes reach an app as long as its token is good and its owner may use it.
IS_APP_REACHED: Final = sa.and_(
    _app.c.account_id == ACCOUNT.c.id,
    is_one_of(ACCOUNT.c.state, SIGNS_IN),
    sa.exists(
        sa.select(_token.c.id)
        .where(
            _token.c.id == _app.c.token_id,
            _token.c.revoked_at.is_(None),
            sa.or_(
                ACCOUNT.c.signed_out_at.is_(None), _token.c.created_at > ACCOUNT.c.signed_out_at
            ),
        )
        .correlate(_app, ACCOUNT)
    ),
    _is_taken(_app),
    _app.c.pushes_from != constant(From.NONE),
)
"""Conditions on `AppSubscription` and the `Account` of its owner."""
HAS_PUSH: Final = sa.or_(
    _in_browser, sa.exists(sa.select(_app.c.id).where(IS_APP_REACHED).correlate(ACCOUNT))
)
"""A condition on `Account`: there is a browser or an app."""
_between: Any = sa.literal_column("' '")  # a bound one is spelled with each call, here with none
_asked = (
    sa.select(sa.func.aggregate_strings(_app.c.alerts, _between))
    .where(IS_APP_REACHED)
    .correlate(ACCOUNT)
    .scalar_subquery()
)

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
        sa.case((_in_browser, sa.literal_column("1")), else_=sa.literal_column("0")).label("push"),
        _asked.label("asked"),
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
LIST_APP_SUBSCRIPTIONS: Final = HotStatement(
    sa.select(
        _app.c.account_id,
        _app.c.id,
        _app.c.endpoint,
        _app.c.p256dh,
        _app.c.auth,
        _app.c.failing_since_at,
        _app.c.used_at,
        _app.c.token_id,
        _app.c.sealed_token,
        _app.c.is_standard,
        _app.c.alerts,
        _app.c.pushes_from,
    )
    .join_from(_app, ACCOUNT, ACCOUNT.c.id == _app.c.account_id)
    .where(is_in_bite(_app.c.account_id), IS_APP_REACHED)
    .order_by(_app.c.id)
)
