"""The signatures of RFC 9421, as towns use them.

Nearly all are written in one plain form, which is read here; the rest of what the RFC allows is
left to a library (`unusual_signatures`). What has to be covered is the same for both.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
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
from federation.key_material import PublicKey, is_ed25519, is_signed

INPUT_HEADER: Final = "signature-input"
HEADER: Final = "signature"
METHOD: Final = "@method"
TARGET_URI: Final = "@target-uri"
LABEL: Final = "sig1"
RSA: Final = "rsa-v1_5-sha256"
ED25519: Final = "ed25519"

_KEY: Final = r"[a-z*][a-z0-9_.*-]{0,63}"
_NAME: Final = r'"(?:@[a-z-]+|[a-z0-9!#$%&\'*+.^_`|~-]+)"'
_STRING: Final = r'"[ !#-\[\]-~]*"'
_INTEGER: Final = r"0|-?[1-9][0-9]{0,14}"
_INPUT: Final = re.compile(
    rf"({_KEY})=(\(({_NAME}(?: {_NAME})*)\)((?:;{_KEY}=(?:{_STRING}|{_INTEGER}))*))"
)
_PARAMETER: Final = re.compile(rf";({_KEY})=(?:({_STRING})|({_INTEGER}))")
_SIGNATURE: Final = re.compile(rf"({_KEY})=:([A-Za-z0-9+/]+=*):")
_KNOWN: Final = frozenset({"alg", "created", "expires", "keyid", "nonce", "tag"})
_NUMBERS: Final = frozenset({"created", "expires"})


def text_to_sign(values: Mapping[str, str], params: str) -> bytes:
    """What is signed, section 2.5; the values in the order in which they are covered."""
    lines = [f'"{name}": {value}' for name, value in values.items()]
    lines.append(f'"@signature-params": {params}')
    return "\n".join(lines).encode("latin-1")


def signature_params(names: Iterable[str], key_id: str, algorithm: str, created: int) -> str:
    covered = " ".join(f'"{name}"' for name in names)
    return f'({covered});created={created};keyid="{key_id}";alg="{algorithm}"'


def read_claim(request: Incoming, now: datetime) -> Claim:
    """What the signature of a request claims, if it covers what it has to and is of today; raises
    SignatureInvalid."""
    found = _INPUT.fullmatch(request.headers[INPUT_HEADER])
    signed = _SIGNATURE.fullmatch(request.headers.get(HEADER, ""))
    if found is None or signed is None:
        # Loads a library that most places never need.
        from federation.unusual_signatures import read_unusual

        unusual = read_unusual(request)
        return _checked(request, unusual.covered, unusual.params, unusual.is_made_with, now)
    if found[1] != signed[1]:
        raise SignatureInvalid(Refusal.UNREADABLE, "two labels")
    names = tuple(name.strip('"') for name in found[3].split(" "))
    if len(set(names)) < len(names):
        raise SignatureInvalid(Refusal.DOUBLED, "it covers something twice")
    text = text_to_sign({name: _value(request, name) for name in names}, found[2])
    check = partial(_is_made_with, _decoded(signed[2]), text)
    return _checked(request, names, _parameters(found[4]), check, now)


def _checked(
    request: Incoming,
    names: tuple[str, ...],
    params: Mapping[str, str | int],
    check: Callable[[PublicKey], bool],
    now: datetime,
) -> Claim:
    covered = frozenset(names)
    _require_params(params, now)
    _require_coverage(request, covered)
    if digests.CONTENT_HEADER in covered:
        digests.require_content_digest(request.header(digests.CONTENT_HEADER), request.body)
    algorithm = str(params.get("alg", ""))
    return Claim(str(params["keyid"]), covered, partial(_fits_and, check, algorithm))


def _parameters(text: str) -> dict[str, str | int]:
    params: dict[str, str | int] = {}
    for name, string, number in _PARAMETER.findall(text):
        if name in params:
            raise SignatureInvalid(Refusal.DOUBLED, name)
        params[name] = int(number) if number else string[1:-1]
    return params


def _require_params(params: Mapping[str, str | int], now: datetime) -> None:
    if unknown := params.keys() - _KNOWN:
        raise SignatureInvalid(Refusal.UNREADABLE, f"the parameter {min(unknown)}")
    for name, value in params.items():
        if not isinstance(value, int if name in _NUMBERS else str):
            raise SignatureInvalid(Refusal.UNREADABLE, f"the parameter {name}")
    if "keyid" not in params:
        raise SignatureInvalid(Refusal.UNREADABLE, "it names no key")
    if params.get("alg", RSA) not in {RSA, ED25519}:
        raise SignatureInvalid(Refusal.ALGORITHM, str(params["alg"])[:40])
    created = params.get("created")
    if not isinstance(created, int):
        raise SignatureInvalid(Refusal.NOT_COVERED, "created")
    require_fresh(moment_of_seconds(created), now)
    if isinstance(expires := params.get("expires"), int):
        require_unexpired(expires, now)


def _require_coverage(request: Incoming, covered: frozenset[str]) -> None:
    needed = {METHOD} | ({digests.CONTENT_HEADER} if request.method == "POST" else set())
    if missing := needed - covered:
        raise SignatureInvalid(Refusal.NOT_COVERED, ", ".join(sorted(missing)))
    if TARGET_URI in covered:
        return
    if not covered & {"@authority", "host"}:
        raise SignatureInvalid(Refusal.NOT_COVERED, "host")
    has_path = "@path" in covered and ("@query" in covered or not request.query)
    if not has_path and "@request-target" not in covered:
        raise SignatureInvalid(Refusal.NOT_COVERED, "target")


def _value(request: Incoming, name: str) -> str:
    if not name.startswith("@"):
        return request.header(name)
    derived = {
        METHOD: request.method,
        TARGET_URI: f"{request.scheme}://{request.host}{request.target}",
        "@authority": request.host,
        "@scheme": request.scheme,
        "@path": request.path,
        "@query": request.query or "?",
        "@request-target": request.target,
    }
    if name not in derived:
        raise SignatureInvalid(Refusal.UNREADABLE, name)
    return derived[name]


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise SignatureInvalid(Refusal.UNREADABLE, "no base64") from None


def _is_made_with(signature: bytes, text: bytes, key: PublicKey) -> bool:
    return is_signed(key, signature, text)


def _fits_and(check: Callable[[PublicKey], bool], algorithm: str, key: PublicKey) -> bool:
    """Whether a key is of the kind that was named, and made the signature."""
    return algorithm in {"", ED25519 if is_ed25519(key) else RSA} and check(key)
