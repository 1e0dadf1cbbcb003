"""What stands in the links "fewer like this": whom and what they are about, signed by the place.

They can only make it quieter, and whoever got the mail or the push holds one: no sign-in is needed.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import struct
from dataclasses import dataclass
from typing import Final

from fedparents.notifications.kinds import Kind, Mail
from fedparents.notifications.queries import NotificationView

_IDS: Final = struct.Struct("!QQ")
_MAC_BYTES: Final = 16
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Fewer:
    """One kind (of one group), or one of the two digests, as one person gets it."""

    account_id: int
    about: Kind | Mail
    group_id: int | None = None

    @classmethod
    def of(cls, view: NotificationView) -> Fewer:
        return cls(view.account_id, view.kind, view.group_id)


def fewer_token(secret: bytes, fewer: Fewer) -> str:
    packed = _IDS.pack(fewer.account_id, fewer.group_id or 0) + fewer.about.encode()
    return base64.urlsafe_b64encode(_mac(secret, packed) + packed).decode().rstrip("=")


def read_fewer_token(secret: bytes, token: str) -> Fewer | None:
    """None when it was not made here, or is about something that there is no more."""
    if len(token) > _LONGEST:
        return None
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"==")
    except (binascii.Error, ValueError):
        return None
    mac, packed = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(secret, packed)):
        return None
    account_id, group_id = _IDS.unpack(packed[: _IDS.size])
    word = packed[_IDS.size :].decode()
    about = _read_word(word)
    return Fewer(account_id, about, group_id or None) if about is not None else None


def _read_word(word: str) -> Kind | Mail | None:
    if word in set(Kind):
        return Kind(word)
    return Mail(word) if word in {Mail.DAILY, Mail.WEEKLY} else None


def _mac(secret: bytes, packed: bytes) -> bytes:
    return hmac.digest(secret, b"fewer\0" + packed, "sha256")[:_MAC_BYTES]
