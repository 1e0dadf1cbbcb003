"""What of accounts is forgotten when (the retention table of features 5)."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, func, select, update

from fedparents.accounts.facts import InactivityNoticed
from fedparents.accounts.leaving import erase_account
from fedparents.accounts.models import Account, AccountState, BrowserSession, EmailLink
from fedparents.db import UnitOfWork

MONTH = timedelta(days=30, hours=10, minutes=30)  # a twelfth of 365.25 days
# Before the account is erased, its owner hears of it twice: two months and two weeks ahead.
WARN_BEFORE = (timedelta(days=61), timedelta(days=15))
_AT_ONCE = 100


def unconfirmed(cutoff: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        col(Account.state) == AccountState.EMAIL_PENDING, col(Account.created_at) < cutoff
    )


def declined(cutoff: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(col(Account.state) == AccountState.DECLINED, col(Account.decided_at) < cutoff)


def leaving(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(col(Account.state) == AccountState.LEAVING, col(Account.leaving_at) < now)


def frozen(cutoff: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(col(Account.state) == AccountState.FROZEN, col(Account.frozen_at) < cutoff)


def unused(now: datetime, keeps: timedelta) -> sa.ColumnElement[bool]:
    """Nobody signed in for so long, and its owner had the last warning in good time."""
    return sa.and_(
        _unused_since(now - keeps),
        col(Account.inactive_warnings) >= len(WARN_BEFORE),
        col(Account.warned_at) < now - WARN_BEFORE[-1],
    )


def _unused_since(cutoff: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        col(Account.state) == AccountState.ACTIVE,
        func.coalesce(Account.last_seen_at, Account.decided_at, Account.created_at) < cutoff,
    )


def erase_accounts(uow: UnitOfWork, condition: sa.ColumnElement[bool]) -> int:
    """Erase at most a hundred, so that nobody waits long behind it; how many that were."""
    # Held: somebody may decide to stay in this very moment.
    due = select(Account).where(condition).limit(_AT_ONCE).with_for_update()
    found = list(uow.session.exec(due))
    for account in found:
        erase_account(uow, account)
    return len(found)


def warn_unused(uow: UnitOfWork, keeps: timedelta) -> int:
    """Tell owners of unused accounts that they will be erased; how many were told.

    The second warning keeps its distance to the first, also when the job did not run for months.
    """
    return _warn(uow, keeps, 0) + _warn(uow, keeps, 1)


def _warn(uow: UnitOfWork, keeps: timedelta, number: int) -> int:
    ahead = WARN_BEFORE[number]
    due = [_unused_since(uow.now - keeps + ahead), col(Account.inactive_warnings) == number]
    if number > 0:
        due.append(col(Account.warned_at) < uow.now - (WARN_BEFORE[number - 1] - ahead))
    accounts = list(uow.session.exec(select(Account).where(*due).limit(_AT_ONCE)))
    for account in accounts:
        account.inactive_warnings = number + 1
        account.warned_at = uow.now
        uow.session.add(account)
        uow.record(InactivityNoticed(account.id, (uow.now + ahead).date().isoformat()))
    return len(accounts)


def old_sessions(cutoff: datetime) -> sa.ColumnElement[bool]:
    """Ended or run out; until then they tell a known browser from a new one."""
    return sa.or_(col(BrowserSession.ended_at) < cutoff, col(BrowserSession.expires_at) < cutoff)


def old_links(cutoff: datetime) -> sa.ColumnElement[bool]:
    return col(EmailLink.expires_at) < cutoff


def clear_reasons(uow: UnitOfWork) -> int:
    """Empty what people wrote to be let in, a month after the decision; how many that were."""
    decided = sa.and_(col(Account.sign_up_reason) != "", col(Account.decided_at) < uow.now - MONTH)
    return uow.session.exec(update(Account).where(decided).values(sign_up_reason="")).rowcount
