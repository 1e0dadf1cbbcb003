"""How often somebody may try to sign in as somebody, without strangers locking anybody out."""

from __future__ import annotations

from starlette.requests import Request

from fedparents.accounts.second_factor import knows_browser
from fedparents.accounts.sessions import is_known_browser
from fedparents.accounts.tokens import digest
from web.security.limits import check_limit
from web.visit import browser_of, runtime_of


async def check_login_limit(request: Request, name: str, login: str) -> None:
    """Count one use of a policy for a login that somebody typed; raises LimitReached.

    A browser in which the account has been used before counts for itself: whatever strangers do
    elsewhere, it lets its owner in.
    """
    browser = browser_of(request)
    is_known = await runtime_of(request).db.read(is_known_browser, login, digest(browser))
    key = _login_key(login)
    await check_limit(request, name, f"{key} {browser}" if is_known else key)


async def check_second_step_limit(request: Request, account_id: int) -> None:
    """The same for codes that somebody types who has shown the first proof of this account."""
    browser = browser_of(request)
    is_known = await runtime_of(request).db.read(knows_browser, account_id, digest(browser))
    key = f"second step of {account_id}"
    await check_limit(request, "code", f"{key} {browser}" if is_known else key)


def _login_key(login: str) -> str:
    """How limits tell one person from another, whatever they write before or after their name."""
    return login.strip().lower().removeprefix("@")
