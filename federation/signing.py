"""Who sends a request: said of ours, and found out of others, in the two ways that servers know.

Nobody else decides who somebody elsewhere is: `Signed` is made here alone, after every check.
"""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from functools import lru_cache, partial
from typing import Final

from federation import cavage, digests, rfc9421
from federation.errors import (
    ActorMismatch,
    FarewellOfStranger,
    FederationError,
    Gone,
    PeerBlocked,
    Refusal,
    Rejected,
    SignatureInvalid,
)
from federation.incoming import Claim, Incoming
from federation.key_material import sign_bytes
from federation.keys import LocalKey
from federation.models import KeyKind
from federation.proofs import require_proof
from federation.reading import JsonObject, is_uri, read_apart, read_document, types_of, uri_of
from federation.remote_keys import KnownKey, RemoteKeys
from federation.transport import SentTo, sent_to
from federation.uris import is_same_origin

ACTIVITY_JSON: Final = "application/activity+json"
ACCEPT: Final = (
    f'{ACTIVITY_JSON}, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
)
FOLLOWERS_HEADER: Final = "collection-synchronization"
_LARGE: Final = 32 * 1024
"""What is longer is read in a thread: nobody knows yet whether it was worth making others wait."""
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


@dataclass(frozen=True, slots=True)
class Signed:
    """What somebody elsewhere says, when it is certain that it is them."""

    sender: str
    """The id of an actor, who is also the `actor` of the document."""
    document: JsonObject
    caller: str = ""
    """Whose key signed the request: the sender's, unless somebody passes on what they said. Nobody
    once it is recalled."""
    followers: str = ""
    """What was told, and signed, of those who follow the sender."""


async def verify(
    request: Incoming,
    keys: RemoteKeys,
    *,
    now: datetime,
    is_blocked: Callable[[str], Awaitable[bool]],
) -> Signed:
    """Find out who sent a document. Raises SignatureInvalid, ActorMismatch, PeerBlocked and
    Malformed, which are final; FarewellOfStranger when there is nothing to be done; TryLater when
    the key cannot be had at the moment."""
    claim = _read_claim(request, now)
    if not is_uri(claim.key_id):
        raise SignatureInvalid(Refusal.UNREADABLE, "a key with an id that is none")
    await _require_wanted(claim.key_id, is_blocked)
    document = await _read(request.body)
    sender = uri_of(document.get("actor"))
    is_own = is_same_origin(claim.key_id, sender)
    is_proven = isinstance(document.get("proof"), dict)
    if not is_own and not (sender and is_proven):
        raise ActorMismatch(f"{claim.key_id[:200]} speaks for {sender or 'nobody'}")
    if not is_own:
        await _require_wanted(sender, is_blocked)
    with _without_key():
        if is_own and await _is_of_no_concern(claim.key_id, sender, document, keys):
            raise FarewellOfStranger(claim.key_id)
        key = await _key_of(
            claim, keys, request.caller, is_farewell=is_own and is_farewell(sender, document)
        )
        if key.owner != sender:
            if not is_proven:
                raise ActorMismatch(f"{claim.key_id} is of {key.owner}, not of {sender}")
            # Somebody passes on what another one said, and has proven.
            await require_proof(document, sender, keys, now=now, by=key.owner)
    told = _told_of_followers(request, claim) if key.owner == sender else ""
    return Signed(sender, document, key.owner, told)


def verify_known(
    request: Incoming, keys: RemoteKeys, *, now: datetime
) -> tuple[Signed, str] | None:
    """The same for the usual: what somebody says of themselves, with a key that is at hand, and the
    host of that key, of which has still to be asked whether it is wanted. Nothing is read, and
    nobody is asked. None for all else, and for what is wrong: `verify` says what that is."""
    if len(request.body) > _LARGE:
        return None
    try:
        claim = _read_claim(request, now)
        key = keys.held(claim.key_id)
        if key is None or not claim.is_made_with(key.public):
            return None
        document, host = read_document(request.body), _host_as_sent(claim.key_id)
    except FederationError:
        return None
    sender = uri_of(document.get("actor"))
    if sender != key.owner or not is_same_origin(claim.key_id, sender):
        return None
    return Signed(sender, document, sender, _told_of_followers(request, claim)), host


