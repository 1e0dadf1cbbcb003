"""Links of mails to somebody who may have no account, or cannot sign in to it: computed from the
row's id, and from whom it was written to, under the place's key, each for one purpose."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Final, Literal

from fedparents.errors import NotFound

Purpose = Literal["decision", "notice"]
_ID_BYTES: Final = 8
_MAC_BYTES: Final = 16


def letter_token(secret: bytes, purpose: Purpose, number: int, reader: int = 0) -> str:
    """`reader` is the actor to whom the letter goes; 0 for a visitor."""
    packed = number.to_bytes(_ID_BYTES, "big") + reader.to_bytes(_ID_BYTES, "big")
    return base64.urlsafe_b64encode(packed + _mac(secret, purpose, packed)).decode()


def read_letter_token(secret: bytes, purpose: Purpose, token: str) -> tuple[int, int]:
    """The row and the reader; raises NotFound for what was not made here."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise NotFound from None
    packed, mac = raw[: 2 * _ID_BYTES], raw[2 * _ID_BYTES :]
    if not hmac.compare_digest(mac, _mac(secret, purpose, packed)):
        raise NotFound
    return int.from_bytes(packed[:_ID_BYTES], "big"), int.from_bytes(packed[_ID_BYTES:], "big")


def _mac(secret: bytes, purpose: Purpose, packed: bytes) -> bytes:
    return hmac.digest(secret, b"letter\0" + purpose.encode() + b"\0" + packed, "sha256")[
        :_MAC_BYTES
    ]
