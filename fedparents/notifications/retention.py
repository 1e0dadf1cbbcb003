"""What of notifications is forgotten when (the retention table of features 5)."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, delete, func, select

from fedparents.accounts.models import BrowserSession
from fedparents.db import UnitOfWork
from fedparents.notifications.models import Notification, PushSubscription

_AT_ONCE = 1000


def old_notifications(cutoff: datetime) -> sa.ColumnElement[bool]:
    return col(Notification.created_at) < cutoff


def count_idle_devices(session: Session, now: datetime, keeps: timedelta) -> int:
    """Browsers that pushes have not reached for so long, or in which nobody is signed in."""
    idle = select(func.count()).select_from(PushSubscription).where(_idle(now, keeps))
    return session.exec(idle).one()


def forget_idle_devices(uow: UnitOfWork, keeps: timedelta) -> int:
    """Forget a bite of them."""
    bite = sa.select(col(PushSubscription.id)).where(_idle(uow.now, keeps)).limit(_AT_ONCE)
    forget = delete(PushSubscription).where(col(PushSubscription.id).in_(bite))
    return uow.session.exec(forget).rowcount


def _idle(now: datetime, keeps: timedelta) -> sa.ColumnElement[bool]:
    over = select(BrowserSession.id).where(
        col(BrowserSession.id) == col(PushSubscription.session_id),
        sa.or_(col(BrowserSession.ended_at).is_not(None), col(BrowserSession.expires_at) < now),
    )
    return sa.or_(col(PushSubscription.failing_since_at) < now - keeps, sa.exists(over))
