"""Every inbox: who is believed, what is kept, and that nothing happens twice."""

import asyncio
import base64
import json
import re
import threading
import time
from datetime import timedelta

import httpx2
import pytest
import sqlalchemy as sa
from sqlmodel import select
from typing_extensions import override

from federation import inbox as inboxes
from federation import signing
from federation.delivery.models import DeliveryHost
from federation.discovery import note_gone
from federation.errors import ActorMismatch, Malformed, Rejected
from federation.inbox import KNOWN_FOR, count_unread, forget_items, receive, receive_all
from federation.intake import Intake
from federation.key_material import sign_bytes
from federation.models import InboxItem, RemoteActor
from federation.proofs import prove_body
from federation.reading import JsonObject, read_document
from federation.remote_keys import FOR_A_STRANGER
from federation.signing import ACTIVITY_JSON, Scheme, Signed
from federation.transport import open_client
from federation.trust import note_twins, set_standing
from federation.uris import host_of
from federation.vocab import PUBLIC
from fedparents import clock as clocks
from fedparents.actors.models import Actor, Standing
from fedparents.authority import OPERATOR
from fedparents.db.sqlite import SQLiteDatabase
from fedparents.errors import Unavailable
from fedparents.instance.models import FederationMode
from fedparents.jobs.models import JobRow
from tests.rig.elsewhere import Neighbour
from tests.web.activitypub.conftest import set_mode, show, somebody
from web.activitypub import inbox
from web.activitypub.inbox import ANSWERS
from web.activitypub.routes import ROUTES
from web.app import create_app
from web.routing import Endpoint
from web.security.limits import Limiter, Rate

SCHEMES = (Scheme.CAVAGE, Scheme.RFC9421)
ALICE = Neighbour("https://rumilly.example/users/alice", 1)
BOB = Neighbour("https://rumilly.example/users/bob", 2)
MALLORY = Neighbour("https://evil.example/users/mallory", 3)
GHOST = Neighbour("https://rumilly.example/users/ghost", 4)
NOBODY = Neighbour("https://rumilly.example/users/nobody", 5)
INSIDE = Neighbour("https://10.0.0.7/users/inside", 1)
BLOCKED = Neighbour("https://sub.spam.example/users/spam", 1)
LIAR = Neighbour("https://evil.example/users/liar", 2)


@pytest.fixture
def world(open_place):
    """What is elsewhere; addresses that may not be called are refused as ever."""
    there = show(open_place, ALICE, BOB, MALLORY, BLOCKED)
    there.answer(GHOST.uri, 410)
    lie = LIAR.document["publicKey"] | {"owner": MALLORY.uri}
    there.show(LIAR.uri, LIAR.document | {"publicKey": lie})
    return there


@pytest.fixture
def paths(known):
    """All inboxes of a place with somebody and a group in it."""
    return ["/inbox", "/actor/inbox", f"{known.person}/inbox", f"{known.group}/inbox"]


class Letter:
    """One request, before it is sent and after somebody has had their hands on it."""

    def __init__(self, place, path, clock, scheme, *, by=ALICE, actor=None, verb="View", number=1):
        self.url = f"{place.settings.base_url}{path}"
        self.path = path
        self.body = (actor or by).says(verb, "https://elsewhere.example/1", number)
        self.by, self.scheme, self.now = by, scheme, clock()
        self.headers = {}

    def sign(self, url=None, shift=timedelta()):
        self.headers = self.by.signs(url or self.url, self.body, self.now + shift, self.scheme)
        return self

    def without(self, *names):
        """Signed whole, and then a header is gone."""
        self.sign()
        for name in names:
            self.headers.pop(name, None)
        return self

    def not_covering(self, old):
        """The list of what is covered is shorter than it was when it was signed."""
        self.sign()
        name = "signature" if self.scheme is Scheme.CAVAGE else "signature-input"
        word = f'"{old}"' if self.scheme is Scheme.RFC9421 else old
        shorter = self.headers[name].replace(f" {word}", "", 1).replace(f"{word} ", "", 1)
        assert shorter != self.headers[name]
        self.headers[name] = shorter
        return self

    def with_body(self, body):
        self.sign()
        self.body = body
        return self

    async def send(self, server):
        headers = {"content-type": ACTIVITY_JSON, **self.headers}
        headers["host"] = self.url.split("/")[2]
        answer = await server.post(self.path, content=self.body, headers=headers)
        assert answer.status_code in ANSWERS
        return answer.status_code


