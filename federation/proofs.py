"""Proofs inside documents, by which a third server can tell who said something: FEP-8b32, with
`eddsa-jcs-2022`.

Only what is for everybody gets one, and what is said to the members of a group in another town,
which passes it on: a proof makes what leaks attributable for ever.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final

import jcs
import orjson

from federation import base58
from federation.errors import ActorMismatch, Malformed, Refusal, SignatureInvalid
from federation.incoming import EARLIEST
from federation.key_material import is_ed25519, is_signed, read_base58, sign_bytes
from federation.keys import LocalKey
from federation.reading import Json, JsonObject, is_uri, moment_of
from federation.remote_keys import RemoteKeys
from federation.uris import host_of, is_same_origin, site_of
from federation.vocab import PUBLIC, with_context

TYPE: Final = "DataIntegrityProof"
SUITE: Final = "eddsa-jcs-2022"
PURPOSE: Final = "assertionMethod"
OLDEST: Final = timedelta(days=30)
"""As long as what was said before is known: older words could be said again."""
_LONGEST: Final = 100
_NOT_PROVEN: Final = frozenset({"proof", "signature"})
"""Fedify puts an older kind of signature beside its proofs (tests/fixtures/ap/fedify)."""


def prove(document: JsonObject, key: LocalKey, at: datetime) -> JsonObject:
    """A document with its proof; the same again whenever it is made, for the same moment."""
    plain = {name: value for name, value in document.items() if name != "@context"}
    whole = with_context(plain, has_proof=True)
    options: JsonObject = {
        "@context": whole["@context"],
        "type": TYPE,
        "cryptosuite": SUITE,
        "created": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": key.id,
        "proofPurpose": PURPOSE,
    }
    value = "z" + base58.encode(sign_bytes(key.private, text_to_sign(whole, options)))
    return {**whole, "proof": {**options, "proofValue": value}}


def prove_body(body: bytes, key: LocalKey, at: datetime) -> bytes:
    """The bytes of a document of ours, with a proof if it may have one."""
    document: JsonObject = orjson.loads(body)
    may = is_for_everybody(document) or is_for_members_elsewhere(document)
    return orjson.dumps(prove(document, key, at)) if may else body


def is_for_everybody(document: JsonObject) -> bool:
    """Whether a document may be proven."""
    named = (document.get("to"), document.get("cc"))
    return any(isinstance(each, list) and PUBLIC in each for each in named)


def is_for_members_elsewhere(document: JsonObject) -> bool:
    """Whether a document of ours is for the members of a group in another town, whose other towns
    could not tell else who said it."""
    group, to = document.get("audience"), document.get("to")
    if not isinstance(group, str) or not isinstance(to, list) or document.get("cc"):
        return False
    is_elsewhere = not is_same_origin(group, str(document["id"]))
    return is_elsewhere and [f"{group}/members"] == to


async def require_proof(
    document: JsonObject, sender: str, keys: RemoteKeys, *, now: datetime, by: str
) -> None:
    """Find out whether `sender` said this; `by` is who brings it, and was believed. Raises
    SignatureInvalid, ActorMismatch, and whatever `RemoteKeys.find` does."""
    proof = document.get("proof")
    if not isinstance(proof, dict):
        raise SignatureInvalid(Refusal.MISSING, "a proof")
    key_id, signature = _read(proof, document, now)
    if not is_same_origin(key_id, sender):
        raise ActorMismatch(f"{key_id[:200]} proves nothing of {sender}")
    payer = f"site {site_of(host_of(by))}"
    key = await keys.find(key_id, payer)
    if key.owner != sender:
        raise ActorMismatch(f"{key_id} is of {key.owner}, not of {sender}")
    bare = {name: value for name, value in document.items() if name not in _NOT_PROVEN}
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    if not is_ed25519(key.public):
        raise SignatureInvalid(Refusal.ALGORITHM, "a proof by another kind of key")
    if not is_signed(key.public, signature, text_to_sign(bare, options)):
        raise SignatureInvalid(Refusal.WRONG, "a proof")
    keys.vouch(key_id, payer)


def text_to_sign(document: JsonObject, options: JsonObject) -> bytes:
    """Both hashed in their canonical form (RFC 8785)."""
    try:
        return b"".join(
            hashlib.sha256(jcs.canonicalize(each)).digest() for each in (options, document)
        )
    except (ValueError, TypeError, OverflowError) as error:
        raise Malformed(f"that has no canonical form: {error}") from None


def _read(proof: JsonObject, document: JsonObject, now: datetime) -> tuple[str, bytes]:
    """The id of the key and the signature, of a proof that is one and of these days."""
    said = (proof.get("type"), proof.get("cryptosuite"), proof.get("proofPurpose"))
    if said != (TYPE, SUITE, PURPOSE):
        raise SignatureInvalid(Refusal.ALGORITHM, "a proof of another kind")
    key_id, value = proof.get("verificationMethod"), proof.get("proofValue")
    if not isinstance(key_id, str) or not is_uri(key_id):
        raise SignatureInvalid(Refusal.UNREADABLE, "a proof without a key")
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise SignatureInvalid(Refusal.UNREADABLE, "a proof without its value")
    if not _begins_with(document.get("@context"), proof.get("@context")):
        raise SignatureInvalid(Refusal.NOT_COVERED, "a proof with other words")
    _require_of_these_days(proof, now)
    return key_id, read_base58(value)


def _begins_with(context: Json, of_proof: Json) -> bool:
    """Whether words mean in the document what they mean in its proof."""
    if of_proof is None or of_proof == context:
        return True
    if not isinstance(context, list) or not isinstance(of_proof, list):
        return False
    return context[: len(of_proof)] == of_proof


def _require_of_these_days(proof: JsonObject, now: datetime) -> None:
    created = moment_of(proof.get("created"))
    if created is None:
        raise SignatureInvalid(Refusal.UNREADABLE, "a proof without its time")
    if created > now + EARLIEST:
        raise SignatureInvalid(Refusal.EARLY, "a proof")
    expires = moment_of(proof.get("expires")) if "expires" in proof else now
    if created < now - OLDEST or expires is None or expires < now:
        raise SignatureInvalid(Refusal.OLD, "a proof")
