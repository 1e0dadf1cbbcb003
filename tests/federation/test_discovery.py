"""Somebody elsewhere is found by name and by id, and nobody can be passed off as another's."""

import json
from datetime import timedelta
from time import process_time

import pytest
from sqlmodel import select

from federation.answers import require_success
from federation.discovery import FRESH_FOR, Discovery
from federation.errors import Gone, Malformed, PeerUnavailable, Rejected
from federation.models import RemoteActor
from federation.reading import read_document
from federation.transport import open_client
from fedparents.actors.models import Actor
from tests.federation.strangers import says, stranger

FINGER = "/.well-known/webfinger?resource=acct%3A"


class Towns:
    """Discovery from here, over the real transport, and a stranger to be discovered."""

    def __init__(self, discovery, other, db):
        self.discovery, self.other, self.db = discovery, other, db

    @property
    def host(self):
        return f"localhost:{self.other.port}"

    @property
    def url(self):
        return f"http://{self.host}"

    @property
    def zoe(self):
        return f"{self.url}/users/zoe"

    def document(self, **changes):
        return {
            "id": self.zoe,
            "type": "Person",
            "preferredUsername": "zoe",
            "name": "Zoé",
            "inbox": f"{self.zoe}/inbox",
        } | changes

    def serves(self, path, document, status="200 OK"):
        self.other.replies[path] = says(json.dumps(document).encode(), status)

    def names(self, handle="zoe", *, href=None, subject=None, path=None):
        document = {
            "subject": subject or f"acct:{handle}@{self.host}",
            "links": [
                {"rel": "http://webfinger.net/rel/profile-page", "href": f"{self.url}/@zoe"},
                {"rel": "self", "type": "text/html", "href": f"{self.url}/@zoe"},
                {"rel": "self", "type": "application/activity+json", "href": href or self.zoe},
            ],
        }
        self.serves(path or self.finger(handle), document)

    def finger(self, handle="zoe"):
        return f"{FINGER}{handle}%40localhost%3A{self.other.port}"

    async def remembered(self):
        return await self.db.read(lambda session: list(session.exec(select(RemoteActor))))


@pytest.fixture
async def towns(settings, db):
    client = open_client(settings)

    async def fetch(url):
        answer = await client.get(url, headers={"accept": "application/activity+json"})
        return read_document(require_success(answer).body)

    async with stranger() as other:
        town = Towns(Discovery(settings, db, client, fetch), other, db)
        town.serves("/users/zoe", town.document())
        town.names()
        yield town
    await client.close()


async def test_by_name(towns):
    for name in (f"@zoe@{towns.host}", f"zoe@{towns.host}", f" acct:zoe@{towns.host} "):
        found = await towns.discovery.find_by_name(name)
        assert (found.handle, found.domain, found.display_name) == ("zoe", towns.host, "Zoé")
    assert len(await towns.remembered()) == 1


async def test_by_id(towns):
    found = await towns.discovery.get(towns.zoe)
    assert (found.handle, found.domain) == ("zoe", towns.host)


@pytest.mark.parametrize(
    "name", ["", "zoe", "@zoe", "zoe@", "zoe@a@b", "a b@c", "zoe@issy.localhost"]
)
async def test_what_is_no_name_elsewhere(towns, name):
    with pytest.raises(Malformed):
        await towns.discovery.find_by_name(name)
    assert towns.other.heads == []


async def test_a_domain_that_answers_elsewhere(towns):
    """What host-meta is for."""
    del towns.other.replies[towns.finger()]
    towns.serves(towns.finger(), {}, "404 Not Found")
    template = f"{towns.url}/finger?of={{uri}}"
    meta = f'<XRD><Link rel="lrdd" type="application/jrd+json" template="{template}"/></XRD>'
    towns.other.replies["/.well-known/host-meta"] = says(meta.encode())
    towns.names(path=f"/finger?of=acct%3Azoe%40localhost%3A{towns.other.port}")
    assert (await towns.discovery.find_by_name(f"zoe@{towns.host}")).handle == "zoe"


@pytest.mark.parametrize("meta", [b"", b"\xff", b"<XRD/>", b'<Link rel="lrdd" template="x"/>'])
async def test_a_domain_that_answers_nowhere(towns, meta):
    towns.serves(towns.finger(), {}, "404 Not Found")
    towns.other.replies["/.well-known/host-meta"] = says(meta)
    with pytest.raises(Malformed):
        await towns.discovery.find_by_name(f"zoe@{towns.host}")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"links": "x"},
        {"links": [{"rel": "self", "href": "x", "type": "application/activity+json"}]},
        {"links": [{"rel": "self", "href": 7, "type": "application/activity+json"}]},
        {"links": [{"rel": "self", "href": "http://localhost/users/zoe", "type": "text/html"}]},
    ],
)
async def test_an_answer_that_leads_to_nobody(towns, answer):
    towns.serves(towns.finger(), answer)
    with pytest.raises(Malformed):
        await towns.discovery.find_by_name(f"zoe@{towns.host}")


async def test_a_name_that_was_given_up_is_gone(towns):
    towns.serves(towns.finger(), {}, "410 Gone")
    with pytest.raises(Gone):
        await towns.discovery.find_by_name(f"zoe@{towns.host}")