DIGEST = {Scheme.CAVAGE: "digest", Scheme.RFC9421: "content-digest"}
HOST = {Scheme.CAVAGE: "host", Scheme.RFC9421: "@target-uri"}
METHOD = {Scheme.CAVAGE: "(request-target)", Scheme.RFC9421: "@method"}

# What somebody does, by its name: how the letter is made, and how it is answered.
TABLE = {
    "as it should be": (lambda new: new().sign(), 202),
    "no header": (lambda new: new(), 401),
    "signature gone": (lambda new: new().without("signature"), 401),
    "bad signature": (lambda new: _spoilt(new()), 401),
    "key of another actor": (lambda new: new(by=BOB, actor=ALICE).sign(), 401),
    "key on another server": (lambda new: new(by=MALLORY, actor=ALICE).sign(), 401),
    "key that lies about its owner": (lambda new: new(by=LIAR).sign(), 401),
    "key under another's name": (lambda new: new(by=LIAR, actor=MALLORY).sign(), 401),
    "digest not covered": (lambda new: _less(new(), DIGEST), 401),
    "host not covered": (lambda new: _less(new(), HOST), 401),
    "method not covered": (lambda new: _less(new(), METHOD), 401),
    "digest missing": (lambda new: new().without("digest", "content-digest"), 401),
    "changed body": (lambda new: new().with_body(BOB.says("View", ALICE.uri)), 401),
    "no body": (lambda new: new().with_body(b""), 401),
    "stale date": (lambda new: new().sign(shift=timedelta(hours=-2)), 401),
    "future date": (lambda new: new().sign(shift=timedelta(minutes=10)), 401),
    "a little late": (lambda new: new().sign(shift=timedelta(seconds=-30)), 202),
    "for another path": (lambda new: _for(new(), "/elsewhere/inbox"), 401),
    "for another query": (lambda new: _for(new(), "{path}?page=1"), 401),
    "for another host": (lambda new: new().sign("https://other.example/inbox"), 401),
    "unknown key": (lambda new: new(by=NOBODY).sign(), 401),
    "key at a private address": (lambda new: new(by=INSIDE).sign(), 401),
    "blocked server": (lambda new: new(by=BLOCKED).sign(), 403),
    "gone actor": (lambda new: new(by=GHOST).sign(), 401),
}


def _spoilt(letter):
    letter.sign()
    made = letter.headers["signature"]
    letter.headers["signature"] = made[:-12] + ("B" if made[-12] == "A" else "A") + made[-11:]
    return letter


def _less(letter, names):
    return letter.not_covering(names[letter.scheme])


def _for(letter, path):
    return letter.sign(letter.url.replace(letter.path, path.format(path=letter.path)))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("case", TABLE)
async def test_who_is_believed(open_place, server, world, paths, clock, case, scheme):
    """The same at every inbox, and once more at the first, where by now keys are at hand: nothing
    that is not believed leaves a trace."""
    await open_place.db.write(set_standing, "spam.example", Standing.BLOCKED, by=OPERATOR)
    if case == "key at a private address":
        strict = open_place.settings.model_copy(update={"allowed_private_networks": ()})
        open_place.towns.open_client = lambda: open_client(strict)
    make, expected = TABLE[case]
    doors = (*paths, paths[0])
    for number, path in enumerate(doors):

        def new(path=path, number=number, **changes):
            return Letter(open_place, path, clock, scheme, number=number, **changes)

        assert await make(new).send(server) == expected, path
    kept = await open_place.db.read(lambda session: session.exec(select(InboxItem.id)).all())
    assert len(kept) == (len(doors) if expected == 202 else 0)