async def verify_asker(
    request: Incoming,
    keys: RemoteKeys,
    *,
    now: datetime,
    is_blocked: Callable[[str], Awaitable[bool]],
) -> str:
    """Find out who asks for a document: the id of an actor. Raises as `verify` does."""
    claim = _read_claim(request, now)
    if not is_uri(claim.key_id):
        raise SignatureInvalid(Refusal.UNREADABLE, "a key with an id that is none")
    await _require_wanted(claim.key_id, is_blocked)
    with _without_key():
        return (await _key_of(claim, keys, request.caller, is_farewell=False)).owner


def _told_of_followers(request: Incoming, claim: Claim) -> str:
    is_told = FOLLOWERS_HEADER in claim.covered
    return request.headers.get(FOLLOWERS_HEADER, "") if is_told else ""


async def _read(body: bytes) -> JsonObject:
    if len(body) <= _LARGE:
        return read_document(body)
    return await read_apart(partial(read_document, body))


def is_farewell(sender: str, document: JsonObject) -> bool:
    """Whether somebody says of themselves that they are no more."""
    return "Delete" in types_of(document) and uri_of(document.get("object")) == sender


def takes_back(document: JsonObject) -> bool:
    """Whether something is only about what was said or done before."""
    return not {"Delete", "Undo"}.isdisjoint(types_of(document))


async def _is_of_no_concern(
    key_id: str, sender: str, document: JsonObject, keys: RemoteKeys
) -> bool:
    """Whether somebody of whom nothing is known here takes something back, or is no more.

    Large servers tell everybody: strangers are not asked for, there being nothing of theirs here.
    Nor is whoever says that they have left: there is nobody left to ask.
    """
    if not takes_back(document) or await keys.find_known(key_id) is not None:
        return False
    return is_farewell(sender, document) or not await keys.knows_owner(sender)


async def _require_wanted(uri: str, is_blocked: Callable[[str], Awaitable[bool]]) -> None:
    """Raises PeerBlocked for a server that is kept out, however its name is written."""
    host = _host_as_sent(uri)
    if await is_blocked(host):
        raise PeerBlocked(host)


@lru_cache(maxsize=1024)
def _host_as_sent(uri: str) -> str:
    return sent_to(uri).host


async def _key_of(claim: Claim, keys: RemoteKeys, caller: str, *, is_farewell: bool) -> KnownKey:
    """The key that made a signature; raises SignatureInvalid when it did not.

    Of whoever says that they have left, an old one is as good as any: there is nobody left to ask.
    Keys are changed at times: one that does not fit is asked for again.
    """
    known = await keys.find_known(claim.key_id) if is_farewell else None
    key = known or await keys.find(claim.key_id, caller)
    if not claim.is_made_with(key.public):
        key = await keys.find_anew(key, caller)
        if not claim.is_made_with(key.public):
            raise SignatureInvalid(Refusal.WRONG)
    keys.vouch(key.id, caller)
    return key


@contextlib.contextmanager
def _without_key() -> Iterator[None]:
    """Whatever is the matter with a key, what it signed is not believed."""
    try:
        yield
    except (SignatureInvalid, ActorMismatch, FarewellOfStranger):
        raise
    except (Gone, Rejected) as error:
        raise SignatureInvalid(Refusal.KEY, str(error)) from None


def recall(sender: str, body: bytes) -> Signed:
    """What was verified when it came in, and kept."""
    return Signed(sender, read_document(body))


def _read_claim(request: Incoming, now: datetime) -> Claim:
    if rfc9421.INPUT_HEADER in request.headers:
        return rfc9421.read_claim(request, now)
    if cavage.HEADER in request.headers:
        return cavage.read_claim(request, now)
    raise SignatureInvalid(Refusal.MISSING)


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
