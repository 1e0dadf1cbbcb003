"""The codes that an app makes of a shared secret and the time: RFC 6238, with SHA-1."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from typing import Final

from fedparents.text import digits_in

STEP_SECONDS: Final = 30
CODE_DIGITS: Final = 6
_SECRET_BYTES: Final = 20  # RFC 4226, requirement 6: as long as what SHA-1 gives
_TOLERANCE: Final = 1
"""How many steps a clock may be ahead or behind (RFC 6238, section 5.2)."""


def new_secret() -> bytes:
    return secrets.token_bytes(_SECRET_BYTES)


def step_at(moment: datetime) -> int:
    """How many half minutes had gone by since 1970."""
    return int(moment.timestamp()) // STEP_SECONDS


def app_code(secret: bytes, step: int) -> str:
    """What the app shows during this step (RFC 4226, section 5.3)."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**CODE_DIGITS).zfill(CODE_DIGITS)


def matching_steps(secret: bytes, typed: str, *, now: datetime) -> list[int]:
    """The steps around now whose code this is, the oldest first; none for a wrong code.

    Spaces between the digits do not matter, nor in which script they are.
    """
    digits, step = digits_in(typed), step_at(now)
    around = range(step - _TOLERANCE, step + _TOLERANCE + 1)
    return [each for each in around if hmac.compare_digest(app_code(secret, each), digits)]