async def test_these_are_all_inboxes(paths):
    doors = {each.path for each in ROUTES if isinstance(each, Endpoint) and "inbox" in each.path}
    assert {re.sub(r"\d+", "{id}", path) for path in paths} == doors


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_the_same_again_is_answered_and_does_nothing(
    open_place, server, world, paths, clock, scheme
):
    letter = Letter(open_place, "/inbox", clock, scheme, verb="Update").sign()
    answers = await asyncio.gather(*(letter.send(server) for _ in range(5)))
    assert answers == [202] * 5
    other = Letter(open_place, paths[2], clock, scheme, verb="Update")
    other.headers = letter.headers
    assert await other.send(server) == 401
    assert await other.sign().send(server) == 202
    assert len(await rows(open_place, InboxItem)) == 1
    assert [job.name for job in await rows(open_place, JobRow)].count("inbox.work") == 1


async def rows(place, model):
    def read(session):
        return session.exec(select(model)).all()

    return await place.db.read(read)


async def test_what_is_kept_is_worked_on_and_then_empty(open_place, server, world, clock):
    letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE, verb="Update").sign()
    assert await letter.send(server) == 202
    (item,) = await rows(open_place, InboxItem)
    assert bytes(item.body) == letter.body
    assert item.sender == ALICE.uri
    await open_place.worker.work_until_idle()
    (item,) = await rows(open_place, InboxItem)
    assert item.body is None
    assert not [job for job in await rows(open_place, JobRow) if job.name == "inbox.work"]


async def test_what_is_begun_ended_and_begun_again_stays_in_its_order(
    open_place, server, world, paths, clock
):
    """However it is named; else the end of the first would end the second."""
    there = f"{open_place.settings.base_url}{paths[2].removesuffix('/inbox')}"
    first, second = (f"{ALICE.uri}/follow/{number}" for number in (1, 2))
    whole = {"id": first, "type": "Follow", "actor": ALICE.uri, "object": there}
    said = [("Follow", there, 1), ("Undo", whole, 1), ("Follow", there, 2), ("Undo", second, 2)]
    for verb, thing, number in said:
        letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE)
        letter.body = ALICE.says(verb, thing, number)
        assert await letter.sign().send(server) == 202
    jobs = [job for job in await rows(open_place, JobRow) if job.name == "inbox.work"]
    assert len(jobs) == len(said)
    assert len({job.ordering_key for job in jobs}) == 1


async def test_what_nobody_works_on_is_counted_and_not_kept(open_place, server, world, clock):
    for number, verb in enumerate(["View", "View", "Travel", "Frobnicate", "x" * 500]):
        letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE, verb=verb, number=number)
        assert await letter.sign().send(server) == 202
    assert await open_place.db.read(count_unread) == {"View": 2, "Travel": 1, "other": 2}
    assert not any(item.body for item in await rows(open_place, InboxItem))
    assert not [job for job in await rows(open_place, JobRow) if job.name == "inbox.work"]


async def test_what_came_long_ago_is_forgotten(open_place, server, world, clock):
    letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE).sign()
    await letter.send(server)
    clock.advance(KNOWN_FOR - timedelta(minutes=1))
    assert await open_place.db.write(forget_items) == 0
    clock.advance(minutes=2)
    assert await open_place.db.write(forget_items) == 1
    assert await rows(open_place, InboxItem) == []


