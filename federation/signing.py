"""Saying who sends a request, in the two ways that servers know."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import Final

from federation import cavage, digests, rfc9421
from federation.key_material import sign_bytes
from federation.keys import LocalKey
from federation.models import KeyKind
from federation.transport import SentTo, sent_to

ACTIVITY_JSON: Final = "application/activity+json"
ACCEPT: Final = (
    f'{ACTIVITY_JSON}, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
)
_ALGORITHMS: Final = {KeyKind.RSA: "rsa-v1_5-sha256", KeyKind.ED25519: "ed25519"}


class Scheme(StrEnum):
    CAVAGE = "cavage"
    """What most servers read; with RSA keys only."""
    CAVAGE_PATH = "cavage_path"
    """The same without the query of the address, at which some do not look."""
    RFC9421 = "rfc9421"


def sign(
    key: LocalKey,
    method: str,
    url: str,
    body: bytes | None,
    now: datetime,
    scheme: Scheme = Scheme.CAVAGE,
    *,
    more: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """All headers with which to send a document (`body`) or to ask for one (None), signed.

    `more` are further headers that the signature has to cover, their names in lower case. Made for
    a thread: nearly all of its time is spent outside the interpreter's lock.
    """
    there = sent_to(url)
    headers = {"host": there.host, "date": format_datetime(now, usegmt=True)}
    headers |= {"accept": ACCEPT} if body is None else {"content-type": ACTIVITY_JSON}
    headers |= more or {}
    if scheme is Scheme.RFC9421:
        return _sign_rfc9421(key, method, there, body, headers, now)
    target = there.path if scheme is Scheme.CAVAGE_PATH else there.target
    return _sign_cavage(key, method, target, body, headers)


def _sign_cavage(
    key: LocalKey, method: str, target: str, body: bytes | None, headers: dict[str, str]
) -> dict[str, str]:
    if key.kind is not KeyKind.RSA:
        raise ValueError("draft-cavage is read with RSA keys only")
    if body is not None:
        headers[digests.HEADER] = digests.digest(body)
    names = (cavage.REQUEST_TARGET, *headers)
    text = cavage.text_to_sign(names, headers, method=method, target=target)
    signature = base64.b64encode(sign_bytes(key.private, text)).decode("ascii")
    headers[cavage.HEADER] = cavage.signature_header(key.id, names, signature)
    return headers


def _sign_rfc9421(
    key: LocalKey,
    method: str,
    there: SentTo,
    body: bytes | None,
    headers: dict[str, str],
    now: datetime,
) -> dict[str, str]:
    if body is not None:
        headers[digests.CONTENT_HEADER] = digests.content_digest(body)
    # The host is in the target, and the date in what the signature says of itself.
    covered = {rfc9421.METHOD: method.upper(), rfc9421.TARGET_URI: there.uri}
    covered |= {name: headers[name] for name in headers if name not in {"host", "date"}}
    params = rfc9421.signature_params(covered, key.id, _ALGORITHMS[key.kind], int(now.timestamp()))
    signature = base64.b64encode(sign_bytes(key.private, rfc9421.text_to_sign(covered, params)))
    headers[rfc9421.INPUT_HEADER] = f"{rfc9421.LABEL}={params}"
    headers[rfc9421.HEADER] = f"{rfc9421.LABEL}=:{signature.decode('ascii')}:"
    return headers
