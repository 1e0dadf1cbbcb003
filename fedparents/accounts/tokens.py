"""Secrets that people carry: session tokens, links in mails, six digits, form tokens.

Session tokens are random and stored as digests. What is sent by mail is computed from the row's id
with the place's secret key, so that neither the table nor a queued job holds anything to steal.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

from fedparents.text import digits_in

CODE_DIGITS = 6
_ID_BYTES = 8
_MAC_BYTES = 16


def new_token() -> str:
    """256 random bits as 43 letters, digits, hyphens and underscores."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored of a random token; it needs no salt, because it cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_token(secret: bytes, link_id: int) -> str:
    """The text in the link of an EmailLink."""
    packed = link_id.to_bytes(_ID_BYTES, "big")
    return base64.urlsafe_b64encode(packed + _mac(secret, b"link", packed)).decode()


def read_link_token(secret: bytes, token: str) -> int | None:
    """The id of the EmailLink, or None when the token was not made here."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii"))
    except (binascii.Error, ValueError):
        return None
    packed, mac = raw[:_ID_BYTES], raw[_ID_BYTES:]
    if not hmac.compare_digest(mac, _mac(secret, b"link", packed)):
        return None
    return int.from_bytes(packed, "big")


def link_code(secret: bytes, link_id: int) -> str:
    """The six digits that go with a link."""
    mac = _mac(secret, b"code", link_id.to_bytes(_ID_BYTES, "big"))
    return str(int.from_bytes(mac, "big") % 10**CODE_DIGITS).zfill(CODE_DIGITS)


def is_link_code(secret: bytes, link_id: int, typed: str) -> bool:
    """Spaces between the digits do not matter, nor in which script they are."""
    return hmac.compare_digest(digits_in(typed).encode(), link_code(secret, link_id).encode())


def form_token(secret: bytes, browser_or_session: str) -> str:
    """The token that proves that a form came from a page that we showed to this browser."""
    return base64.urlsafe_b64encode(_mac(secret, b"form", browser_or_session.encode())).decode()


def _mac(secret: bytes, kind: bytes, message: bytes) -> bytes:
    return hmac.digest(secret, kind + b"\0" + message, "sha256")[:_MAC_BYTES]