async def test_an_id_belongs_to_the_server_of_its_sender(open_place, server, world, clock):
    """Else a stranger could use up the id of what somebody else is about to say."""
    for uri in ("https://evil.example/likes/1", "https://rumilly.example.evil/1"):
        letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE)
        letter.body = json.dumps({"id": uri, "type": "View", "actor": ALICE.uri}).encode()
        assert await letter.sign().send(server) == 401
    mallory = Letter(open_place, "/inbox", clock, Scheme.CAVAGE, by=BOB)
    mallory.body = json.dumps(
        {"id": f"{ALICE.uri}/view/1", "type": "View", "actor": BOB.uri}
    ).encode()
    assert await mallory.sign().send(server) == 202
    alice = Letter(open_place, "/inbox", clock, Scheme.CAVAGE, verb="View")
    assert await alice.sign().send(server) == 202
    assert len(await rows(open_place, InboxItem)) == 2


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"actor": 7}', b'{"type":"Like"}', b"\xff\xfe"])
async def test_what_is_no_activity_is_told_so(open_place, server, world, clock, body):
    letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE)
    letter.body = body
    assert await letter.sign().send(server) in {400, 401}
    letter.body = json.dumps({"type": "View", "actor": ALICE.uri}).encode()
    assert await letter.sign().send(server) == 400


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (ACTIVITY_JSON, 202),
        (f"{ACTIVITY_JSON}; charset=utf-8", 202),
        ('application/ld+json; profile="https://www.w3.org/ns/activitystreams"', 202),
        ("application/json", 415),
        ("text/plain", 415),
        ("multipart/form-data", 415),
        ("", 415),
    ],
)
async def test_documents_have_a_type(open_place, server, world, clock, kind, status):
    """Browsers send forms of other sites without asking, but never of this type."""
    letter = Letter(open_place, "/inbox", clock, Scheme.RFC9421)
    names = '("@method" "@target-uri" "content-digest")'
    letter.sign()
    params = f'{names};created={int(letter.now.timestamp())};keyid="{ALICE.key.id}"'
    text = (
        f'"@method": POST\n"@target-uri": {letter.url}\n'
        f'"content-digest": {letter.headers["content-digest"]}\n"@signature-params": {params}'
    )
    made = base64.b64encode(sign_bytes(ALICE.key.private, text.encode())).decode()
    letter.headers |= {
        "signature-input": f"sig1={params}",
        "signature": f"sig1=:{made}:",
        "content-type": kind,
    }
    assert await letter.send(server) == status


async def test_a_body_has_its_limit(open_place, server, world, clock):
    letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE)
    letter.body = ALICE.says("View", "x" * (1024 * 1024))
    assert await letter.sign().send(server) == 413


async def test_a_body_that_comes_in_pieces_has_the_same_limit(open_place, server, world, clock):
    async def pieces():
        for _ in range(20):
            yield b"x" * 100_000

    answer = await server.post("/inbox", content=pieces(), headers={"content-type": ACTIVITY_JSON})
    assert answer.status_code == 413


async def test_a_place_that_talks_to_nobody_has_no_inbox(open_place, server, world, paths, clock):
    await set_mode(open_place, FederationMode.ISLAND)
    for path in paths:
        assert await Letter(open_place, path, clock, Scheme.CAVAGE).sign().send(server) == 404
    assert world.asked == []


async def test_a_place_that_has_allies_hears_them_alone(open_place, server, world, paths, clock):
    """To all others, whoever is here and whoever is not are the same."""
    await set_mode(open_place, FederationMode.ALLIES)
    nobody = ["/users/1/inbox", "/groups/1/inbox"]
    for path in (*paths, *nobody):
        assert await Letter(open_place, path, clock, Scheme.CAVAGE).sign().send(server) == 403
    # The place itself is asked by strangers, too: they may want to become twins.
    assert world.asked == [ALICE.uri]
    await open_place.db.write(note_twins, host_of(ALICE.uri))
    for path in (*paths, *nobody):
        said = Letter(open_place, path, clock, Scheme.CAVAGE).sign()
        assert await said.send(server) == (404 if path in nobody else 202)


async def test_what_came_in_before_its_town_was_kept_out_does_nothing(
    open_place, server, world, clock
):
    said = Letter(open_place, "/inbox", clock, Scheme.CAVAGE, verb="Follow")
    assert await said.sign().send(server) == 202
    assert [item.body for item in await rows(open_place, InboxItem)] == [said.body]
    await open_place.db.write(set_standing, host_of(ALICE.uri), Standing.BLOCKED, by=OPERATOR)
    asked = len(world.asked)
    await open_place.worker.work_until_idle()
    assert len(world.asked) == asked
    assert not await rows(open_place, RemoteActor)
    assert [item.body for item in await rows(open_place, InboxItem)] == [None]


async def test_whoever_is_known_is_kept_out_from_the_next_request_on(
    open_place, server, world, clock
):
    """Their key is at hand, and whether they are wanted is asked all the same."""
    numbers = iter(range(10))

    async def says():
        letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE, number=next(numbers))
        return await letter.sign().send(server)

    assert [await says(), await says()] == [202, 202]
    await open_place.db.write(set_standing, host_of(ALICE.uri), Standing.BLOCKED, by=OPERATOR)
    assert await says() == 403
    await open_place.db.write(set_standing, host_of(ALICE.uri), Standing.LIMITED, by=OPERATOR)
    assert await says() == 202
    await set_mode(open_place, FederationMode.ALLIES)
    assert await says() == 403
    await set_mode(open_place, FederationMode.ISLAND)
    assert await says() == 404
    assert len(await rows(open_place, InboxItem)) == 3


