"""What of notifications is forgotten when (the retention table of features 5)."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, delete, func, select

from fedparents.accounts.models import Account, BrowserSession
from fedparents.applications.models import AccessToken
from fedparents.db import UnitOfWork
from fedparents.notifications.models import AppSubscription, Notification, PushSubscription

_AT_ONCE = 1000


def old_notifications(cutoff: datetime) -> sa.ColumnElement[bool]:
    return col(Notification.created_at) < cutoff


def count_idle_devices(session: Session, now: datetime, keeps: timedelta) -> int:
    """Browsers and apps that pushes have not reached for so long, or in which nobody is signed in
    any more."""
    browsers = select(func.count()).select_from(PushSubscription).where(_idle(now, keeps))
    apps = select(func.count()).select_from(AppSubscription).where(_idle_apps(now, keeps))
    return session.exec(browsers).one() + session.exec(apps).one()


def forget_idle_devices(uow: UnitOfWork, keeps: timedelta) -> int:
    """Forget a bite of them."""
    bite = sa.select(col(PushSubscription.id)).where(_idle(uow.now, keeps)).limit(_AT_ONCE)
    forget = delete(PushSubscription).where(col(PushSubscription.id).in_(bite))
    apps = sa.select(col(AppSubscription.id)).where(_idle_apps(uow.now, keeps)).limit(_AT_ONCE)
    forget_apps = delete(AppSubscription).where(col(AppSubscription.id).in_(apps))
    return uow.session.exec(forget).rowcount + uow.session.exec(forget_apps).rowcount


def _idle(now: datetime, keeps: timedelta) -> sa.ColumnElement[bool]:
    over = select(BrowserSession.id).where(
        col(BrowserSession.id) == col(PushSubscription.session_id),
        sa.or_(col(BrowserSession.ended_at).is_not(None), col(BrowserSession.expires_at) < now),
    )
    return sa.or_(col(PushSubscription.failing_since_at) < now - keeps, sa.exists(over))


def _idle_apps(now: datetime, keeps: timedelta) -> sa.ColumnElement[bool]:
    over = (
        select(AccessToken.id)
        .join(Account, col(Account.id) == col(AccessToken.account_id))
        .where(
            col(AccessToken.id) == col(AppSubscription.token_id),
            sa.or_(
                col(AccessToken.revoked_at).is_not(None),
                col(AccessToken.created_at) <= col(Account.signed_out_at),
            ),
        )
    )
    return sa.or_(col(AppSubscription.failing_since_at) < now - keeps, sa.exists(over))
