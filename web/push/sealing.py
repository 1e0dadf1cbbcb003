"""A message for one device: encrypted for its key alone (RFC 8291, in the coding of RFC 8188, or as
the draft before them, which most apps read), and the ticket by which its push service knows who
sends it (RFC 8292)."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import struct
from dataclasses import dataclass
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
OLD_CODING: Final = "aesgcm"
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
    theirs, ours, shared = _agreed(p256dh, ephemeral)
    material = _derived(_decoded(auth), shared, b"WebPush: info\0" + theirs + ours, 32)
    key = _derived(salt, material, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(salt, material, b"Content-Encoding: nonce\0", 12)
    head = salt + struct.pack("!LB", _RECORD, len(ours)) + ours
    return head + AESGCM(key).encrypt(nonce, record, None)


@dataclass(frozen=True, slots=True)
class OldSealed:
    """A push in the draft's coding, whose salt and key travel in headers, both in base64url."""

    body: bytes
    salt: str
    key: str


def seal_as_before(message: bytes, p256dh: str, auth: str) -> OldSealed:
    """The same as draft-ietf-webpush-encryption-04 has it; also in steps of 256 bytes."""
    if len(message) > LARGEST:
        raise ValueError(f"a push holds {LARGEST} bytes, not {len(message)}")
    padding = min(-len(message) % _STEP, LARGEST - len(message))
    record = struct.pack("!H", padding) + b"\0" * padding + message
    return seal_exactly_as_before(record, p256dh, auth)


def seal_exactly_as_before(
    record: bytes,
    p256dh: str,
    auth: str,
    salt: bytes | None = None,
    ephemeral: ec.EllipticCurvePrivateKey | None = None,
) -> OldSealed:
    """The same for one record that begins with the length of its padding."""
    salt = salt or secrets.token_bytes(16)
    ephemeral = ephemeral or ec.generate_private_key(_CURVE)
    theirs, ours, shared = _agreed(p256dh, ephemeral)
    context = b"P-256\0" + b"".join(struct.pack("!H", len(each)) + each for each in (theirs, ours))
    material = _derived(_decoded(auth), shared, b"Content-Encoding: auth\0", 32)
    key = _derived(salt, material, b"Content-Encoding: aesgcm\0" + context, 16)
    nonce = _derived(salt, material, b"Content-Encoding: nonce\0" + context, 12)
    return OldSealed(AESGCM(key).encrypt(nonce, record, None), _encoded(salt), _encoded(ours))


class Tickets:
    """One ticket for each push service, used until half of its time is over."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        self._kept: dict[str, tuple[datetime, str]] = {}

    def authorization(self, endpoint: str, *, contact: str, now: datetime) -> str:
        """The header that says who sends; `contact` is for the service's operators."""
        ticket = self._ticket(endpoint, contact, now)
        return f"vapid t={ticket}, k={public_push_key(self.secret)}"

    def authorization_as_before(self, endpoint: str, *, contact: str, now: datetime) -> str:
        """The same beside the older coding; the key goes where the coding has its own."""
        return f"WebPush {self._ticket(endpoint, contact, now)}"

    def _ticket(self, endpoint: str, contact: str, now: datetime) -> str:
        parts = urlsplit(endpoint)
        service = f"{parts.scheme}://{parts.netloc}"
        until, ticket = self._kept.get(service, (now, ""))
        if until - now < TICKET_LASTS / 2:
            until = now + TICKET_LASTS
            ticket = self._signed(service, contact, until)
            self._kept = {**self._fresh(now), service: (until, ticket)}
        return ticket

    def _fresh(self, now: datetime) -> dict[str, tuple[datetime, str]]:
        return {name: kept for name, kept in self._kept.items() if kept[0] > now}

    def _signed(self, service: str, contact: str, until: datetime) -> str:
        claims = {"aud": service, "exp": int(until.timestamp()), "sub": contact}
        text = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
        signature = private_push_key(self.secret).sign(text.encode(), ec.ECDSA(SHA256()))
        raw = b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(signature))
        return f"{text}.{_encoded(raw)}"


def _agreed(p256dh: str, ephemeral: ec.EllipticCurvePrivateKey) -> tuple[bytes, bytes, bytes]:
    """Their point, ours, and what both sides can compute from them."""
    theirs = _decoded(p256dh)
    ours = ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    their_key = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, theirs)
    return theirs, ours, ephemeral.exchange(ec.ECDH(), their_key)


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
