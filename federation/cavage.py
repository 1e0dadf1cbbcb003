"""The signatures that most servers send: draft-cavage-http-signatures, version 12.

The form is read tolerantly, because it differs; what has to be covered is not.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Final

from federation import digests
from federation.errors import Refusal, SignatureInvalid
from federation.incoming import (
    Claim,
    Incoming,
    moment_of_seconds,
    require_fresh,
    require_unexpired,
)
from federation.key_material import Hashing, PublicKey, is_ed25519, is_signed

HEADER: Final = "signature"
REQUEST_TARGET: Final = "(request-target)"
CREATED: Final = "(created)"
EXPIRES: Final = "(expires)"

_LONGEST: Final = 8192
_MOST_NAMES: Final = 32
_PARAMETER: Final = re.compile(
    r'[ \t]*([A-Za-z]+)[ \t]*=[ \t]*(?:"([^"\\]*)"|([0-9]{1,15}))[ \t]*(?:,|$)'
)
_NAME: Final = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+|\((?:request-target|created|expires)\)")
_ANY_HASH: Final = (Hashing.SHA256, Hashing.SHA512)
_BY_RSA: Final = {
    "rsa-sha256": (Hashing.SHA256,),
    "rsa-sha512": (Hashing.SHA512,),
    "hs2019": _ANY_HASH,  # GoToSocial means the first by it, the draft the second
    "": _ANY_HASH,
}
_BY_ED25519: Final = frozenset({"ed25519", "hs2019", ""})


def text_to_sign(
    names: Sequence[str], values: Mapping[str, str], *, method: str, target: str
) -> bytes:
    """What is signed, section 2.3. Raises KeyError for a name that has no value."""
    request = f"{method.lower()} {target}"
    lines = [f"{name}: {request if name == REQUEST_TARGET else values[name]}" for name in names]
    return "\n".join(lines).encode("latin-1")


def signature_header(key_id: str, names: Sequence[str], signature: str) -> str:
    """With the old name of the algorithm: Friendica and Takahe refuse one without."""
    covered = " ".join(names)
    return f'keyId="{key_id}",algorithm="rsa-sha256",headers="{covered}",signature="{signature}"'


def read_claim(request: Incoming, now: datetime) -> Claim:
    """What the signature of a request claims, if it covers what it has to and is of today; raises
    SignatureInvalid."""
    params = _parameters(request.headers[HEADER])
    algorithm = params.get("algorithm", "").lower()
    if algorithm not in _BY_RSA and algorithm not in _BY_ED25519:
        raise SignatureInvalid(Refusal.ALGORITHM, algorithm[:40])
    names = _names(params.get("headers", CREATED))
    _require_coverage(request, frozenset(names))
    values = _values(request, names, params, algorithm)
    _require_fresh(values, params, now)
    if digests.HEADER in values:
        digests.require_digest(values[digests.HEADER], request.body)
    text = text_to_sign(names, values, method=request.method, target=request.target)
    check = partial(_is_made_with, _signature(params), text, algorithm)
    return Claim(params["keyid"], frozenset(names), check)


def _parameters(header: str) -> dict[str, str]:
    """By their names in lower case; those that everybody sends are there."""
    if len(header) > _LONGEST:
        raise SignatureInvalid(Refusal.UNREADABLE, "too long")
    params: dict[str, str] = {}
    position = 0
    while position < len(header):
        found = _PARAMETER.match(header, position)
        if found is None:
            raise SignatureInvalid(Refusal.UNREADABLE)
        name, quoted, number = found.groups()
        if name.lower() in params:
            raise SignatureInvalid(Refusal.DOUBLED, name)
        params[name.lower()] = number if quoted is None else quoted
        position = found.end()
    if not {"keyid", "signature"} <= params.keys():
        raise SignatureInvalid(Refusal.UNREADABLE, "it names no key, or is empty")
    return params


def _names(text: str) -> list[str]:
    names = text.lower().split(" ")
    if len(names) > _MOST_NAMES or not all(_NAME.fullmatch(name) for name in names):
        raise SignatureInvalid(Refusal.UNREADABLE, "the list of what it covers")
    if len(set(names)) < len(names):
        raise SignatureInvalid(Refusal.DOUBLED, "it covers something twice")
    return names


def _require_coverage(request: Incoming, covered: frozenset[str]) -> None:
    needed = {REQUEST_TARGET, "host"} | ({digests.HEADER} if request.method == "POST" else set())
    if missing := needed - covered:
        raise SignatureInvalid(Refusal.NOT_COVERED, ", ".join(sorted(missing)))
    if not covered & {"date", CREATED}:
        raise SignatureInvalid(Refusal.NOT_COVERED, "date")


def _values(
    request: Incoming, names: Sequence[str], params: Mapping[str, str], algorithm: str
) -> dict[str, str]:
    values: dict[str, str] = {}
    for name in names:
        if name == REQUEST_TARGET:
            continue
        if name in {CREATED, EXPIRES}:
            if algorithm.startswith("rsa"):  # section 2.3: these names are older than the two
                raise SignatureInvalid(Refusal.ALGORITHM, f"{name} with {algorithm}")
            values[name] = _seconds(params, name.strip("()"))
        else:
            values[name] = request.header(name)
    return values


def _seconds(params: Mapping[str, str], name: str) -> str:
    text = params.get(name, "")
    if not (text.isascii() and text.isdecimal()):
        raise SignatureInvalid(Refusal.UNREADABLE, name)
    return text


def _require_fresh(values: Mapping[str, str], params: Mapping[str, str], now: datetime) -> None:
    """Each time that is covered counts; an end counts even when it is not."""
    if CREATED in values:
        require_fresh(moment_of_seconds(int(values[CREATED])), now)
    if "date" in values:
        require_fresh(_moment(values["date"]), now)
    if "expires" in params:
        require_unexpired(int(_seconds(params, "expires")), now)


def _moment(text: str) -> datetime:
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        raise SignatureInvalid(Refusal.UNREADABLE, "the date") from None


def _signature(params: Mapping[str, str]) -> bytes:
    try:
        return base64.b64decode(params["signature"], validate=True)
    except (binascii.Error, ValueError):
        raise SignatureInvalid(Refusal.UNREADABLE, "no base64") from None


def _is_made_with(signature: bytes, text: bytes, algorithm: str, key: PublicKey) -> bool:
    if is_ed25519(key):
        return algorithm in _BY_ED25519 and is_signed(key, signature, text)
    hashings = _BY_RSA.get(algorithm, ())
    return any(is_signed(key, signature, text, hashing) for hashing in hashings)
