"""Secrets that are kept where others might read them: sealed under the place's key (AES-256-GCM).

Each purpose has a key of its own, and each seal names whom it belongs to: what was sealed for one
thing or person opens nothing for another.
"""

from __future__ import annotations

import hmac
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES: Final = 12


def seal(secret: bytes, purpose: str, plain: bytes, *, owner: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(secret, purpose).encrypt(nonce, plain, owner.encode())


def unseal(secret: bytes, purpose: str, sealed: bytes, *, owner: str) -> bytes | None:
    """None for what was changed, or sealed for something or somebody else or under another key."""
    # Loaded late: 3 MB and 20 ms that no start and no command waits for.
    from cryptography.exceptions import InvalidTag

    nonce, hidden = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return _cipher(secret, purpose).decrypt(nonce, hidden, owner.encode())
    except (InvalidTag, ValueError):
        return None


def _cipher(secret: bytes, purpose: str) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # loaded late, as above

    return AESGCM(hmac.digest(secret, b"seal\0" + purpose.encode(), "sha256"))
