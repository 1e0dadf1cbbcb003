"""The cookies of a browser: their names, their attributes, and how their values are made.

In production every name begins with `__Host-`, which a browser accepts only from this very host
over HTTPS. Elsewhere the name carries the port, because cookies do not tell ports apart and two
towns may run on one machine.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from starlette.responses import Response

from fedparents.accounts.sessions import SESSION_LASTS
from fedparents.settings import Settings

BROWSER_LASTS: Final = timedelta(days=400)  # the longest that browsers keep a cookie
TASTE_LASTS: Final = timedelta(days=400)
_BROWSER_ID = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class CookieNames:
    """What the cookies of this place are called."""

    session: str
    browser: str
    language: str
    theme: str
    toast: str
    pending: str
    """What somebody typed before they went to look into their mailbox."""
    setup: str
    """Shows that this browser gave the code that the server printed at its first start."""
    halfway: str
    """Who has shown their first proof here and still owes a code."""
    factor: str
    """The second factor that somebody is setting up."""
    swaps: str
    """What somebody leafs through among asks and offers."""
    is_secure: bool

    @classmethod
    def of(cls, settings: Settings) -> CookieNames:
        if settings.is_development:
            _, _, port = settings.domain.partition(":")
            pattern = f"{{}}_{port or 80}"
        else:
            pattern = "__Host-{}"
        return cls(
            session=pattern.format("session"),
            browser=pattern.format("browser"),
            language=pattern.format("language"),
            theme=pattern.format("theme"),
            toast=pattern.format("toast"),
            pending=pattern.format("pending"),
            setup=pattern.format("setup"),
            halfway=pattern.format("halfway"),
            factor=pattern.format("factor"),
            swaps=pattern.format("swaps"),
            is_secure=not settings.is_development,
        )


def parse_cookies(header: str) -> dict[str, str]:
    """The cookies of a Cookie header; the first of a name counts, as browsers send the closest."""
    cookies: dict[str, str] = {}
    for pair in header.split(";"):
        name, equals, value = pair.strip().partition("=")
        if equals and name:
            cookies.setdefault(name, value.strip('"'))
    return cookies


def new_browser_id() -> str:
    """128 random bits that stand for one browser."""
    return secrets.token_urlsafe(16)


def is_browser_id(value: str) -> bool:
    return _BROWSER_ID.fullmatch(value) is not None


def set_cookie(
    response: Response, names: CookieNames, name: str, value: str, lasts: timedelta
) -> None:
    """A cookie that scripts cannot read and that other sites' forms do not bring along."""
    response.set_cookie(
        name,
        value,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=names.is_secure,
        httponly=True,
        samesite="lax",
    )


def delete_cookie(response: Response, names: CookieNames, name: str) -> None:
    response.delete_cookie(name, path="/", secure=names.is_secure, httponly=True, samesite="lax")


def set_session_cookie(response: Response, names: CookieNames, token: str) -> None:
    """Sign this browser in: `token` comes from `open_session`."""
    set_cookie(response, names, names.session, token, SESSION_LASTS)
