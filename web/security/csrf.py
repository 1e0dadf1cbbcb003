"""Whether a form was sent from a page of ours, by the browser and person we showed it to."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from typing import Final
from urllib.parse import urlsplit

from typing_extensions import override

from fedparents.accounts.tokens import form_token
from fedparents.errors import NotAllowed
from web.visit import Visit

FIELD: Final = "csrf_token"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS: Final = ("same-origin", "none")  # none: typed or reloaded by the person


class FormIsForeign(NotAllowed):
    """The request was made by another site."""

    default_code = "form_from_elsewhere"


class FormIsStale(NotAllowed):
    """The form is ours, but it was shown to somebody else or before a change of keys."""

    default_code = "form_is_stale"


def check_origin(visit: Visit) -> None:
    """Raises FormIsForeign unless the browser says that a page of ours sends this."""
    if site := visit.header(b"sec-fetch-site"):
        is_ours = site in _OURS
    else:
        told = visit.header(b"origin") or _origin(visit.header(b"referer"))
        is_ours = told in _our_origins(visit)
    if not is_ours:
        raise FormIsForeign(log=f"sec-fetch-site {site or 'absent'}")


def check_token(visit: Visit, token: str) -> None:
    """Raises FormIsStale unless the token was made for this browser and this person.

    What was shown before signing in may be sent after it, not the other way round: a form of
    one person is never carried out for another.
    """
    given = _unmask(token)
    expected = {_plain(visit, is_signed_in=True), _plain(visit, is_signed_in=False)}
    if not any([hmac.compare_digest(given, each) for each in expected]):
        raise FormIsStale


class TokenField:
    """The token of a page, made only when a form asks for it.

    It looks different each time: compressed beside what a stranger chose, a token that is always
    the same could be found out from the length of the answer.
    """

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._text = ""

    @override
    def __str__(self) -> str:
        if not self._text:
            self._text = _mask(_plain(self._visit, is_signed_in=True))
        return self._text

    __html__ = __str__  # letters, digits, hyphens and underscores: nothing to escape


def _plain(visit: Visit, *, is_signed_in: bool) -> bytes:
    account = visit.viewer.account_id if is_signed_in and visit.viewer else ""
    token = form_token(visit.runtime.secret, f"{visit.browser}:{account}")
    return base64.urlsafe_b64decode(token)


def _mask(plain: bytes) -> str:
    pad = secrets.token_bytes(len(plain))
    return base64.urlsafe_b64encode(pad + _xor(plain, pad)).decode().rstrip("=")


def _unmask(token: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"==")
    except (binascii.Error, ValueError):
        return b""
    half = len(raw) // 2
    return _xor(raw[half:], raw[:half])


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=False))


def _our_origins(visit: Visit) -> set[str]:
    settings = visit.runtime.settings
    origins = {settings.base_url}
    if settings.is_development:  # by any name of this machine; the door has checked the header
        origins.add(f"http://{visit.header(b'host')}")
    return origins


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
