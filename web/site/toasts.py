"""What just happened, told on top of the next page, to which a short-lived cookie carries it."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from datetime import timedelta
from typing import Final, Literal, TypeAlias

from starlette.responses import Response

from web.auth.cookies import set_cookie
from web.visit import Visit

Tone: TypeAlias = Literal["good", "info", "warn", "bad"]
Toast: TypeAlias = tuple[Tone, str]

_LASTS: Final = timedelta(minutes=1)
_MAC_BYTES: Final = 16
_LONGEST: Final = 1000


def leave_toast(visit: Visit, response: Response, toast: Toast) -> None:
    """Show this on the page that comes next; the text is in the reader's language already."""
    tone, text = toast
    packed = json.dumps([tone, text[:_LONGEST]]).encode()
    value = base64.urlsafe_b64encode(_mac(visit, packed) + packed).decode().rstrip("=")
    names = visit.runtime.cookies
    set_cookie(response, names, names.toast, value, _LASTS)


def read_toasts(visit: Visit) -> list[Toast]:
    """What the page before left; nothing that was not written here is shown."""
    value = visit.cookies.get(visit.runtime.cookies.toast, "")
    if not value:
        return []
    try:
        raw = base64.urlsafe_b64decode(value.encode("ascii") + b"==")
    except (binascii.Error, ValueError):
        return []
    mac, packed = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(visit, packed)):
        return []
    tone, text = json.loads(packed)
    return [(tone, text)]


def _mac(visit: Visit, packed: bytes) -> bytes:
    return hmac.digest(visit.runtime.secret, b"toast\0" + packed, "sha256")[:_MAC_BYTES]
