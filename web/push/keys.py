"""The key by which browsers and push services know this place (RFC 8292), made of its secret.

It lasts as long as the secret does: browsers that subscribed under another one are never reached.
"""

from __future__ import annotations

import base64
import functools
import hmac
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


@functools.lru_cache(maxsize=4)
def public_push_key(secret: bytes) -> str:
    """The point as browsers and apps want it: 65 bytes, uncompressed, in base64url."""
    # Loaded late: 8 MB that a place whose members take no pushes does without.
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    point = private_push_key(secret).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@functools.lru_cache(maxsize=4)
def private_push_key(secret: bytes) -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec  # loaded late, as above

    # Twice as many bits as the order has, so that no number is likelier than another.
    number = int.from_bytes(hmac.digest(secret, b"push\0key", "sha512"), "big")
    return ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())
