"""An account as a service changes it: held, so that of two who change it at once one waits."""

from __future__ import annotations

from sqlmodel import col, select

from fedparents.accounts.models import Account, AccountState, Role
from fedparents.actors.models import Actor
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, NotFound
from fedparents.ids import AccountId


def hold_account(uow: UnitOfWork, account_id: AccountId) -> Account:
    account = uow.session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise NotFound("account_not_found")
    return account


def get_actor(uow: UnitOfWork, account: Account) -> Actor:
    actor = uow.session.get(Actor, account.actor_id)
    if actor is None:
        raise NotFound("account_not_found")
    return actor


def require_another_admin(uow: UnitOfWork, account: Account) -> None:
    """Raises Conflict when nobody could administer the place without this account."""
    if account.role != Role.ADMIN or account.state != AccountState.ACTIVE:
        return
    # Held, because two admins may stop at once: the second one waits here and is then the last.
    admins = select(Account.id).where(
        Account.role == Role.ADMIN, Account.state == AccountState.ACTIVE
    )
    held = uow.session.exec(admins.order_by(col(Account.id)).with_for_update())
    if not set(held) - {account.id}:
        raise Conflict("last_admin")