async def test_one_that_cannot_be_kept_harms_no_other_of_the_same_moment(
    open_place, server, world, clock
):
    assert await Letter(open_place, "/inbox", clock, Scheme.CAVAGE).sign().send(server) == 202
    letters = [
        Letter(open_place, "/inbox", clock, Scheme.CAVAGE, number=number, verb="Update")
        for number in range(2, 9)
    ]
    foreign = json.loads(letters[3].body) | {"id": f"{MALLORY.uri}/1"}
    letters[3].body = json.dumps(foreign).encode()
    letters[5].body = letters[4].body
    answers = await asyncio.gather(*(letter.sign().send(server) for letter in letters))
    assert answers == [202, 202, 202, 401, 202, 202, 202]
    kept = [bytes(item.body) for item in await rows(open_place, InboxItem) if item.body]
    assert sorted(kept) == sorted({letter.body for letter in letters} - {letters[3].body})
    assert [job.name for job in await rows(open_place, JobRow)].count("inbox.work") == 5


class Away(SQLiteDatabase):
    """One that cannot be written to."""

    writes = 0

    @override
    async def _write(self, call):
        self.writes += 1
        raise Unavailable("database_unavailable")


async def test_who_comes_while_the_database_is_away_is_told_so_at_once(tmp_path):
    """All together: each by itself would have to wait as long for it as all others before."""
    away = Away(f"sqlite:///{tmp_path / 'place.db'}")
    intake = Intake(away)
    signed = Signed(ALICE.uri, {"id": f"{ALICE.uri}/1"})
    kept = (intake.keep(signed, b"{}") for _ in range(5))
    told = await asyncio.gather(*kept, return_exceptions=True)
    assert [type(each) for each in told] == [Unavailable] * 5
    assert away.writes == 1


async def test_who_names_what_is_of_others_as_their_own_makes_nobody_a_commit_of_their_own(
    tmp_path,
):
    """They hear of it before their letter waits with those of others."""
    away = Away(f"sqlite:///{tmp_path / 'place.db'}")
    intake = Intake(away)
    documents: list[JsonObject] = [{"id": f"{MALLORY.uri}/1"}, {}]
    for document in documents:
        with pytest.raises((ActorMismatch, Malformed)):
            await intake.keep(Signed(ALICE.uri, document), b"{}")
    assert away.writes == 0


async def test_what_is_long_is_read_by_itself_and_by_a_thread(
    open_place, server, world, clock, monkeypatch
):
    """20 of a megabyte took half a gigabyte, and the one who writes for 20 seconds."""
    await met(open_place, ALICE)
    for number, more in ((1, 0), (2, 0), (3, 70_000), (4, 0)):
        letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE)
        document = json.loads(ALICE.says("Update", f"{ALICE.uri}/notes/{number}", number))
        letter.body = json.dumps(document | {"x": "x" * more}).encode()
        assert await letter.sign().send(server) == 202
    read = []

    def recalled(sender, body):
        read.append((len(body) > 65_536, threading.current_thread()))
        return Signed(sender, read_document(body))

    ids = [item.id for item in await rows(open_place, InboxItem)]
    left = await open_place.db.write(receive_all, open_place.settings.base_url, ids, recalled)
    assert [is_long for is_long, _ in read] == [False] * 3
    (long,) = [item for item in await rows(open_place, InboxItem) if item.body is not None]
    assert left == {long.id}
    read.clear()
    monkeypatch.setattr(signing, "recall", recalled)
    await open_place.worker.work_until_idle()
    ((is_long, thread),) = read
    assert is_long
    assert thread is not threading.current_thread()
    assert not any(item.body for item in await rows(open_place, InboxItem))


