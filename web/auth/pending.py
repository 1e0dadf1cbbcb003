"""What somebody typed before they went to look into their mailbox, kept in their own browser.

Nothing in it is trusted: it only spares them from typing it again, and says where they were going.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.links import CODE_TRIES
from web.auth.cookies import delete_cookie, set_cookie
from web.site.page import LONGEST_PATH, head_for, local_path
from web.visit import visit_of

_LASTS: Final = timedelta(hours=1)
_LONGEST: Final = 320


@dataclass(frozen=True, slots=True)
class Pending:
    """Who waits for a mail, and for which page."""

    login: str = ""
    next: str = "/"
    wrong: int = 0
    """Digits that were typed wrong since the mail was asked for."""

    @property
    def tries_left(self) -> int:
        return max(0, CODE_TRIES - self.wrong)

    def after_wrong_digits(self) -> Pending:
        return replace(self, wrong=self.wrong + 1)


def read_pending(request: Request) -> Pending:
    visit = visit_of(request)
    value = visit.cookies.get(visit.runtime.cookies.pending, "")
    try:
        found = json.loads(base64.urlsafe_b64decode(value.encode("ascii") + b"=="))
    except (binascii.Error, ValueError, RecursionError):
        return Pending()
    match found:
        case {"login": str(login), "next": str(next_path), "wrong": int(wrong)}:
            typed = "".join(filter(str.isprintable, login[:_LONGEST]))
            there = local_path(next_path)
            head_for(request, there)
            return Pending(typed, there, min(max(0, wrong), CODE_TRIES))
    return Pending()


def leave_pending(request: Request, response: Response, pending: Pending) -> None:
    there = pending.next if len(pending.next) <= LONGEST_PATH else "/"
    short = replace(pending, login=pending.login[:_LONGEST], next=there)
    packed = json.dumps(asdict(short), ensure_ascii=False).encode()
    value = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    names = visit_of(request).runtime.cookies
    set_cookie(response, names, names.pending, value, _LASTS)


def drop_pending(request: Request, response: Response) -> None:
    names = visit_of(request).runtime.cookies
    delete_cookie(response, names, names.pending)
