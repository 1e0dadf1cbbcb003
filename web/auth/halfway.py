"""Between the first proof and the code of the second factor: no session yet, only a sealed note in
the browser that gave the proof."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.models import Account
from fedparents.accounts.tokens import digest
from fedparents.ids import AccountId
from web.auth.sealed_cookies import SealedCookie
from web.site.page import LONGEST_PATH, head_for

_COOKIE: Final = SealedCookie("halfway", timedelta(minutes=10))


@dataclass(frozen=True, slots=True)
class Halfway:
    """Whose first proof was right."""

    account_id: AccountId
    proved_by: str
    """What the proof stood on; it is worth nothing once the password or the address is another."""

    @classmethod
    def of(cls, account: Account) -> Halfway:
        return cls(AccountId(account.id), _basis_of(account))

    def still_holds(self, account: Account | None) -> bool:
        return account is not None and self.proved_by == _basis_of(account)


def leave_halfway(request: Request, response: Response, halfway: Halfway, there: str) -> None:
    """Remember for ten minutes who may type a code here, and where they were going."""
    note = [halfway.account_id, halfway.proved_by, there if len(there) <= LONGEST_PATH else "/"]
    _COOKIE.leave(request, response, json.dumps(note).encode())


def read_halfway(request: Request) -> tuple[Halfway, str] | None:
    plain = _COOKIE.read(request)
    if plain is None:
        return None
    account_id, proved_by, there = json.loads(plain)
    head_for(request, there)
    return Halfway(AccountId(account_id), proved_by), there


def drop_halfway(request: Request, response: Response) -> None:
    _COOKIE.drop(request, response)


def _basis_of(account: Account) -> str:
    return digest(f"{account.email} {account.password_hash or ''}")