async def test_a_bad_site_slows_only_itself(open_place, server, world, clock, monkeypatch):
    """Six that fail, of one site: what others say is worked on together all the same."""
    for by in (ALICE, MALLORY):
        await met(open_place, by)
    for number in range(1, 7):
        for by in (ALICE, MALLORY):
            letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE, by=by)
            letter.body = by.says("Update", f"{by.uri}/notes/{number}", number)
            assert await letter.sign().send(server) == 202
    alone = []

    def refuse(_uow, _base_url, signed):
        if signed.sender == MALLORY.uri:
            raise Rejected("no")

    def note_alone(uow, base_url, item_id, signed, prepared=None):
        alone.append(signed.sender)
        receive(uow, base_url, item_id, signed, prepared)

    monkeypatch.setattr(inboxes, "RECEIVERS", {**inboxes.RECEIVERS, "Update": refuse})
    monkeypatch.setattr(inboxes, "receive", note_alone)
    await open_place.worker.work_until_idle()
    assert alone == [MALLORY.uri] * 6
    assert not any(item.body for item in await rows(open_place, InboxItem))


async def test_who_waits_for_an_answer_goes_before_what_can_wait(
    open_place, server, world, clock, monkeypatch
):
    """As long as something has just come; and what has waited long waits no more."""
    seconds = [1000.0]
    monkeypatch.setattr(clocks, "stopwatch", lambda: seconds[0])

    def waits(since):
        waiting = open_place.intake.give_way(since)
        try:
            waiting.send(None)
        except StopIteration:
            return False
        waiting.close()
        return True

    assert not waits(clock())
    assert await Letter(open_place, "/inbox", clock, Scheme.CAVAGE).sign().send(server) == 202
    assert waits(clock())
    assert not waits(clock() - timedelta(seconds=6))
    seconds[0] += 1
    assert not waits(clock())


async def test_nobody_reads_an_inbox(open_place, server, world, paths):
    for path in paths:
        assert (await server.get(path)).status_code == 404


async def test_an_inbox_takes_nothing_but_letters(open_place, server, world, paths):
    for path in paths:
        answer = await server.delete(path)
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
        await set_mode(open_place, FederationMode.ISLAND)
        assert (await server.delete(path)).status_code == 404
        await set_mode(open_place, FederationMode.OPEN)


async def test_whoever_is_not_known_outside_has_no_inbox(open_place, server, world, clock):
    hidden = await somebody(open_place, "bao", is_discoverable=False)
    for path in (f"/users/{hidden.actor_id}/inbox", "/users/1/inbox", "/groups/1/inbox"):
        assert await Letter(open_place, path, clock, Scheme.CAVAGE).sign().send(server) == 404
    assert world.asked == []


async def test_whoever_cannot_be_asked_is_asked_later(open_place, server, world, clock):
    world.answer(ALICE.uri, 502)
    answer = await server.post(
        "/inbox",
        content=BOB.says("View", "x"),
        headers=ALICE.signs(
            f"{open_place.settings.base_url}/inbox", ALICE.says("View", "x"), clock()
        ),
    )
    assert answer.status_code == 401  # another body: nobody has to be asked
    letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE).sign()
    assert await letter.send(server) == 503


async def met(place, neighbour):
    """Somebody elsewhere who is known here."""
    return await place.towns.discovery.get(neighbour.uri)


async def test_somebody_elsewhere_ends(open_place, server, world, clock):
    """Their own word is enough; who knew them is told of nobody any more."""
    actor = await met(open_place, ALICE)
    assert await Letter(open_place, "/inbox", clock, Scheme.CAVAGE).sign().send(server) == 202
    world.answer(ALICE.uri, 410)
    letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE)
    letter.body = ALICE.says("Delete", ALICE.uri)
    assert await letter.sign().send(server) == 202
    await open_place.worker.work_until_idle()
    (row,) = await rows(open_place, RemoteActor)
    assert row.gone_at == clock()

    def read(session):
        return session.get(Actor, actor.id)

    left = await open_place.db.read(read)
    assert (left.display_name, left.summary, left.handle) == ("", "", f"-{actor.id}")
    retired = sa.text("SELECT count(*) FROM retired_handle")
    assert await open_place.db.read(lambda session: session.execute(retired).scalar()) == 0


