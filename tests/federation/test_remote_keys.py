"""A key counts when its owner's own server shows it; nobody is asked more than it takes."""

import asyncio
import json
import re

import pytest

from federation.errors import FederationError, Gone, Malformed, Rejected, TryLater
from federation.fetching import Budget, Fetcher
from federation.keys import Keyring
from federation.remote_keys import FOR_A_STRANGER, OF_ONE_SITE, RemoteKeys
from federation.signing import ACCEPT
from federation.transport import Client, open_client
from federation.uris import site_of
from tests.rig.elsewhere import Elsewhere, Neighbour, says

HERE = "https://annecy.example"
ALICE = Neighbour("https://rumilly.example/users/alice", 1)
BOB = Neighbour("https://rumilly.example/users/bob", 2)
MALLORY = Neighbour("https://evil.example/users/mallory", 3)


@pytest.fixture
def world():
    there = Elsewhere()
    for each in (ALICE, BOB, MALLORY):
        there.show(each.uri, each.document)
    return there


@pytest.fixture
def fetcher(bare_db, world):
    keyring = Keyring(bare_db, b"of the tests, thirty-two bytes long")
    return Fetcher(lambda: Client(world, user_agent="annecy"), keyring, HERE, bare_db)


@pytest.fixture
def keys(bare_db, fetcher, clock):
    return RemoteKeys(bare_db, fetcher)


def stub(neighbour, key_id, **changes):
    """What GoToSocial shows at a key's own address."""
    key = neighbour.document["publicKey"] | {"id": key_id} | changes
    return {"id": neighbour.uri, "type": "Person", "publicKey": key}


async def test_a_key_is_asked_for_once_and_kept(keys, world, bare_db, fetcher):
    found = await asyncio.gather(*(keys.find(ALICE.key.id) for _ in range(20)))
    assert {each.owner for each in found} == {ALICE.uri}
    assert world.asked == [ALICE.uri]
    after_a_start = RemoteKeys(bare_db, fetcher)
    assert (await after_a_start.find(ALICE.key.id)).owner == ALICE.uri
    assert world.asked == [ALICE.uri]


async def test_the_place_signs_when_it_asks(keys, world):
    await keys.find(ALICE.key.id)
    headers = world.requests[0].headers
    assert headers["accept"] == ACCEPT
    assert f'keyId="{HERE}/actor#main-key"' in headers["signature"]


async def test_a_newer_key_is_found_in_the_same_document(keys):
    assert (await keys.find(ALICE.newer_key.id)).owner == ALICE.uri


async def test_a_key_with_an_address_of_its_own_has_to_be_named_by_its_owner(keys, world):
    key_id = f"{ALICE.uri}/main-key"
    world.show(key_id, stub(ALICE, key_id))
    with pytest.raises(Malformed):
        await keys.find(key_id)
    key_id = f"{ALICE.uri}/other-key"
    world.show(key_id, stub(ALICE, key_id))
    world.show(ALICE.uri, stub(ALICE, key_id))
    assert (await keys.find(key_id)).owner == ALICE.uri


async def test_a_bare_key_has_to_be_named_by_its_owner(keys, world):
    key_id = f"{ALICE.uri}/key"
    bare = ALICE.document["publicKey"] | {"id": key_id}
    world.show(key_id, bare)
    with pytest.raises(Malformed):
        await keys.find(key_id)
    key_id = f"{ALICE.uri}/bare-key"
    world.show(key_id, bare | {"id": key_id})
    world.show(ALICE.uri, ALICE.document | {"publicKey": [bare, bare | {"id": key_id}]})
    assert (await keys.find(key_id)).owner == ALICE.uri


async def test_an_owner_who_shows_another_key_is_not_the_owner(keys, world):
    key_id = f"{ALICE.uri}/key"
    world.show(key_id, MALLORY.document["publicKey"] | {"id": key_id, "owner": ALICE.uri})
    world.show(ALICE.uri, stub(ALICE, key_id))
    with pytest.raises(Malformed):
        await keys.find(key_id)


async def test_a_key_that_lies_about_its_owner_is_refused(keys, world):
    other_port = "https://evil.example:8443/users/mallory"
    for owner in (ALICE.uri, other_port, "", None, 7, {"name": "mallory"}):
        key = MALLORY.document["publicKey"] | {"owner": owner}
        world.show(MALLORY.uri, MALLORY.document | {"publicKey": key})
        keys._failed.clear()
        with pytest.raises(Malformed):
            await keys.find(MALLORY.key.id)


