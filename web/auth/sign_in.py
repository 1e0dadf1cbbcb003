"""Signing in, by whatever proof: a link in the browser that asked, six digits, or a password; and
by a second one where the account has a second factor.

Who has proved whose account it is, and may not use it, hears why; nobody else does.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.joining import confirm_account
from fedparents.accounts.links import (
    get_link,
    issue_confirmation,
    list_accounts_of_login,
    use_code,
    use_link,
)
from fedparents.accounts.models import Account, AccountState, BrowserSession, LinkPurpose
from fedparents.accounts.policy import SIGNS_IN
from fedparents.accounts.second_factor import (
    Tried,
    has_factor,
    try_app_code,
    try_recovery_code,
)
from fedparents.accounts.sessions import Viewer, end_session, open_session
from fedparents.accounts.tokens import digest
from fedparents.db import UnitOfWork
from fedparents.errors import NotFound
from fedparents.groups.joining import admit_newcomer
from fedparents.ids import AccountId
from web.auth.cookies import delete_cookie, set_session_cookie
from web.auth.devices import device_in_words
from web.auth.factor_secrets import factor_opener
from web.auth.halfway import Halfway
from web.visit import browser_of, viewer_of, visit_of

RECENT: Final = timedelta(minutes=10)
"""How long a sign-in counts as proof for what only the owner may do."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The browser in which somebody signs in."""

    browser: str
    """Digest of its own cookie."""
    device: str
    viewer: Viewer | None
    """Who is signed in there so far; that session ends."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    token: str


@dataclass(frozen=True, slots=True)
class KeptOut:
    """The proof was right, but the account may not be used: its state, and why if it was said."""

    state: AccountState
    reason: str


Outcome: TypeAlias = SignedIn | Halfway | KeptOut


def caller_of(request: Request) -> Caller:
    device = device_in_words(visit_of(request).header(b"user-agent"))
    return Caller(digest(browser_of(request)), device, viewer_of(request))


def enter(request: Request, response: Response, outcome: SignedIn) -> None:
    """Give the browser its new session."""
    set_session_cookie(response, visit_of(request).runtime.cookies, outcome.token)


def leave(request: Request, response: Response) -> None:
    """Take the session from the browser."""
    names = visit_of(request).runtime.cookies
    delete_cookie(response, names, names.session)


def sign_in_by_link(uow: UnitOfWork, secret: bytes, token: str, caller: Caller) -> Outcome:
    """Raises NotFound or NotAllowed as `use_link`."""
    return _open(uow, use_link(uow, secret, token, LinkPurpose.SIGN_IN), caller)


def sign_in_by_code(uow: UnitOfWork, secret: bytes, typed: str, caller: Caller) -> Outcome | None:
    """None for wrong digits, which are counted."""
    account = use_code(uow, secret, typed, browser=caller.browser)
    return _open(uow, account, caller) if account is not None else None


def sign_in_by_password(
    uow: UnitOfWork, account_id: AccountId, new_hash: str | None, caller: Caller
) -> Outcome:
    """The password has been checked; `new_hash` replaces one made with other parameters."""
    account = uow.session.get(Account, account_id)
    if account is None:
        raise NotFound("account_not_found")
    if new_hash is not None:
        account.password_hash = new_hash
        uow.session.add(account)
    return _open(uow, account, caller)


def sign_in_by_app(
    uow: UnitOfWork, key: bytes, halfway: Halfway, typed: str, caller: Caller
) -> Outcome | Tried:
    """The second proof by a code of the app; the answer is why not, where it was none.

    Raises NotFound when the first proof holds no more, or there is no second factor any more.
    """
    account = _account_of(uow, halfway)
    tried = try_app_code(
        uow,
        halfway.account_id,
        typed,
        factor_opener(key, account.id),
        browser=caller.browser,
    )
    return _open_fully(uow, account, caller) if tried is Tried.RIGHT else tried


def sign_in_by_recovery_code(
    uow: UnitOfWork, halfway: Halfway, typed: str, caller: Caller
) -> Outcome | Tried:
    """The same by a recovery code, which is used up."""
    account = _account_of(uow, halfway)
    tried = try_recovery_code(uow, halfway.account_id, typed)
    return _open_fully(uow, account, caller) if tried is Tried.RIGHT else tried


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An address that is its owner's; `session` where that also signs in, or goes halfway."""

    email: str
    state: AccountState
    session: SignedIn | Halfway | None = None
    invitation: str = ""
    """The token of the invitation into a group by which they came."""


def confirm_address(uow: UnitOfWork, secret: bytes, token: str, caller: Caller) -> Confirmed:
    """In the browser that signed up this signs in too, when nobody has to decide first.

    Raises NotFound or NotAllowed as `use_link`, Conflict when the mailbox has two accounts already.
    """
    link = get_link(uow.session, secret, token, LinkPurpose.CONFIRM_EMAIL)
    account = confirm_account(uow, use_link(uow, secret, token, LinkPurpose.CONFIRM_EMAIL))
    if account.state not in SIGNS_IN or link.browser != caller.browser:
        return Confirmed(account.email, account.state)
    session = _come_in(uow, account, caller)
    invite = admit_newcomer(uow, account.id)
    return Confirmed(account.email, account.state, session, invite.token if invite else "")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that a password may open."""

    account_id: AccountId
    password_hash: str


def list_candidates(session: Session, login: str) -> list[Candidate]:
    """The accounts of this name that have a password, oldest first."""
    return [
        Candidate(AccountId(account.id), account.password_hash)
        for account in list_accounts_of_login(session, login)
        if account.password_hash is not None
    ]


def has_signed_in_lately(session: Session, viewer: Viewer, now: datetime) -> bool:
    """Whether the viewer has proved so lately who they are that they need not do it again."""
    current = session.get(BrowserSession, viewer.session_id)
    return current is not None and now - current.created_at < RECENT


def _account_of(uow: UnitOfWork, halfway: Halfway) -> Account:
    account = uow.session.get(Account, halfway.account_id)
    if account is None or not halfway.still_holds(account):
        raise NotFound("halfway_is_over")
    return account


def _open(uow: UnitOfWork, account: Account, caller: Caller) -> Outcome:
    """After the first proof."""
    if account.state in SIGNS_IN:
        return _come_in(uow, account, caller)
    return _keep_out(uow, account, caller)


def _open_fully(uow: UnitOfWork, account: Account, caller: Caller) -> Outcome:
    """After the second proof; the account may have been paused since the first."""
    if account.state in SIGNS_IN:
        return _open_session(uow, account, caller)
    return _keep_out(uow, account, caller)


def _come_in(uow: UnitOfWork, account: Account, caller: Caller) -> SignedIn | Halfway:
    if has_factor(uow.session, account.id):
        return Halfway.of(account)
    return _open_session(uow, account, caller)


def _keep_out(uow: UnitOfWork, account: Account, caller: Caller) -> KeptOut:
    if account.state == AccountState.EMAIL_PENDING:
        issue_confirmation(uow, account, browser=caller.browser)
    return KeptOut(account.state, account.decision_reason)


def _open_session(uow: UnitOfWork, account: Account, caller: Caller) -> SignedIn:
    if caller.viewer is not None:
        with contextlib.suppress(NotFound):  # it may have been ended from elsewhere meanwhile
            end_session(uow, caller.viewer, caller.viewer.session_id)
    return SignedIn(open_session(uow, account, browser=caller.browser, device=caller.device))
