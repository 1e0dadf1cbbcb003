"""Cookies that a browser keeps for us for some minutes and cannot read, change or lend."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from federation.sealing import seal, unseal
from fedparents import clock
from web.auth.cookies import delete_cookie, set_cookie
from web.visit import browser_of, viewer_of, visit_of

_TIME_BYTES = 8


@dataclass(frozen=True, slots=True)
class SealedCookie:
    """One kind of them; each belongs to the browser, and to who is signed in there."""

    purpose: Literal["halfway", "factor"]
    lasts: timedelta

    def leave(self, request: Request, response: Response, plain: bytes) -> None:
        runtime = visit_of(request).runtime
        now = int(clock.now().timestamp()).to_bytes(_TIME_BYTES, "big")
        sealed = seal(runtime.secret, self.purpose, now + plain, owner=_owner(request))
        value = base64.urlsafe_b64encode(sealed).decode().rstrip("=")
        set_cookie(response, runtime.cookies, self._name(request), value, self.lasts)

    def read(self, request: Request) -> bytes | None:
        """None where there is none that still holds."""
        visit = visit_of(request)
        value = visit.cookies.get(self._name(request), "")
        try:
            sealed = base64.urlsafe_b64decode(value.encode("ascii") + b"==")
        except (binascii.Error, ValueError):
            return None
        opened = unseal(visit.runtime.secret, self.purpose, sealed, owner=_owner(request))
        if opened is None:
            return None
        left_at = datetime.fromtimestamp(int.from_bytes(opened[:_TIME_BYTES], "big"), UTC)
        return opened[_TIME_BYTES:] if clock.now() - left_at < self.lasts else None

    def drop(self, request: Request, response: Response) -> None:
        delete_cookie(response, visit_of(request).runtime.cookies, self._name(request))

    def _name(self, request: Request) -> str:
        names = visit_of(request).runtime.cookies
        return names.halfway if self.purpose == "halfway" else names.factor


def _owner(request: Request) -> str:
    viewer = viewer_of(request)
    return f"{browser_of(request)}:{viewer.account_id if viewer else ''}"
