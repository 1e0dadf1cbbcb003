"""What real servers sent to each other is believed, on the day on which they sent it."""

import base64
import gzip
import json
from collections import defaultdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from federation.errors import Refusal, SignatureInvalid
from federation.fetching import Fetcher
from federation.incoming import arrived
from federation.keys import Keyring
from federation.remote_keys import RemoteKeys
from federation.signing import ACTIVITY_JSON, verify
from federation.transport import Client
from fedparents import clock as clocks
from tests.federation.strangers import among
from tests.rig.elsewhere import Elsewhere, says
from tests.rig.source import ROOT

FOLDER = ROOT / "tests" / "fixtures" / "ap"
UNKNOWN = "https://snac1.test/"
"""Whose actor nobody recorded."""


def read(path: Path):
    return json.loads(path.read_text(encoding="utf-8"))


EXCHANGES = {
    str(path.relative_to(FOLDER)): exchange
    for path in sorted(FOLDER.glob("*/*.json"))
    if (exchange := read(path))["request"]["method"] in {"GET", "POST"}
}
SENT = [name for name, exchange in EXCHANGES.items() if exchange["request"]["method"] == "POST"]


def shown(exchange):
    """The document in an answer, which some servers compress."""
    body = exchange["response"]["body"]
    if isinstance(body, dict) and "base64" in body:
        return json.loads(gzip.decompress(base64.b64decode(body["base64"])))
    return body if isinstance(body, dict) else None


@pytest.fixture
def recorded():
    """The world as it was: every document where it was fetched, as it was nearest to the hour."""
    versions = defaultdict(list)
    for exchange in EXCHANGES.values():
        if exchange["request"]["method"] == "GET" and shown(exchange) is not None:
            url = f"https://{exchange['to_host']}{exchange['request']['target']}"
            versions[url].append(exchange)
    world = Elsewhere()
    for url, found in versions.items():
        world.ask(url, partial(nearest, found))
    return world


def nearest(found, _request):
    hour = clocks.now().timestamp()
    exchange = min(found, key=lambda each: abs(each["received_at"] - hour))
    return says(200, json.dumps(shown(exchange)).encode(), {"content-type": ACTIVITY_JSON})


@pytest.fixture
def keys(bare_db, recorded):
    keyring = Keyring(bare_db, b"of the tests, thirty-two bytes long")
    client = Client(recorded, user_agent="annecy")
    return RemoteKeys(bare_db, Fetcher(lambda: client, keyring, "https://annecy.example", bare_db))


def arrived_at(exchange):
    request = exchange["request"]
    lines = [(name.encode(), value.encode()) for name, value in request["headers"]]
    base_url = f"https://{exchange['to_host']}"
    body = request["body_raw"].encode()
    return arrived(request["method"], base_url, request["target"], lines, body)


async def look_at_all(keys, clock, *, on_its_day):
    """Who sent each, or why it was not believed, in the order in which they came."""
    found = {}
    for name in sorted(SENT, key=lambda each: EXCHANGES[each]["received_at"]):
        exchange = EXCHANGES[name]
        if on_its_day:
            clock.set(datetime.fromtimestamp(exchange["received_at"], UTC))
        try:
            signed = await verify(arrived_at(exchange), keys, now=clock(), is_blocked=among(()))
            found[name] = signed.sender == exchange["request"]["body"]["actor"]
        except SignatureInvalid as error:
            found[name] = error.refusal
    return found


async def test_all_are_believed_on_their_day(keys, clock):
    """One of these servers was started anew in between, with new keys under the same ids."""
    found = await look_at_all(keys, clock, on_its_day=True)
    assert len(found) > 80
    strange = {name: said for name, said in found.items() if said is not True}
    from_unknown = {
        name: Refusal.KEY
        for name in SENT
        if UNKNOWN in str(EXCHANGES[name]["request"]["body"]["actor"])
    }
    assert strange == from_unknown


async def test_none_is_believed_today(keys, clock):
    found = await look_at_all(keys, clock, on_its_day=False)
    assert set(found.values()) == {Refusal.OLD}
