"""What an authenticator app shares with us: sealed for the table, written for the app."""

from __future__ import annotations

import base64
from functools import partial
from typing import Final
from urllib.parse import quote, urlencode

from federation.sealing import seal, unseal
from fedparents.accounts.second_factor import Opener

_PURPOSE: Final = "second factor"
_GROUP: Final = 4


def seal_factor(key: bytes, account_id: int, secret: bytes) -> bytes:
    """As it is stored: a stolen table shows nothing, and no row opens for another account."""
    return seal(key, _PURPOSE, secret, owner=str(account_id))


def factor_opener(key: bytes, account_id: int) -> Opener:
    return partial(_unseal, key, account_id)


def secret_to_type(secret: bytes) -> str:
    """In groups of four letters, as apps take it from a keyboard."""
    letters = base64.b32encode(secret).decode()
    return " ".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def app_address(secret: bytes, *, place: str, handle: str) -> str:
    """What the QR code holds; an app lists it under these two names."""
    issuer = place.replace(":", " ")  # the colon divides the names from each other
    names = f"{quote(issuer, safe='')}:{quote(handle, safe='')}"
    query = urlencode(
        {"secret": base64.b32encode(secret).decode(), "issuer": issuer}, quote_via=quote
    )
    return f"otpauth://totp/{names}?{query}"


def _unseal(key: bytes, account_id: int, sealed: bytes) -> bytes | None:
    return unseal(key, _PURPOSE, sealed, owner=str(account_id))
