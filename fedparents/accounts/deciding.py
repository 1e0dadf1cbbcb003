"""What moderators and admins decide on others: who comes in, who is kept out, who helps."""

from __future__ import annotations

from datetime import timedelta

from fedparents.accounts.access import hold_account, require_another_admin
from fedparents.accounts.facts import AccountDeclined, AccountFrozen, AccountThawed
from fedparents.accounts.invites import end_invites
from fedparents.accounts.joining import activate_account
from fedparents.accounts.models import Account, AccountState, Role
from fedparents.accounts.policy import can_moderate
from fedparents.accounts.sessions import Viewer, end_all_sessions
from fedparents.actors.facts import ActorChanged
from fedparents.audit.service import record_audit
from fedparents.authority import Authority, require_administrator, require_moderator
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, NotFound
from fedparents.ids import AccountId
from fedparents.text import optional_text, required_text

UNDO = timedelta(days=30)
_REASON_LENGTH = 500


def approve_account(uow: UnitOfWork, account_id: AccountId, *, by: Viewer) -> Account:
    """Let somebody in; also somebody who was declined in the last 30 days.

    Raises Conflict when a colleague was faster.
    """
    require_moderator(by)
    account = _get_decidable(uow, account_id)
    if account.state == AccountState.ACTIVE:
        raise Conflict("already_approved")
    activate_account(uow, account, by_moderator=True)
    record_audit(uow, "account.approved", by=by.actor_id, subject=account.actor_id)
    return account


def decline_account(uow: UnitOfWork, account_id: AccountId, reason: str, *, by: Viewer) -> Account:
    """Say no, with words for the person; what they told us is erased after 30 days."""
    require_moderator(by)
    account = _get_decidable(uow, account_id)
    if account.state != AccountState.APPROVAL_PENDING:
        raise Conflict("already_decided")
    account.decision_reason = optional_text("reason", reason, at_most=_REASON_LENGTH)
    account.state = AccountState.DECLINED
    account.decided_at = uow.now
    uow.session.add(account)
    uow.record(AccountDeclined(account.id))
    record_audit(uow, "account.declined", by=by.actor_id, subject=account.actor_id)
    return account


def reconsider_account(uow: UnitOfWork, account_id: AccountId, *, by: Viewer) -> Account:
    """Put somebody back among those who wait, as if nothing had been decided.

    Raises Conflict when they wait already, or were let in and have signed in since, or look after
    the place: only an admin decides about those.
    """
    require_moderator(by)
    account = _get_decidable(uow, account_id)
    if account.state == AccountState.APPROVAL_PENDING:
        raise Conflict("already_waiting")
    is_here = account.last_seen_at is not None or can_moderate(account.role)
    if account.state == AccountState.ACTIVE and is_here:
        raise Conflict("already_here")
    account.state = AccountState.APPROVAL_PENDING
    account.decided_at = None
    account.decision_reason = ""
    uow.session.add(account)
    record_audit(uow, "account.reconsidered", by=by.actor_id, subject=account.actor_id)
    return account


def freeze_account(uow: UnitOfWork, account_id: AccountId, reason: str, *, by: Viewer) -> Account:
    """Keep somebody out for now, and tell them why; for admins.

    Their sessions, programs and invitations end at once.
    """
    account = _get_changeable(uow, account_id, by)
    if account.state not in {AccountState.ACTIVE, AccountState.LEAVING}:
        raise Conflict("already_decided")
    require_another_admin(uow, account)
    account.state = AccountState.FROZEN
    account.frozen_at = uow.now
    account.decision_reason = required_text("reason", reason, at_most=_REASON_LENGTH)
    end_all_sessions(uow, account.id)
    end_invites(uow, account.actor_id)
    uow.session.add(account)
    uow.record(AccountFrozen(account.id))
    uow.record(ActorChanged(account.actor_id))
    record_audit(uow, "account.frozen", by=by.actor_id, subject=account.actor_id)
    return account


def thaw_account(uow: UnitOfWork, account_id: AccountId, *, by: Viewer) -> Account:
    """Let a frozen account in again; who was leaving goes on leaving."""
    account = _get_changeable(uow, account_id, by)
    if account.state != AccountState.FROZEN:
        raise Conflict("already_decided")
    thaw(uow, account, by=by.actor_id)
    return account


def thaw(uow: UnitOfWork, account: Account, *, by: int) -> None:
    """The same for whoever has looked again at why it was frozen."""
    account.state = AccountState.LEAVING if account.leaving_at else AccountState.ACTIVE
    account.frozen_at = None
    account.decision_reason = ""
    uow.session.add(account)
    uow.record(AccountThawed(account.id))
    uow.record(ActorChanged(account.actor_id))
    record_audit(uow, "account.thawed", by=by, subject=account.actor_id)


def change_role(uow: UnitOfWork, account_id: AccountId, role: Role, *, by: Authority) -> Account:
    """Make somebody a member, moderator or admin; the last admin stays one."""
    require_administrator(by)
    account = hold_account(uow, account_id)
    if role != Role.ADMIN:
        require_another_admin(uow, account)
    if not can_moderate(role):
        end_invites(uow, account.actor_id, skipping_approval=True)
    account.role = role
    uow.session.add(account)
    record_audit(uow, "account.role", by=by.actor_id, subject=account.actor_id, reason=role.value)
    return account


def _get_decidable(uow: UnitOfWork, account_id: AccountId) -> Account:
    account = hold_account(uow, account_id)
    if account.state == AccountState.DECLINED and account.decided_at is not None:
        if uow.now - account.decided_at > UNDO:
            raise NotFound("account_not_found")
    elif account.state not in {AccountState.APPROVAL_PENDING, AccountState.ACTIVE}:
        raise NotFound("account_not_found")
    return account


def _get_changeable(uow: UnitOfWork, account_id: AccountId, by: Viewer) -> Account:
    require_administrator(by)
    account = hold_account(uow, account_id)
    if account.id == by.account_id:
        raise Conflict("not_on_yourself")
    return account
