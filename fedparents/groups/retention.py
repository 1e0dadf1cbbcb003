"""What of groups is forgotten when (the retention table of features 5)."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, delete, func, select, update

from fedparents.db import UnitOfWork
from fedparents.groups.joining import expire_requests
from fedparents.groups.models import (
    Group,
    GroupState,
    JoinRequest,
    Membership,
    MembershipState,
    RequestState,
)
from fedparents.groups.service import erase_group

_AT_ONCE = 1000


def count_waiting_too_long(session: Session, now: datetime, keeps: timedelta) -> int:
    """Requests that nobody decided."""
    waiting = sa.and_(
        col(JoinRequest.state) == RequestState.PENDING, col(JoinRequest.created_at) < now - keeps
    )
    return _count(session, JoinRequest, waiting)


def end_waiting(uow: UnitOfWork, keeps: timedelta) -> int:
    return expire_requests(uow, keeps)


def count_answers(session: Session, now: datetime, keeps: timedelta) -> int:
    """Answers and reasons of requests that were decided."""
    return _count(session, JoinRequest, _with_words(now - keeps))


def clear_answers(uow: UnitOfWork, keeps: timedelta) -> int:
    """Empty a bite of them."""
    bite = sa.select(col(JoinRequest.id)).where(_with_words(uow.now - keeps)).limit(_AT_ONCE)
    empty = update(JoinRequest).where(col(JoinRequest.id).in_(bite)).values(answers="", reason="")
    return uow.session.exec(empty).rowcount


def old_requests(cutoff: datetime) -> sa.ColumnElement[bool]:
    return col(JoinRequest.decided_at) < cutoff


def count_former(session: Session, now: datetime, keeps: timedelta) -> int:
    """Memberships that ended, except bans that still hold."""
    return _count(session, Membership, _former(now - keeps))


def forget_former(uow: UnitOfWork, keeps: timedelta) -> int:
    return uow.session.exec(delete(Membership).where(_former(uow.now - keeps))).rowcount


def count_ended_groups(session: Session, now: datetime, _keeps: timedelta) -> int:
    return _count(session, Group, _ended(now))


def erase_ended_groups(uow: UnitOfWork, _keeps: timedelta) -> int:
    """Erase one group whose days of grace are over; it may have hundreds of members."""
    group = uow.session.exec(select(Group).where(_ended(uow.now)).limit(1)).first()
    if group is None:
        return 0
    erase_group(uow, group)
    return 1


def _with_words(cutoff: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        col(JoinRequest.decided_at) < cutoff,
        sa.or_(col(JoinRequest.answers) != "", col(JoinRequest.reason) != ""),
    )


def _former(cutoff: datetime) -> sa.ColumnElement[bool]:
    gone = col(Membership.state).in_((MembershipState.LEFT, MembershipState.REMOVED))
    ban_over = sa.and_(
        col(Membership.state) == MembershipState.BANNED,
        col(Membership.banned_until) < cutoff.date(),
    )
    return sa.and_(col(Membership.changed_at) < cutoff, sa.or_(gone, ban_over))


def _ended(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(col(Group.state) == GroupState.ENDING, col(Group.ends_at) < now)


def _count(
    session: Session, table: type[Group | JoinRequest | Membership], old: sa.ColumnElement[bool]
) -> int:
    return session.exec(select(func.count()).select_from(table).where(old)).one()