async def test_a_key_of_a_neighbour_is_not_ones_own(keys, world):
    """Bob's document shows a key as Alice's, whose document knows nothing of it."""
    world.show(
        BOB.uri, BOB.document | {"publicKey": BOB.document["publicKey"] | {"owner": ALICE.uri}}
    )
    with pytest.raises(Malformed):
        await keys.find(BOB.key.id)


@pytest.mark.parametrize("kind", ["application/json", "text/html", "image/png", "", "text/plain"])
async def test_a_file_that_somebody_uploaded_is_no_document(keys, world, kind):
    world.show(ALICE.uri, ALICE.document, kind=kind)
    with pytest.raises(Rejected):
        await keys.find(ALICE.key.id)


@pytest.mark.parametrize(
    "kind",
    [
        'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
        "application/activity+json; charset=utf-8",
        "Application/Activity+JSON",
    ],
)
async def test_documents_are_told_by_their_type(keys, world, kind):
    world.show(ALICE.uri, ALICE.document, kind=kind)
    assert (await keys.find(ALICE.key.id)).owner == ALICE.uri


async def test_another_server_does_not_answer_for_this_one(keys, world):
    world.answer(ALICE.uri, 302, headers={"location": f"{MALLORY.uri}/alice"})
    world.show(f"{MALLORY.uri}/alice", ALICE.document)
    with pytest.raises(Malformed):
        await keys.find(ALICE.key.id)


async def test_our_own_are_never_asked_for(keys, world):
    for host in (HERE, HERE.upper(), f"{HERE}:443", f"{HERE}."):
        with pytest.raises(Rejected):
            await keys.find(f"{host}/users/7#main-key")
    assert world.asked == []


async def test_a_private_address_is_never_asked(bare_db, settings, clock):
    keyring = Keyring(bare_db, b"of the tests, thirty-two bytes long")
    strict = settings.model_copy(update={"allowed_private_networks": ()})
    client = open_client(strict)
    keys = RemoteKeys(bare_db, Fetcher(lambda: client, keyring, HERE, bare_db))
    for host in ("127.0.0.1", "[::1]", "localhost", "10.0.0.1", "169.254.169.254", "2130706433"):
        with pytest.raises(Rejected):
            await keys.find(f"https://{host}/users/alice#main-key")
    await client.close()


@pytest.mark.parametrize(
    "key_id", ["", "x", "#main-key", "ftp://rumilly.example/k", "https://" + "a" * 2000]
)
async def test_ids_that_are_none_are_not_asked_for(keys, world, key_id):
    with pytest.raises(FederationError):
        await keys.find(key_id)
    assert world.asked == []


async def test_what_is_not_there_is_not_asked_for_again_at_once(keys, world, clock):
    for status, error in [(404, Rejected), (410, Gone), (503, TryLater)]:
        someone = Neighbour(f"https://rumilly.example/users/{status}", 1)
        world.answer(someone.uri, status)
        for _ in range(3):
            with pytest.raises(error):
                await keys.find(someone.key.id)
        assert world.asked.count(someone.uri) == 1
        clock.advance(minutes=11)
        world.show(someone.uri, someone.document)
        assert (await keys.find(someone.key.id)).owner == someone.uri


async def test_some_servers_read_newer_signatures_only(keys, world):
    def strict(request):
        if "signature-input" not in request.headers:
            return says(401)
        return says(200, world_body, {"content-type": "application/activity+json"})

    world_body = json.dumps(ALICE.document).encode()
    world.ask(ALICE.uri, strict)
    assert (await keys.find(ALICE.key.id)).owner == ALICE.uri
    assert len(world.asked) == 2


async def test_some_servers_do_not_look_at_the_query(fetcher, world):
    url = "https://rumilly.example/outbox?page=2"
    targets = []

    def picky(request):
        covered = re.search(r'headers="([^"]*)"', request.headers.get("signature", ""))
        targets.append(covered is not None)
        return says(401)

    world.ask(url, picky)
    with pytest.raises(Rejected):
        await fetcher.fetch(url, Budget())
    assert targets == [True, True, False]


async def test_a_changed_key_is_found_but_not_too_often(keys, world, clock):
    old = await keys.find(ALICE.key.id)
    changed = Neighbour(ALICE.uri, 9)
    world.show(ALICE.uri, changed.document)
    assert await keys.find_anew(old) is old
    clock.advance(minutes=6)
    new = await keys.find_anew(old)
    assert new.public.public_numbers() != old.public.public_numbers()
    assert (await keys.find(ALICE.key.id)) is new


