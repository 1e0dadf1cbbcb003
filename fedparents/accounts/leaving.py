"""Going: days of grace, then nothing is left of the person."""

from __future__ import annotations

from datetime import timedelta

from fedparents.accounts.access import get_actor, hold_account, require_another_admin
from fedparents.accounts.facts import AccountErased, ErasurePlanned
from fedparents.accounts.invites import end_invites
from fedparents.accounts.models import Account, AccountState
from fedparents.accounts.sessions import Viewer
from fedparents.actors.facts import ActorChanged
from fedparents.actors.service import erase_actor
from fedparents.audit.service import record_audit
from fedparents.db import UnitOfWork

GRACE = timedelta(days=7)


def plan_erasure(uow: UnitOfWork, viewer: Viewer) -> Account:
    """Begin the seven days of grace; raises Conflict for the last admin."""
    account = hold_account(uow, viewer.account_id)
    require_another_admin(uow, account)
    if account.state == AccountState.LEAVING:
        return account
    account.state = AccountState.LEAVING
    account.leaving_at = uow.now + GRACE
    uow.session.add(account)
    uow.record(ErasurePlanned(account.id))
    uow.record(ActorChanged(account.actor_id))
    record_audit(uow, "account.leaving", by=viewer.actor_id, subject=viewer.actor_id)
    return account


def cancel_erasure(uow: UnitOfWork, viewer: Viewer) -> None:
    """Stay after all."""
    account = hold_account(uow, viewer.account_id)
    if account.state != AccountState.LEAVING:
        return
    account.state = AccountState.ACTIVE
    account.leaving_at = None
    uow.session.add(account)
    uow.record(ActorChanged(account.actor_id))
    record_audit(uow, "account.stayed", by=viewer.actor_id, subject=viewer.actor_id)


def erase_account(uow: UnitOfWork, account: Account) -> None:
    """Forget the person: the account and all that hangs on it, and the actor's name."""
    actor = get_actor(uow, account)
    was_known = account.confirmed_at is not None and account.state != AccountState.DECLINED
    email, language = account.email, account.language
    record_audit(uow, "account.erased", by=None, subject=actor.id, reason=account.state)
    uow.session.delete(account)
    uow.session.flush()
    end_invites(uow, actor.id, forgets=True)
    erase_actor(uow, actor)
    if was_known:
        uow.record(AccountErased(actor.id, email, language))
