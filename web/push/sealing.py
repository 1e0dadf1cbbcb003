"""A message for one browser: encrypted for its key alone (RFC 8291, in the coding of RFC 8188), and
the ticket by which its push service knows who sends it (RFC 8292)."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import struct
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from web.push.keys import private_push_key, public_push_key

CODING: Final = "aes128gcm"
LARGEST: Final = 3993
"""Bytes of a message: what all services take, RFC 8291 section 4."""
TICKET_LASTS: Final = timedelta(hours=12)
_RECORD: Final = 4096
_LAST_RECORD: Final = b"\x02"
_STEP: Final = 256
_CURVE: Final = ec.SECP256R1()


def seal(
    message: bytes,
    p256dh: str,
    auth: str,
    *,
    salt: bytes | None = None,
    ephemeral: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """The body of a push. Its length tells in steps of 256 bytes only how long the message is.

    `salt` and `ephemeral` are chosen anew for each; whoever checks vectors gives them.
    """
    if len(message) > LARGEST:
        raise ValueError(f"a push holds {LARGEST} bytes, not {len(message)}")
    padding = b"\0" * min(-len(message) % _STEP, LARGEST - len(message))
    return seal_exactly(message + _LAST_RECORD + padding, p256dh, auth, salt, ephemeral)


def seal_exactly(
    record: bytes,
    p256dh: str,
    auth: str,
    salt: bytes | None = None,
    ephemeral: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """The same for one record with its delimiter and its padding."""
    salt = salt or secrets.token_bytes(16)
    ephemeral = ephemeral or ec.generate_private_key(_CURVE)
    theirs = _decoded(p256dh)
    ours = ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    their_key = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, theirs)
    shared = ephemeral.exchange(ec.ECDH(), their_key)
    material = _derived(_decoded(auth), shared, b"WebPush: info\0" + theirs + ours, 32)
    key = _derived(salt, material, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(salt, material, b"Content-Encoding: nonce\0", 12)
    head = salt + struct.pack("!LB", _RECORD, len(ours)) + ours
    return head + AESGCM(key).encrypt(nonce, record, None)


class Tickets:
    """One ticket for each push service, used until half of its time is over."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._kept: dict[str, tuple[datetime, str]] = {}

    def authorization(self, endpoint: str, *, contact: str, now: datetime) -> str:
        """The header that says who sends; `contact` is for the service's operators."""
        parts = urlsplit(endpoint)
        service = f"{parts.scheme}://{parts.netloc}"
        until, header = self._kept.get(service, (now, ""))
        if until - now < TICKET_LASTS / 2:
            until = now + TICKET_LASTS
            header = self._signed(service, contact, until)
            self._kept = {**self._fresh(now), service: (until, header)}
        return header

    def _fresh(self, now: datetime) -> dict[str, tuple[datetime, str]]:
        return {name: kept for name, kept in self._kept.items() if kept[0] > now}

    def _signed(self, service: str, contact: str, until: datetime) -> str:
        claims = {"aud": service, "exp": int(until.timestamp()), "sub": contact}
        text = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
        signature = private_push_key(self._secret).sign(text.encode(), ec.ECDSA(SHA256()))
        raw = b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(signature))
        return f"vapid t={text}.{_encoded(raw)}, k={public_push_key(self._secret)}"


def _derived(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
    """HKDF (RFC 5869) with SHA-256, for at most one block."""
    extracted = hmac.digest(salt, material, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")[:length]


def _json(value: dict[str, object]) -> str:
    return _encoded(json.dumps(value, separators=(",", ":")).encode())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
