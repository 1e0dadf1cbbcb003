"""When moderators hear of sign-ups: of the first at once, of the others a few hours together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlmodel import Session, col, or_, select

from fedparents.accounts.models import Account, AccountState
from fedparents.accounts.queries import list_moderator_ids
from fedparents.db import Fact, UnitOfWork
from fedparents.ids import JobId
from fedparents.jobs import TryLater

TOGETHER: Final = timedelta(hours=4)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ModeratorToTell(Fact):
    """Tell this moderator that somebody waits; `cause` is the job that found it out."""

    account_id: int
    cause: int


def tell_moderators(uow: UnitOfWork, account_id: int, cause: JobId) -> None:
    """One mail for each moderator, or none when another account's job brings it.

    Somebody who joins an empty queue is told of at once. Whoever comes later waits for the end of
    a stretch of four hours, when the newest of it stands for all. Raises TryLater until then.
    """
    account = uow.session.get(Account, account_id)
    if account is None or account.state != AccountState.APPROVAL_PENDING:
        return
    if _has_company_before(uow.session, account):
        due = _end_of_stretch(_since(account))
        if uow.now < due:
            raise TryLater(due - uow.now, "moderators know of the queue already")
        if _has_company_after(uow.session, account, until=due):
            return
    for moderator_id in list_moderator_ids(uow.session):
        uow.record(ModeratorToTell(moderator_id, cause))


def _has_company_before(session: Session, account: Account) -> bool:
    """Whether somebody waited already when this account began to."""
    mine = _since(account)
    earlier = or_(
        col(Account.confirmed_at) < mine,
        (col(Account.confirmed_at) == mine) & (col(Account.id) < account.id),
    )
    return _is_anybody_waiting(session, earlier)


def _has_company_after(session: Session, account: Account, *, until: datetime) -> bool:
    """Whether a newer account of the same stretch waits too."""
    mine = _since(account)
    later = or_(
        col(Account.confirmed_at) > mine,
        (col(Account.confirmed_at) == mine) & (col(Account.id) > account.id),
    )
    return _is_anybody_waiting(session, later & (col(Account.confirmed_at) < until))


def _is_anybody_waiting(session: Session, condition: object) -> bool:
    waiting = select(Account.id).where(
        Account.state == AccountState.APPROVAL_PENDING,
        condition,  # type: ignore[arg-type]  # a condition on columns, from the two above
    )
    return session.exec(waiting.limit(1)).first() is not None


def _since(account: Account) -> datetime:
    return account.confirmed_at or account.created_at


def _end_of_stretch(moment: datetime) -> datetime:
    return _EPOCH + ((moment - _EPOCH) // TOGETHER + 1) * TOGETHER
