"""What people change of their own account. The caller hashes passwords; nothing here does."""

from __future__ import annotations

from fedparents.accounts.access import hold_account
from fedparents.accounts.facts import EmailChanged, PasswordChanged
from fedparents.accounts.joining import checked_email, require_room
from fedparents.accounts.links import end_links, issue_email_change
from fedparents.accounts.models import Account, LinkPurpose
from fedparents.accounts.sessions import Viewer, end_all_sessions
from fedparents.audit.service import record_audit
from fedparents.db import UnitOfWork
from fedparents.errors import Invalid
from fedparents.instance.queries import get_instance
from fedparents.instance.service import LANGUAGES

THEMES = ("auto", "light", "dark", "contrast")


def change_preferences(uow: UnitOfWork, viewer: Viewer, *, language: str, theme: str) -> None:
    """Language ("" follows the browser) and theme."""
    if language and language not in LANGUAGES:
        raise Invalid({"language": "language_unknown"})
    if theme not in THEMES:
        raise Invalid({"theme": "theme_unknown"})
    account = hold_account(uow, viewer.account_id)
    account.language = language
    account.theme = theme
    uow.session.add(account)


def change_password(uow: UnitOfWork, viewer: Viewer, password_hash: str) -> None:
    """A new password; every other browser and every program is signed out."""
    account = hold_account(uow, viewer.account_id)
    account.password_hash = password_hash
    uow.session.add(account)
    end_all_sessions(uow, account.id, but=viewer.session_id)
    uow.record(PasswordChanged(account.id))
    record_audit(uow, "account.password", by=viewer.actor_id, subject=viewer.actor_id)


def request_email_change(uow: UnitOfWork, viewer: Viewer, email: str) -> None:
    """Ask the new address whether it is its owner's; nothing changes until it answers."""
    account = hold_account(uow, viewer.account_id)
    address = checked_email(email, get_instance(uow.session))
    if address == account.email:
        raise Invalid({"email": "email_unchanged"})
    issue_email_change(uow, account, address)


def change_email(uow: UnitOfWork, account: Account, email: str) -> None:
    """The new address has answered; the old one is told."""
    require_room(uow, email)
    old_email, account.email = account.email, email
    uow.session.add(account)
    # Whatever else is under way was sent to, or asked for from, the address that it was.
    end_links(uow, account.id, LinkPurpose.SIGN_IN, LinkPurpose.CHANGE_EMAIL)
    uow.record(EmailChanged(account.id, old_email))
    record_audit(uow, "account.email", by=account.actor_id, subject=account.actor_id)
