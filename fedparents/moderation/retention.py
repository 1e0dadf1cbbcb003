"""What of reports is forgotten when, and what goes with an account."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, func, select, update

from fedparents.db import UnitOfWork
from fedparents.moderation.machine import Turn, take_turn
from fedparents.moderation.models import Appeal, Complaint, Report, ReportState, SealedCopy

_AT_ONCE: Final = 100


def count_uncontested(session: Session, now: datetime, keeps: timedelta) -> int:
    """Decisions to which nobody has objected in time."""
    return _count(session, _uncontested(now - keeps))


def close_uncontested(uow: UnitOfWork, keeps: timedelta) -> int:
    """End a bite of them: from here on the other periods are counted."""
    found = select(Report).where(_uncontested(uow.now - keeps)).limit(_AT_ONCE)
    reports = list(uow.session.exec(found))
    for report in reports:
        take_turn(uow, report, Turn.CLOSE, by=None)
    return len(reports)


def count_snapshots(session: Session, now: datetime, keeps: timedelta) -> int:
    return _count(session, _with_snapshot(now - keeps))


def clear_snapshots(uow: UnitOfWork, keeps: timedelta) -> int:
    """Forget how things looked, of a bite of reports."""
    bite = sa.select(col(Report.id)).where(_with_snapshot(uow.now - keeps)).limit(_AT_ONCE)
    empty = update(Report).where(col(Report.id).in_(bite)).values(snapshot="")
    return uow.session.exec(empty).rowcount


def closed(cutoff: datetime) -> sa.ColumnElement[bool]:
    """With all that was said and decided."""
    return col(Report.closed_at) < cutoff


def old_copies(cutoff: datetime) -> sa.ColumnElement[bool]:
    return col(SealedCopy.sealed_at) < cutoff


def forget_person(uow: UnitOfWork, actor_id: int) -> None:
    """An account has been erased: nobody knows any more what they complained of, and what they
    wrote is kept only as long as somebody has to decide on it."""
    own = update(Complaint).where(col(Complaint.by_actor_id) == actor_id)
    uow.session.exec(own.values(by_actor_id=None))
    asked = update(Appeal).where(col(Appeal.by_actor_id) == actor_id)
    uow.session.exec(asked.values(by_actor_id=None))
    done = update(Report).where(
        col(Report.target_actor_id) == actor_id,
        col(Report.state).in_((ReportState.DECIDED, ReportState.CLOSED)),
    )
    uow.session.exec(done.values(snapshot=""))


def _uncontested(cutoff: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(col(Report.state) == ReportState.DECIDED, col(Report.decided_at) < cutoff)


def _with_snapshot(cutoff: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(col(Report.closed_at) < cutoff, col(Report.snapshot) != "")


def _count(session: Session, condition: sa.ColumnElement[bool]) -> int:
    return session.exec(select(func.count()).select_from(Report).where(condition)).one()