async def test_another_domain_has_to_agree(towns, settings):
    """Nobody is called by a name of a domain that knows nothing of them."""
    async with stranger() as third:
        far = f"localhost:{third.port}"
        towns.names(subject=f"acct:zoe@{far}")
        path = f"{FINGER}zoe%40localhost%3A{third.port}"
        link = {"rel": "self", "type": "application/activity+json", "href": f"http://{far}/z"}
        third.replies[path] = says(
            json.dumps({"subject": f"acct:zoe@{far}", "links": [link]}).encode()
        )
        with pytest.raises(Malformed, match="do not agree"):
            await towns.discovery.find_by_name(f"zoe@{towns.host}")
        link["href"] = towns.zoe
        third.replies[path] = says(
            json.dumps({"subject": f"acct:zoe@{far}", "links": [link]}).encode()
        )
        found = await towns.discovery.find_by_name(f"zoe@{towns.host}")
        assert (found.handle, found.domain) == ("zoe", far)
        # Looked at again by the id, it keeps the name that was proven.
        assert (await towns.discovery.get(towns.zoe, anew=True)).domain == far


async def test_whoever_is_found_is_called_as_they_were_asked_for(towns):
    towns.names("mayor")
    with pytest.raises(Malformed, match="not called mayor"):
        await towns.discovery.find_by_name(f"mayor@{towns.host}")


async def test_nobody_speaks_for_another_server(towns):
    other = "http://elsewhere.localhost/users/zoe"
    towns.serves("/users/zoe", towns.document(id=other, inbox=f"{other}/inbox"))
    with pytest.raises(Malformed, match="speaks for"):
        await towns.discovery.get(towns.zoe)
    assert await towns.remembered() == []


async def test_an_address_of_the_same_server_leads_to_the_id(towns):
    towns.serves("/@zoe", towns.document())
    await towns.discovery.get(f"{towns.url}/@zoe")
    assert [row.uri for row in await towns.remembered()] == [towns.zoe]
    towns.serves("/users/zoe", towns.document(id=f"{towns.url}/users/max"))
    with pytest.raises(Malformed, match="own id"):
        await towns.discovery.get(f"{towns.url}/@zoe")


async def test_nobody_here_is_looked_for_elsewhere(towns):
    for uri in ("http://issy.localhost/users/1", "javascript:1", ""):
        with pytest.raises(Malformed):
            await towns.discovery.get(uri)


async def test_what_is_known_is_not_asked_for_again_for_a_week(towns, clock):
    await towns.discovery.get(towns.zoe)
    asked = len(towns.other.heads)
    towns.serves("/users/zoe", towns.document(name="Zoé M."))
    clock.advance(FRESH_FOR - timedelta(minutes=1))
    assert (await towns.discovery.get(towns.zoe)).display_name == "Zoé"
    assert len(towns.other.heads) == asked
    assert (await towns.discovery.get(towns.zoe, anew=True)).display_name == "Zoé M."
    towns.serves("/users/zoe", towns.document(name="Z"))
    clock.advance(FRESH_FOR + timedelta(minutes=1))
    assert (await towns.discovery.get(towns.zoe)).display_name == "Z"


async def test_what_is_known_stays_good_while_their_town_is_asleep(towns, clock):
    await towns.discovery.get(towns.zoe)
    towns.serves("/users/zoe", {}, "503 Service Unavailable")
    clock.advance(FRESH_FOR + timedelta(minutes=1))
    assert (await towns.discovery.get(towns.zoe)).display_name == "Zoé"
    with pytest.raises(PeerUnavailable):
        await towns.discovery.get(towns.zoe, anew=True)


async def test_who_is_no_more(towns, clock):
    found = await towns.discovery.get(towns.zoe)
    towns.serves("/users/zoe", {}, "410 Gone")
    with pytest.raises(Gone):
        await towns.discovery.get(towns.zoe, anew=True)
    asked = len(towns.other.heads)
    with pytest.raises(Gone):
        await towns.discovery.get(towns.zoe)
    assert len(towns.other.heads) == asked
    # Somebody who was away and is back.
    towns.serves("/users/zoe", towns.document())
    assert (await towns.discovery.get(towns.zoe, anew=True)).id == found.id
    assert (await towns.discovery.get(towns.zoe)).id == found.id


async def test_who_was_never_there(towns):
    towns.serves("/users/nobody", {}, "404 Not Found")
    with pytest.raises(Rejected):
        await towns.discovery.get(f"{towns.url}/users/nobody")
    rows = await towns.db.read(lambda session: list(session.exec(select(Actor))))
    assert rows == []


async def test_a_template_in_a_text_that_never_ends_is_looked_for_once(towns):
    """A domain of a stranger's choosing: ten seconds of everybody's time for 64 kB of its own."""
    towns.serves(towns.finger(), {}, "404 Not Found")
    towns.other.replies["/.well-known/host-meta"] = says(b"<Link" * 13_000)
    began = process_time()
    with pytest.raises(Malformed, match="answers to no names"):
        await towns.discovery.find_by_name(f"zoe@{towns.host}")
    assert process_time() - began < 1
