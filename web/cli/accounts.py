"""`fedparents account`: accounts that the operator makes, sees and gives a role."""

from __future__ import annotations

import getpass
import sys

from sqlmodel import Session

from fedparents.accounts.deciding import change_role as change_role_of
from fedparents.accounts.joining import NewAccount, create_account
from fedparents.accounts.models import AccountState, Role
from fedparents.accounts.policy import SIGNS_IN
from fedparents.accounts.queries import (
    AccountView,
    find_account_by_handle,
    get_account,
    list_every_account,
)
from fedparents.accounts.second_factor import ResetReason, reset_factor
from fedparents.authority import OPERATOR
from fedparents.db import Database, UnitOfWork
from fedparents.ids import AccountId
from fedparents.settings import Settings
from web.auth.passwords import hash_password
from web.cli.failures import Failed
from web.cli.output import moment, say, table
from web.cli.parsing import nearest
from web.cli.place import with_place

_FROM_INPUT = "-"
_STATES = {
    AccountState.EMAIL_PENDING: "address not confirmed",
    AccountState.APPROVAL_PENDING: "waits for approval",
}


def create(
    settings: Settings,
    *,
    name: str,
    email: str,
    password: str | None,
    role: str,
    confirmed: bool,
    shown_name: str,
) -> None:
    """Make an account; the password is taken as it is, strong or not."""
    checked_role = _role(role)
    password_hash = None if password is None else hash_password(_password(password))
    draft = NewAccount(
        handle=name,
        email=email,
        password_hash=password_hash,
        role=checked_role,
        is_confirmed=confirmed,
        name=shown_name,
    )

    async def work(database: Database) -> AccountView:
        account_id = await database.write(_create, draft)
        return await database.read(get_account, account_id)

    made = with_place(settings, work)
    say(f"Created @{made.actor.handle} ({made.actor.display_name}, {made.account.role}).")
    if confirmed:
        say(f"They can sign in now at {settings.base_url}/")
    else:
        say(f"A mail with a link to confirm is on its way to {made.account.email}.")


def list_all(settings: Settings) -> None:
    """A table of every account, the oldest first."""
    accounts = with_place(settings, lambda database: database.read(list_every_account))
    if not accounts:
        say("There is no account yet: `fedparents account create` makes one.")
        return
    headings = ("NAME", "SHOWN AS", "ADDRESS", "ROLE", "STATE", "SINCE", "LAST SEEN")
    say(table(headings, map(_line, accounts)))


def change_role(settings: Settings, *, name: str, role: str) -> None:
    """What somebody may do for the whole place."""
    wanted = _role(role)

    async def work(database: Database) -> AccountView:
        found = await database.read(find_account, name)
        await database.write(change_role_of, AccountId(found.account.id), wanted, by=OPERATOR)
        return found

    found = with_place(settings, work)
    if found.account.role == wanted:
        say(f"@{found.actor.handle} was {wanted} already.")
    else:
        say(f"@{found.actor.handle} was {found.account.role} and is {wanted} now.")


def reset_second_factor(settings: Settings, *, name: str) -> None:
    """For somebody who is locked out; written down, and told by mail."""

    async def work(database: Database) -> tuple[AccountView, bool]:
        found = await database.read(find_account, name)
        account_id = AccountId(found.account.id)
        reason = ResetReason.OPERATOR
        return found, await database.write(reset_factor, account_id, reason, by=OPERATOR)

    found, had_one = with_place(settings, work)
    handle = found.actor.handle
    if not had_one:
        say(f"@{handle} has no second step: nothing was changed.")
        return
    say(f"@{handle} signs in without a second step now, and is signed out everywhere.")
    say(f"A mail that says so is on its way to {found.account.email}.")


def find_account(session: Session, name: str) -> AccountView:
    """Whom the operator means; raises Failed with the name."""
    found = find_account_by_handle(session, name)
    if found is None:
        handle = name.strip().removeprefix("@")
        raise Failed(f"there is no account @{handle}; `fedparents account list` shows them")
    return found


def require_usable(found: AccountView) -> None:
    """Raises Failed when nobody may act for this account (yet, or any more)."""
    if found.account.state not in SIGNS_IN:
        raise Failed(f"@{found.actor.handle} may not be used: {_state(found)}")


def _create(uow: UnitOfWork, draft: NewAccount) -> int:
    return create_account(uow, draft).id


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        hint = nearest(text, Role) or f"; there are: {', '.join(Role)}"
        raise Failed(f"there is no role `{text}`{hint}", status=2) from None


def _password(given: str) -> str:
    if given == _FROM_INPUT:
        is_typed = sys.stdin.isatty()
        given = getpass.getpass() if is_typed else sys.stdin.readline().rstrip("\r\n")
    if not given:
        raise Failed("the password is empty", status=2)
    return given


def _line(found: AccountView) -> tuple[str, ...]:
    account, actor = found.account, found.actor
    return (
        f"@{actor.handle}",
        actor.display_name,
        account.email,
        account.role,
        _state(found),
        moment(account.created_at),
        moment(account.last_seen_at),
    )


def _state(found: AccountView) -> str:
    return _STATES.get(found.account.state, str(found.account.state))
