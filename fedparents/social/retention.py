"""What of people's relations is forgotten when."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, delete, func, select

from fedparents.db import UnitOfWork
from fedparents.social.models import Mute


def count_ended_mutes(session: Session, now: datetime, keeps: timedelta) -> int:
    """Mutes that hold no longer."""
    ended = select(func.count()).select_from(Mute).where(_ended(now - keeps))
    return session.exec(ended).one()


def forget_ended_mutes(uow: UnitOfWork, keeps: timedelta) -> int:
    return uow.session.exec(delete(Mute).where(_ended(uow.now - keeps))).rowcount


def _ended(cutoff: datetime) -> sa.ColumnElement[bool]:
    return col(Mute.until_at) < cutoff
