"""Signatures of RFC 9421 in forms that few use: lists with spaces, parts of headers, and the like.

A library reads them, at ten times the time. Only what is covered whole counts as covered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import http_sf
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
)
from http_message_signatures.algorithms import ED25519, RSA_V1_5_SHA256
from typing_extensions import override

from federation.errors import Refusal, SignatureInvalid
from federation.incoming import Incoming
from federation.key_material import PublicKey, is_ed25519

LONGEST = 8192


@dataclass(frozen=True, slots=True)
class Unusual:
    """What such a signature says of itself."""

    covered: tuple[str, ...]
    """Without those that are covered only in part."""
    params: dict[str, str | int]
    is_made_with: Callable[[PublicKey], bool]


def read_unusual(request: Incoming) -> Unusual:
    """Raises SignatureInvalid for what is no signature, or more than one."""
    members = _dictionary(request.headers["signature-input"])
    signatures = _dictionary(request.headers.get("signature", ""))
    if len(members) > 1 or len(signatures) > 1:
        raise SignatureInvalid(Refusal.SEVERAL)
    if not members or members.keys() != signatures.keys():
        raise SignatureInvalid(Refusal.UNREADABLE, "two labels")
    ((covered, params),) = members.values()
    if not isinstance(covered, list):
        raise SignatureInvalid(Refusal.UNREADABLE, "it covers no list")
    whole = tuple(name for name, parts in covered if isinstance(name, str) and not parts)
    return Unusual(whole, dict(params), partial(_is_made_with, request))


def _dictionary(text: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise SignatureInvalid(Refusal.UNREADABLE, "too long")
    try:
        parsed: Any = http_sf.parse(text.encode("latin-1"), tltype="dictionary")
    except ValueError as error:
        raise SignatureInvalid(Refusal.UNREADABLE, str(error)) from None
    return dict(parsed)


class _Verifier(HTTPMessageVerifier):
    @override
    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        """Times are looked at by whoever asks, with the same windows for all forms."""


class _OneKey(HTTPSignatureKeyResolver):
    def __init__(self, key: PublicKey) -> None:
        self._key = key

    @override
    def resolve_public_key(self, key_id: str) -> PublicKey:
        return self._key


@dataclass
class _Message:
    method: str
    url: str
    request_target: str
    headers: dict[str, str]


def _is_made_with(request: Incoming, key: PublicKey) -> bool:
    algorithm = ED25519 if is_ed25519(key) else RSA_V1_5_SHA256
    verifier = _Verifier(signature_algorithm=algorithm, key_resolver=_OneKey(key))
    url = f"{request.scheme}://{request.host}{request.target}"
    message = _Message(request.method, url, request.target, dict(request.headers))
    try:
        verifier.verify(message, max_age=None)
    except (InvalidSignature, HTTPMessageSignaturesException, ValueError):
        return False
    return True
