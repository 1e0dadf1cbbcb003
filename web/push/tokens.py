"""The tokens that go into pushes of apps: kept sealed, because whoever reads a table must not be
able to act for anybody. Whether a push goes out at all is decided by the token's own row."""

from __future__ import annotations

from typing import Final

from federation.sealing import seal, unseal

_PURPOSE: Final = "token of a push"


def seal_token(secret: bytes, token_id: int, token: str) -> bytes:
    return seal(secret, _PURPOSE, token.encode(), owner=str(token_id))


def open_token(secret: bytes, token_id: int, sealed: bytes) -> str:
    """Empty when the place has another secret by now; its pushes then reach nobody anyway."""
    plain = unseal(secret, _PURPOSE, sealed, owner=str(token_id))
    return plain.decode() if plain is not None else ""
