"""What a body hashes to, in the two ways in which headers say it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Final

from federation.errors import Refusal, SignatureInvalid

HEADER: Final = "digest"
"""RFC 3230, beside draft-cavage."""
CONTENT_HEADER: Final = "content-digest"
"""RFC 9530, beside RFC 9421."""
_HASHES: Final = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}
_CONTENT_MEMBER: Final = re.compile(r"([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/=]*):")


def digest(body: bytes) -> str:
    """Written in capitals, which Friendica compares letter by letter."""
    return f"SHA-256={_sha256(body)}"


def content_digest(body: bytes) -> str:
    return f"sha-256=:{_sha256(body)}:"


def require_digest(value: str, body: bytes) -> None:
    """Raises SignatureInvalid unless a Digest header is that of the body."""
    members = [part.strip(" \t").partition("=") for part in value.split(",")]
    _require_each(((name.strip(" \t").lower(), text) for name, _, text in members), body)


def require_content_digest(value: str, body: bytes) -> None:
    """The same for a Content-Digest header."""
    members = []
    for part in value.split(","):
        member = _CONTENT_MEMBER.fullmatch(part.strip(" \t"))
        if member is None:
            raise SignatureInvalid(Refusal.UNREADABLE, CONTENT_HEADER)
        members.append(member.groups())
    _require_each(((name, text) for name, text in members), body)


def _require_each(members: Iterable[tuple[str, str]], body: bytes) -> None:
    """One that we can compute has to be there, and each of them has to be right."""
    seen: set[str] = set()
    for name, text in members:
        if name in seen:
            raise SignatureInvalid(Refusal.DOUBLED, f"two digests by {name}")
        if name in _HASHES:
            seen.add(name)
            if not hmac.compare_digest(_HASHES[name](body).digest(), _decoded(text)):
                raise SignatureInvalid(Refusal.OTHER_BODY)
    if not seen:
        raise SignatureInvalid(Refusal.ALGORITHM, "no digest by SHA-256 or SHA-512")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise SignatureInvalid(Refusal.UNREADABLE, "a digest") from None


def _sha256(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode("ascii")