async def test_nobody_ends_somebody_else(open_place, server, world, clock):
    await met(open_place, ALICE)
    letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE, by=BOB)
    letter.body = BOB.says("Delete", ALICE.uri)
    assert await letter.sign().send(server) == 202
    await open_place.worker.work_until_idle()
    (row,) = [each for each in await rows(open_place, RemoteActor) if each.uri == ALICE.uri]
    assert row.gone_at is None


async def test_the_end_of_somebody_unknown_asks_nobody(open_place, server, world, clock):
    letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE, by=GHOST)
    letter.body = GHOST.says("Delete", GHOST.uri)
    assert await letter.sign().send(server) == 202
    assert world.asked == []
    assert await rows(open_place, InboxItem) == []


@pytest.mark.parametrize("verb", ["Delete", "Undo"])
async def test_what_a_stranger_takes_back_asks_nobody(open_place, server, world, clock, verb):
    """Of the thousands of notes that are deleted every day elsewhere, none was ever here."""
    letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE, verb=verb)
    assert await letter.sign().send(server) == 202
    await open_place.worker.work_until_idle()
    assert world.asked == []
    assert await rows(open_place, RemoteActor) == []
    assert await rows(open_place, InboxItem) == []


async def test_what_a_stranger_of_a_known_key_takes_back_asks_nobody(
    open_place, server, world, clock
):
    assert await Letter(open_place, "/inbox", clock, Scheme.CAVAGE).sign().send(server) == 202
    world.asked.clear()
    letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE, verb="Delete", number=2)
    assert await letter.sign().send(server) == 202
    await open_place.worker.work_until_idle()
    assert world.asked == []
    assert await rows(open_place, RemoteActor) == []


async def test_whoever_passes_something_on_is_who_called(open_place, server, world, clock):
    """Rumilly is away; that somebody passes on what Alice said does not mean that it is back."""
    later = clock() + timedelta(hours=3)
    hosts = [
        DeliveryHost(id=number, name=name, failures=3, rests_until_at=later, due_at=later)
        for number, name in enumerate(("rumilly.example", "evil.example"))
    ]
    await open_place.db.write(lambda uow: uow.session.add_all(hosts))
    said = ALICE.says("View", "https://elsewhere.example/1", to=[PUBLIC])
    letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE, by=MALLORY)
    letter.body = prove_body(said, ALICE.newer_key, clock())
    assert await letter.sign().send(server) == 202
    resting = {host.name: host.rests_until_at for host in await rows(open_place, DeliveryHost)}
    assert resting == {"rumilly.example": later, "evil.example": None}


async def test_whoever_is_gone_is_not_worked_for(open_place, server, world, clock):
    """What somebody said before they ended is dropped without a word."""
    await met(open_place, ALICE)
    letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE, verb="Delete").sign()
    assert await letter.send(server) == 202
    await open_place.db.write(note_gone, ALICE.uri)
    await open_place.worker.work_until_idle()
    (item,) = await rows(open_place, InboxItem)
    assert item.body is None


async def test_nobody_holds_up_what_others_say(open_place, server, world, clock):
    """Mallory speaks of Alice's post first, and lets nobody look her up."""
    await met(open_place, ALICE)
    for by in (MALLORY, ALICE):
        letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE, by=by)
        letter.body = by.says("Update", f"{ALICE.uri}/notes/1")
        assert await letter.sign().send(server) == 202
        world.answer(MALLORY.uri, 503)
    await open_place.worker.work_until_idle()
    waiting = [item.sender for item in await rows(open_place, InboxItem) if item.body is not None]
    assert waiting == [MALLORY.uri]


async def test_patience_with_whoever_cannot_be_looked_up_ends(open_place, server, world, clock):
    letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE, verb="Follow").sign()
    assert await letter.send(server) == 202
    world.answer(ALICE.uri, 503)
    await open_place.worker.work_until_idle()
    (item,) = await rows(open_place, InboxItem)
    assert item.body is not None
    clock.advance(days=2)
    await open_place.worker.work_until_idle()
    (item,) = await rows(open_place, InboxItem)
    assert item.body is None
    assert not [job for job in await rows(open_place, JobRow) if job.name == "inbox.work"]


