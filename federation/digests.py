"""What a body hashes to, in the two ways in which headers say it."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

HEADER: Final = "digest"
"""RFC 3230, beside draft-cavage."""
CONTENT_HEADER: Final = "content-digest"
"""RFC 9530, beside RFC 9421."""


def digest(body: bytes) -> str:
    """Written in capitals, which Friendica compares letter by letter."""
    return f"SHA-256={_sha256(body)}"


def content_digest(body: bytes) -> str:
    return f"sha-256=:{_sha256(body)}:"


def _sha256(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode("ascii")