async def test_an_old_key_holds_while_its_server_sleeps(keys, world, clock):
    await keys.find(ALICE.key.id)
    clock.advance(days=8)
    world.answer(ALICE.uri, 503)
    assert (await keys.find(ALICE.key.id)).owner == ALICE.uri
    world.answer(ALICE.uri, 410)
    clock.advance(minutes=2)
    with pytest.raises(Gone):
        await keys.find(ALICE.key.id)
    assert await keys.find_known(ALICE.key.id) is None


async def test_strangers_cannot_make_us_ask_without_end(keys, world):
    """Whoever names a thousand keys of a server does not turn us against it."""
    for number in range(OF_ONE_SITE + 20):
        with pytest.raises(FederationError):
            await keys.find(f"https://victim.example/{number}#main-key")
    assert len(world.asked) == OF_ONE_SITE
    assert (await keys.find(ALICE.key.id)).owner == ALICE.uri


async def test_nor_by_naming_servers_below_one_name(keys, world):
    for number in range(OF_ONE_SITE + 20):
        with pytest.raises(FederationError):
            await keys.find(f"https://s{number}.victim.co.uk/users/1#main-key")
    assert len(world.asked) == OF_ONE_SITE
    with pytest.raises(FederationError):
        await keys.find("https://other.co.uk/users/1#main-key")
    assert len(world.asked) == OF_ONE_SITE + 1


async def invent(keys, payer, times=2 * OF_ONE_SITE):
    """Name keys of Alice's server that nobody has."""
    for number in range(times):
        with pytest.raises(FederationError):
            await keys.find(f"https://rumilly.example/{payer}/{number}#main-key", payer)


async def test_who_names_keys_that_nobody_has_uses_up_their_own_share(keys, world):
    """And not that of the server whose keys they are said to be."""
    await invent(keys, "192.0.2.1")
    assert len(world.asked) == FOR_A_STRANGER
    assert (await keys.find(ALICE.key.id, "198.51.100.7")).owner == ALICE.uri


async def test_who_has_used_up_their_share_keeps_no_key_from_others(keys):
    """What they may not ask for is not taken for something that cannot be had."""
    await invent(keys, "192.0.2.1")
    with pytest.raises(TryLater):
        await keys.find(ALICE.key.id, "192.0.2.1")
    assert (await keys.find(ALICE.key.id, "198.51.100.7")).owner == ALICE.uri


async def test_however_many_strangers_there_are_a_server_is_heard_from_where_it_was(keys, clock):
    assert (await keys.find(ALICE.key.id, "198.51.100.7")).owner == ALICE.uri
    keys.vouch(ALICE.key.id, "198.51.100.7")
    for number in range(10):
        await invent(keys, f"192.0.2.{number}", FOR_A_STRANGER)
    assert (await keys.find(BOB.key.id, "198.51.100.7")).owner == BOB.uri
    with pytest.raises(TryLater):
        await keys.find(MALLORY.key.id, "192.0.2.1")
    clock.advance(minutes=1)
    assert (await keys.find(MALLORY.key.id, "192.0.2.1")).owner == MALLORY.uri


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("victim.example", "victim.example"),
        ("a.b.victim.example:8443", "victim.example"),
        ("a.parents.co.th", "parents.co.th"),
        ("a.parents.asso.fr.", "parents.asso.fr"),
        ("a.parents.or.at", "parents.or.at"),
        ("parents.issy.sch.id", "issy.sch.id"),
        ("a.parents.duckdns.org", "parents.duckdns.org"),
        ("parents.masto.host", "parents.masto.host"),
        ("masto.host", "masto.host"),
        ("co.uk", "co.uk"),
        ("localhost:8001", "localhost"),
        ("127.0.0.1:80", "127.0.0.1"),
    ],
)
def test_a_site_is_what_somebody_registered(host, site):
    assert site_of(host) == site


async def test_a_budget_ends(fetcher):
    budget = Budget(2)
    for each in (ALICE, BOB):
        await fetcher.fetch(each.uri, budget)
    with pytest.raises(Rejected):
        await fetcher.fetch(MALLORY.uri, budget)


async def test_an_unsound_key_is_refused(keys, world):
    for pem in ("", "x", None, 7, ALICE.key.public_pem[:100]):
        key = ALICE.document["publicKey"] | {"publicKeyPem": pem}
        world.show(ALICE.uri, ALICE.document | {"publicKey": key})
        keys._failed.clear()
        with pytest.raises(Malformed):
            await keys.find(ALICE.key.id)
