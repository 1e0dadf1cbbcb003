"""What of the audit log is forgotten when: the one way through the guard of the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, delete, func, select, update

from fedparents.audit.models import AuditEntry, AuditGate
from fedparents.db import UnitOfWork

_AT_ONCE: Final = 1000
_THE_GATE: Final = 1


def count_entries(session: Session, now: datetime, keeps: timedelta) -> int:
    return _count(session, col(AuditEntry.created_at) < now - keeps)


def forget_entries(uow: UnitOfWork, keeps: timedelta) -> int:
    """Delete a bite of old entries."""
    old = col(AuditEntry.created_at) < uow.now - keeps
    return _through_the_gate(uow, keeps, lambda: delete(AuditEntry).where(_bite(old)))


def count_reasons(session: Session, now: datetime, keeps: timedelta) -> int:
    return _count(session, _with_reason(now - keeps))


def empty_reasons(uow: UnitOfWork, keeps: timedelta) -> int:
    """Leave only ids of a bite of entries."""
    old = _with_reason(uow.now - keeps)
    return _through_the_gate(
        uow, keeps, lambda: update(AuditEntry).where(_bite(old)).values(reason=None)
    )


def _through_the_gate(
    uow: UnitOfWork, keeps: timedelta, statement: Callable[[], sa.Delete | sa.Update]
) -> int:
    """Nobody else ever sees the gate open: it is closed again before the commit."""
    uow.session.add(AuditGate(id=_THE_GATE, before_at=uow.now - keeps))
    uow.session.flush()  # the guard looks for it
    touched = uow.session.exec(statement()).rowcount
    uow.session.exec(delete(AuditGate))
    return touched


def _bite(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    bite = sa.select(col(AuditEntry.id)).where(condition).limit(_AT_ONCE)
    return col(AuditEntry.id).in_(bite)


def _with_reason(cutoff: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(col(AuditEntry.created_at) < cutoff, col(AuditEntry.reason).is_not(None))


def _count(session: Session, condition: sa.ColumnElement[bool]) -> int:
    return session.exec(select(func.count()).select_from(AuditEntry).where(condition)).one()