@pytest.mark.parametrize(
    "host",
    ["spam.example", "sub.spam.example", "SPAM.example", "spam.example.", "xn--spm-fla.example"],
)
async def test_a_server_is_kept_out_however_it_is_written(open_place, server, world, clock, host):
    for name in ("spam.example", "spám.example"):
        await open_place.db.write(set_standing, name, Standing.BLOCKED, by=OPERATOR)
    by = Neighbour(f"https://{host}/users/spam", 1)
    letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE, by=by)
    assert await letter.sign().send(server) == 403
    assert world.asked == []


@pytest.mark.parametrize("key_id", ["", "x", "https://["])
@pytest.mark.parametrize("scheme", SCHEMES)
async def test_a_key_has_an_address(open_place, server, world, clock, scheme, key_id):
    letter = Letter(open_place, "/inbox", clock, scheme).sign()
    name = "signature" if scheme is Scheme.CAVAGE else "signature-input"
    letter.headers[name] = letter.headers[name].replace(ALICE.key.id, key_id)
    assert await letter.send(server) == 401
    assert world.asked == []


async def test_what_takes_long_to_read_keeps_nobody_waiting(open_place, server, world, clock):
    """Anybody may send as much, signed by nobody whom we know."""
    letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE, by=NOBODY)
    many: list[list[dict[str, str]]] = [[{}] * 999] * 340
    letter.body = NOBODY.says("View", "x")[:-1] + b',"x":' + json.dumps(many).encode() + b"}"
    letter.body = letter.body.replace(b" ", b"")
    letter.sign()
    usual = Letter(open_place, "/inbox", clock, Scheme.CAVAGE).sign()
    assert await usual.send(server) == 202  # what is loaded only once has been
    began = time.perf_counter()
    read_document(letter.body)
    whole = time.perf_counter() - began
    # Once of several times: another program of this machine may stand still the loop, too.
    waits = [await longest_wait_while(letter.send(server)) for _ in range(5)]
    assert min(waits) < whole / 2


async def longest_wait_while(sending):
    """How long the loop had nobody else's turn while something was refused."""
    longest, last = 0.0, asyncio.get_running_loop().time()
    task = asyncio.create_task(sending)
    while not task.done():
        await asyncio.sleep(0.001)
        now = asyncio.get_running_loop().time()
        longest, last = max(longest, now - last), now
    assert await task == 401
    return longest


async def test_a_site_has_one_share_however_many_servers_it_has(
    open_place, server, world, clock, monkeypatch
):
    """What is not signed by it uses up nothing of it."""
    monkeypatch.setattr(inbox, "PER_SITE", Rate(3, timedelta(minutes=1)))
    open_place.limiter = Limiter()
    twice = Neighbour("https://a.rumilly.example/users/alice", 1)
    world.show(twice.uri, twice.document)

    async def says(by, number):
        letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE, by=by, number=number)
        return await letter.sign().send(server)

    forged = Letter(open_place, "/inbox", clock, Scheme.CAVAGE, number=9).with_body(
        BOB.says("View", ALICE.uri)
    )
    for _ in range(5):
        assert await forged.send(server) == 401
    assert [await says(each, 1) for each in (ALICE, twice, ALICE)] == [202, 202, 202]
    assert await says(twice, 2) == 429
    assert await says(BOB, 2) == 429
    assert await says(MALLORY, 1) == 202


async def test_who_knocks_with_keys_that_nobody_has_shuts_the_door_on_themself_alone(
    open_place, world, server, clock
):
    """They name whom they like; the people of that server are heard as ever."""

    async def knocks(key_name):
        ghost = Neighbour(f"https://rumilly.example/users/{key_name}", 1)
        return (
            await Letter(open_place, "/inbox", clock, Scheme.CAVAGE, by=ghost).sign().send(server)
        )

    answers = [await knocks(f"ghost{number}") for number in range(2 * FOR_A_STRANGER)]
    assert answers == [401] * FOR_A_STRANGER + [503] * FOR_A_STRANGER
    transport = httpx2.ASGITransport(create_app(open_place), client=("198.51.100.7", 50_000))
    base = open_place.settings.base_url
    async with httpx2.AsyncClient(transport=transport, base_url=base) as other:
        for number, by in enumerate((ALICE, BOB)):
            letter = Letter(open_place, "/inbox", clock, Scheme.CAVAGE, by=by, number=number)
            assert await letter.sign().send(other) == 202
