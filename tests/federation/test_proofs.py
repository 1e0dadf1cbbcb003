"""Proofs inside documents: the published example, those of a real server, and nothing else."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation import base58
from federation.errors import ActorMismatch, FederationError, Malformed, Refusal, SignatureInvalid
from federation.fetching import Fetcher
from federation.incoming import arrived
from federation.key_material import sign_bytes
from federation.keys import Keyring
from federation.proofs import is_for_everybody, prove, prove_body, require_proof, text_to_sign
from federation.reading import read_document
from federation.remote_keys import RemoteKeys
from federation.signing import Scheme, verify
from federation.transport import Client
from federation.vocab import PUBLIC
from fedparents import clock as clocks
from tests.federation.strangers import among
from tests.federation.test_recordings import EXCHANGES, recorded  # noqa: F401 - a fixture
from tests.rig.elsewhere import Elsewhere, Neighbour

HERE = "https://annecy.example"
ALICE = Neighbour("https://rumilly.example/users/alice", 1)
BOB = Neighbour("https://rumilly.example/users/bob", 2)
GROUP = Neighbour("https://issy.example/groups/1", 3)
WORDS = [
    "https://www.w3.org/ns/activitystreams",
    "https://w3id.org/security/data-integrity/v2",
]
# The example of FEP-8b32.
SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
SHOWN = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
OWNER = "https://server.example/users/alice"
KEY_ID = f"{OWNER}#ed25519-key"
EXAMPLE: dict[str, Any] = {
    "@context": WORDS,
    "id": "https://server.example/activities/1",
    "type": "Create",
    "actor": OWNER,
    "object": {
        "id": "https://server.example/objects/1",
        "type": "Note",
        "attributedTo": OWNER,
        "content": "Hello world",
        "location": {"type": "Place", "longitude": -71.184902, "latitude": 25.273962},
    },
}
OPTIONS: dict[str, Any] = {
    "@context": WORDS,
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "verificationMethod": KEY_ID,
    "proofPurpose": "assertionMethod",
    "created": "2023-02-24T23:36:38Z",
}
VALUE = "z42ffGu6AUKPCFcFPiabmUvnGLPJzC7e4DGWC52NUasSSH37UMa9c58tdgVszUcZfytxa4fQ5TYHaJENCxUDe9SdL"


@pytest.fixture
def world():
    there = Elsewhere()
    for each in (ALICE, BOB, GROUP):
        there.show(each.uri, each.document)
    method = {
        "id": KEY_ID,
        "type": "Multikey",
        "controller": OWNER,
        "publicKeyMultibase": SHOWN,
    }
    there.show(OWNER, {"id": OWNER, "type": "Person", "assertionMethod": [method]})
    return there


def keys_of(db, world):
    keyring = Keyring(db, b"of the tests, thirty-two bytes long")
    client = Client(world, user_agent="annecy")
    return RemoteKeys(db, Fetcher(lambda: client, keyring, HERE, db))


@pytest.fixture
def keys(bare_db, world, clock):
    return keys_of(bare_db, world)


def test_the_published_example_is_reproduced():
    seed = base58.decode(SECRET[1:])[2:]
    made = sign_bytes(Ed25519PrivateKey.from_private_bytes(seed), text_to_sign(EXAMPLE, OPTIONS))
    assert "z" + base58.encode(made) == VALUE


async def test_the_published_example_is_believed(keys, clock):
    clock.set(datetime(2023, 2, 25, tzinfo=UTC))
    document = {**EXAMPLE, "proof": {**OPTIONS, "proofValue": VALUE}}
    await require_proof(document, OWNER, keys, now=clock(), by=ALICE.uri)


async def test_proofs_of_a_real_server_are_believed(bare_db, recorded, clock):  # noqa: F811 - the fixture
    seen = 0
    for name in sorted(EXCHANGES, key=lambda each: EXCHANGES[each]["received_at"]):
        exchange = EXCHANGES[name]
        body = exchange["request"]["body"]
        if isinstance(body, dict) and "proof" in body:
            clock.set(datetime.fromtimestamp(exchange["received_at"], UTC))
            document = read_document(exchange["request"]["body_raw"].encode())
            keys = keys_of(bare_db, recorded)
            await keys.find_anew(await keys.find(body["proof"]["verificationMethod"]))
            await require_proof(document, str(body["actor"]), keys, now=clock(), by=ALICE.uri)
            seen += 1
    assert seen >= 9


def said(by=ALICE, **more):
    note = {"id": f"{by.uri}/notes/1", "type": "Note", "content": "Bonjour", "latitude": 45.0}
    return {
        "id": f"{by.uri}/create/1",
        "type": "Create",
        "actor": by.uri,
        "to": [PUBLIC],
        "object": note,
        **more,
    }


def proven(by=ALICE, **more):
    return prove(said(by, **more), by.newer_key, clocks.now())


async def test_what_we_prove_is_believed(keys, clock):
    document = proven()
    assert document == proven()
    again = read_document(json.dumps(document).encode())
    await require_proof(again, ALICE.uri, keys, now=clock(), by=ALICE.uri)
    assert document["proof"]["@context"] == document["@context"]
    assert document["@context"][0] == "https://www.w3.org/ns/activitystreams"


def changed(**more):
    return {**proven(), **more}


def with_proof(**more):
    document = proven()
    return {**document, "proof": {**document["proof"], **more}}


CHANGES = {
    "no proof": lambda: changed(proof=None),
    "a list": lambda: changed(proof=[proven()["proof"]]),
    "other words": lambda: changed(object={"type": "Note", "content": "Bonsoir"}),
    "more words": lambda: changed(summary="x"),
    "other context": lambda: changed(**{"@context": ["https://evil.example/ns"]}),
    "context as a string": lambda: changed(**{"@context": WORDS[0]}),
    "other value": lambda: with_proof(proofValue=proven(BOB)["proof"]["proofValue"]),
    "no value": lambda: with_proof(proofValue=None),
    "long value": lambda: with_proof(proofValue="z" + "1" * 5000),
    "no base58": lambda: with_proof(proofValue="z0OIl"),
    "other time": lambda: with_proof(created="2026-11-30T08:29:59Z"),
    "no time": lambda: with_proof(created=None),
    "other purpose": lambda: with_proof(proofPurpose="authentication"),
    "other suite": lambda: with_proof(cryptosuite="eddsa-rdfc-2022"),
    "other type": lambda: with_proof(type="RsaSignature2017"),
    "more in it": lambda: with_proof(domain="x"),
    "expired": lambda: with_proof(expires="2020-01-01T00:00:00Z"),
    "no time to expire": lambda: with_proof(expires=7),
    "key of a neighbour": lambda: with_proof(verificationMethod=BOB.newer_key.id),
    "key elsewhere": lambda: with_proof(verificationMethod=GROUP.newer_key.id),
    "rsa key": lambda: with_proof(verificationMethod=ALICE.key.id),
    "no key": lambda: with_proof(verificationMethod=None),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_everything_else_is_not(keys, clock, change):
    with pytest.raises(FederationError):
        await require_proof(CHANGES[change](), ALICE.uri, keys, now=clock(), by=ALICE.uri)


@pytest.mark.parametrize(
    ("shift", "refusal"),
    [
        (timedelta(days=29), None),
        (timedelta(days=31), Refusal.OLD),
        (timedelta(minutes=-6), Refusal.EARLY),
    ],
)
async def test_a_proof_is_of_these_days(keys, clock, shift, refusal):
    document, now = proven(), clock() + shift
    if refusal is None:
        await require_proof(document, ALICE.uri, keys, now=now, by=ALICE.uri)
    else:
        with pytest.raises(SignatureInvalid) as error:
            await require_proof(document, ALICE.uri, keys, now=now, by=ALICE.uri)
        assert error.value.refusal is refusal


async def test_nobody_proves_for_another(keys, clock):
    document = prove(said(), BOB.newer_key, clock())
    with pytest.raises(ActorMismatch):
        await require_proof(document, ALICE.uri, keys, now=clock(), by=ALICE.uri)


def test_what_has_no_canonical_form_is_malformed():
    with pytest.raises(Malformed):
        text_to_sign({"a": float("inf")}, {})


def test_only_what_is_for_everybody_is_proven():
    private = json.dumps(said(to=[BOB.uri], cc=[])).encode()
    assert prove_body(private, ALICE.newer_key, datetime(2026, 1, 1, tzinfo=UTC)) == private
    public = json.dumps(said()).encode()
    assert b'"proof"' in prove_body(public, ALICE.newer_key, datetime(2026, 1, 1, tzinfo=UTC))
    assert is_for_everybody(said(to=[BOB.uri], cc=[PUBLIC]))
    assert not is_for_everybody(said(to=PUBLIC, cc=None))


async def brought(keys, document, by=GROUP, blocked=()):
    """Somebody brings what another one said, signed by whoever brings it."""
    body = json.dumps(document).encode()
    for scheme in (Scheme.CAVAGE, Scheme.RFC9421):
        headers = by.signs(f"{HERE}/inbox", body, clocks.now(), scheme)
        lines = [(name.encode(), value.encode()) for name, value in headers.items()]
        signed = await verify(
            arrived("POST", HERE, "/inbox", lines, body),
            keys,
            now=clocks.now(),
            is_blocked=among(blocked),
        )
    return signed


async def test_what_is_passed_on_is_believed_of_whoever_said_it(keys):
    for by in (GROUP, BOB):
        assert (await brought(keys, proven(), by)).sender == ALICE.uri


async def test_what_is_passed_on_without_a_good_proof_is_not_believed(keys):
    for document in (
        said(),
        changed(summary="x"),
        with_proof(verificationMethod=GROUP.newer_key.id),
    ):
        with pytest.raises((ActorMismatch, SignatureInvalid)):
            await brought(keys, document)


async def test_a_bad_proof_does_not_matter_where_the_sender_signs(keys):
    assert (await brought(keys, changed(summary="x"), ALICE)).sender == ALICE.uri


@pytest.mark.parametrize("blocked", ["rumilly.example", "issy.example"])
async def test_neither_who_brings_nor_who_said_it_may_be_blocked(keys, blocked, world):
    with pytest.raises(FederationError):
        await brought(keys, proven(), blocked={blocked})
    assert world.asked == []


async def test_a_farewell_that_is_passed_on_asks_like_anything_else(keys, world, clock):
    """It is proven, and its key asked for like any other: whoever is gone proves nothing."""
    document = prove(
        {"id": f"{ALICE.uri}/end", "type": "Delete", "actor": ALICE.uri, "object": ALICE.uri},
        ALICE.newer_key,
        clock(),
    )
    assert (await brought(keys, document)).sender == ALICE.uri
    bob = Neighbour("https://vanves.example/users/bob", 2)
    world.answer(bob.uri, 410)
    end: dict[str, Any] = {
        "id": f"{bob.uri}/end",
        "type": "Delete",
        "actor": bob.uri,
        "object": bob.uri,
    }
    with pytest.raises(SignatureInvalid):
        await brought(keys, prove(end, bob.newer_key, clock()))


async def test_another_kind_of_signature_beside_it_changes_nothing(keys, clock):
    await require_proof(
        changed(signature={"type": "x"}), ALICE.uri, keys, now=clock(), by=ALICE.uri
    )
