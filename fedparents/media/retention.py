"""Pictures that were sent and then used for nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from fedparents.db import UnitOfWork
from fedparents.media.models import MediaAttachment, MediaState
from fedparents.media.service import release_media

_AT_ONCE = 100


def count_unused(session: Session, now: datetime, keeps: timedelta) -> int:
    old = select(func.count()).select_from(MediaAttachment).where(_unused(now - keeps))
    return session.exec(old).one()


def release_unused(uow: UnitOfWork, keeps: timedelta) -> int:
    """Release a bite of them; a job deletes their files."""
    old = select(MediaAttachment.id).where(_unused(uow.now - keeps)).limit(_AT_ONCE)
    return release_media(uow, list(uow.session.exec(old)))


def _unused(cutoff: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        col(MediaAttachment.attached_at).is_(None),
        col(MediaAttachment.state) != MediaState.RELEASED,
        col(MediaAttachment.created_at) < cutoff,
        sa.or_(
            col(MediaAttachment.kept_until_at).is_(None),
            col(MediaAttachment.kept_until_at) < cutoff,
        ),
    )
