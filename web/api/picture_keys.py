"""Addresses of pictures for apps: made for one token and one picture, worth what the token is."""

from __future__ import annotations

import hmac
from typing import Final

_MAC_LETTERS: Final = 24
_KIND: Final = b"picture\0"
_LONGEST: Final = 64


def picture_key(secret: bytes, token_id: int, file: str) -> str:
    """What an app adds to the address of a picture; nobody without our secret can make one."""
    said = f"{token_id}\0{file}".encode()
    return f"{token_id}.{hmac.digest(secret, _KIND + said, 'sha256').hex()[:_MAC_LETTERS]}"


def read_picture_key(secret: bytes, key: str, file: str) -> int | None:
    """The token for which it was made; None when it was not made here, or not for this picture."""
    number, _, _mac = key.partition(".")
    if len(key) > _LONGEST or not (number.isascii() and number.isdecimal()):
        return None
    expected = picture_key(secret, int(number), file)
    return int(number) if hmac.compare_digest(expected.encode(), key.encode()) else None
