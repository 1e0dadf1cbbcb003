"""Streams over real sockets: what a program hears, and from whom it hears nothing."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from fedparents.accounts.deciding import freeze_account
from fedparents.accounts.models import Role
from fedparents.applications.tokens import list_own_tokens, revoke_token
from fedparents.posts.elsewhere import Said, record_said
from fedparents.posts.models import Audience
from fedparents.timelines.service import bring_home
from tests.rig.builders import an_account, put_follow, put_stranger, signed_in
from tests.rig.photos import a_file
from tests.rig.sockets import PATIENCE, Door, Ear, at_the_door
from tests.web.api.conftest import token_for
from tests.web.api.town import Program, a_town, an_app
from web.api.streaming.outlets import MOST_WAITING, Closed, Outlet
from web.runtime import open_runtime

pytestmark = pytest.mark.anyio


@pytest.fixture
async def town(place, visitor):
    return await a_town(place, visitor)


@pytest.fixture
async def door(place):
    async with at_the_door(place) as opened:
        yield opened


async def nothing_else(ear: Ear) -> None:
    """Whatever was told before has been heard: the next frame answers a question."""
    await ear.subscribe("nonsense")
    assert await ear.hear() == {"error": "Unknown stream type", "status": 400}


async def listening(door: Door, stack: AsyncExitStack, who: Program, *streams: str) -> Ear:
    ear = await stack.enter_async_context(door.listen(headers=who.headers))
    for stream in streams:
        name, _, param = stream.partition(" ")
        await ear.subscribe(name, **({"tag": param} if "tag" in name else {"list": param}))
    await nothing_else(ear)
    return ear


async def test_what_is_said_comes_home_is_changed_and_goes(town, door):
    async with AsyncExitStack() as stack:
        ear = await listening(door, stack, town.ana, "user")
        number = await town.say(town.lea, "Qui a une poussette ?", group_id=town.closed)
        heard = await ear.hear()
        assert (heard["stream"], heard["event"]) == (["user"], "update")
        assert heard["payload"] == await town.ana.get(f"/v1/statuses/{number}")
        await town.ana.post(f"/v1/statuses/{number}/favourite")
        await town.ana.post(f"/v1/statuses/{number}/bookmark")
        await town.lea.send("PUT", f"/v1/statuses/{number}", status="Qui a deux poussettes ?")
        heard = await ear.hear()
        assert heard["event"] == "status.update"
        assert heard["payload"]["favourited"] is heard["payload"]["bookmarked"] is True
        assert heard["payload"] == await town.ana.get(f"/v1/statuses/{number}")
        await town.lea.send("DELETE", f"/v1/statuses/{number}")
        assert await ear.hear() == {"stream": ["user"], "event": "delete", "payload": number}


async def test_each_stream_holds_what_its_list_does(town, door):
    streams = ["public", "public:local", "public:remote", "public:media", "direct"]
    tags = ["hashtag Vélo", "hashtag:local vélo"]
    async with AsyncExitStack() as stack:
        ear = await listening(door, stack, town.ana, *streams, *tags, f"list {town.closed}")
        everybody = await town.say(town.lea, "Un #vélo pour tous", audience=Audience.HERE)
        heard = [await ear.hear() for _ in range(4)]
        assert {tuple(each["stream"]) for each in heard} == {
            ("public",),
            ("public:local",),
            ("hashtag", "vélo"),
            ("hashtag:local", "vélo"),
        }
        assert {each["payload"]["id"] for each in heard} == {everybody}
        group = await town.say(town.lea, "Réunion mardi", group_id=town.closed)
        heard = [await ear.hear()]
        assert heard[0]["stream"] == ["list", str(town.closed)]
        assert heard[0]["payload"]["id"] == group
        await ear.say(type="unsubscribe", stream="list", list=str(town.closed))
        await nothing_else(ear)  # an answer to a later frame: the list has been left
        await town.say(town.lea, "Réunion jeudi", group_id=town.closed)
        await town.say(town.lea, "Réponse #vélo", in_reply_to_id=int(everybody))
        heard = [await ear.hear(), await ear.hear()]
        assert {each["stream"][0] for each in heard} == {"hashtag", "hashtag:local"}
        await nothing_else(ear)


async def test_strangers_blocked_people_and_who_has_left_hear_nothing(town, door):
    async with AsyncExitStack() as stack:
        lea = await listening(door, stack, town.lea, "user", "public", f"list {town.closed}")
        ana = await listening(
            door, stack, town.ana, "user", f"list {town.closed}", "hashtag secret"
        )
        bao = await listening(door, stack, town.bao, "user", "public", "hashtag secret")
        await bao.subscribe("list", list=str(town.closed))
        assert (await bao.hear())["status"] == 404
        number = await town.say(town.lea, "Entre nous #secret", group_id=town.closed)
        heard = [await ana.hear() for _ in range(3)]
        assert {each["payload"]["id"] for each in heard} == {number}
        await nothing_else(bao)
        await town.ana.post(f"/v1/accounts/{town.closed}/unfollow")
        await town.say(town.lea, "Toujours entre nous #secret", group_id=town.closed)
        await town.lea.send("DELETE", f"/v1/statuses/{number}")
        await town.settle()
        for _ in range(6):  # both, twice each, and the first that is gone
            await lea.hear()
        await nothing_else(lea)
        await nothing_else(ana)
        await town.lea.post(f"/v1/accounts/{town.bao.id}/block")
        await town.say(town.lea, "Pour tous #secret", audience=Audience.HERE)
        assert {(await lea.hear())["stream"][0] for _ in range(2)} == {"user", "public"}
        assert (await ana.hear())["stream"] == ["hashtag", "secret"]
        await nothing_else(bao)


async def test_who_asked_without_a_name_stays_unknown(town, door):
    async with AsyncExitStack() as stack:
        ear = await listening(door, stack, town.lea, "user")
        await town.say(town.ana, "Un pédiatre ?", group_id=town.closed, is_anonymous=True)
        heard = await ear.hear()
        assert heard["payload"]["account"]["id"] == str(town.closed)
        assert town.ana.id not in json.dumps(heard)


async def test_notifications_letters_and_filters(town, door):
    async with AsyncExitStack() as stack:
        lea = await listening(door, stack, town.lea, "user", "direct")
        bell = await listening(door, stack, town.lea, "user:notification")
        number = await town.say(town.lea, "Bonjour", audience=Audience.HERE)
        assert (await lea.hear())["event"] == "update"
        await town.ana.post(f"/v1/statuses/{number}/favourite")
        await town.settle()
        heard, rung = await lea.hear(), await bell.hear()
        assert heard["event"] == rung["event"] == "notification"
        (listed,) = await town.lea.get("/v1/notifications")
        assert heard["payload"] == listed
        assert rung["payload"]["type"] == "favourite"
        await town.ana.post("/v1/statuses", status="@lea entre nous", visibility="direct")
        await town.settle()
        kinds = {(await lea.hear())["event"], (await lea.hear())["event"]}
        assert kinds == {"notification", "conversation"}
        wish = {"title": "Vélos", "context": ["home"], "keywords_attributes": [{"keyword": "vélo"}]}
        await town.lea.post("/v2/filters", **wish)
        assert await lea.hear() == {"stream": ["user"], "event": "filters_changed"}
        await town.say(town.ana, "Un vélo", group_id=town.closed)
        heard = await lea.hear()
        assert heard["payload"]["filtered"][0]["keyword_matches"] == ["vélo"]


async def test_what_is_passed_on_has_a_number_of_its_own(town, door):
    await town.ana.post(f"/v1/accounts/{town.lea.id}/follow")
    await town.lea.post(f"/v1/follow_requests/{town.ana.id}/authorize")
    number = await town.say(town.bao, "Pour tout le monde", audience=Audience.PUBLIC)
    async with AsyncExitStack() as stack:
        ear = await listening(door, stack, town.ana, "user")
        made = await town.lea.post(f"/v1/statuses/{number}/reblog")
        await town.settle()
        heard = await ear.hear()
        assert heard["payload"]["id"] == made["id"]
        assert heard["payload"]["reblog"]["id"] == number
        assert heard["payload"] in await town.ana.get("/v1/timelines/home")


async def test_polls_are_each_readers_own(town, door):
    poll = {"options": ["Oui", "Non"], "expires_in": 3600}
    made = await town.lea.post("/v1/statuses", status="Samedi ?", poll=poll)
    await town.settle()
    await town.ana.post(f"/v1/polls/{made['poll']['id']}/votes", choices=[1])
    async with AsyncExitStack() as stack:
        ana = await listening(door, stack, town.ana, "public")
        bao = await listening(door, stack, town.bao, "public")
        await town.lea.send("PUT", f"/v1/statuses/{made['id']}", status="Samedi matin ?")
        for program, ear in ((town.ana, ana), (town.bao, bao)):
            heard = await ear.hear()
            assert heard["event"] == "status.update"
            assert heard["payload"] == await program.get(f"/v1/statuses/{made['id']}")


async def test_pictures_have_the_keys_of_each_reader(town, door):
    sent = {"file": ("a.png", a_file(kind="PNG"), "image/png")}
    program = town.lea.visitor
    answer = await program.post("/api/v2/media", headers=town.lea.headers, files=sent)
    async with AsyncExitStack() as stack:
        ana = await listening(door, stack, town.ana, "user")
        lea = await listening(door, stack, town.lea, "user")
        made = await town.lea.post(
            "/v1/statuses",
            status='Une "photo" ~x~ \\',
            media_ids=[answer.json()["id"]],
            fedparents={"group_id": str(town.closed)},
        )
        await town.settle()
        for person, ear in ((town.ana, ana), (town.lea, lea)):
            heard = (await ear.hear())["payload"]
            assert heard == await person.get(f"/v1/statuses/{made['id']}")
            url = heard["media_attachments"][0]["url"]
            assert (await program.get(url)).status_code == 200


async def test_what_other_towns_say_comes_home(town, door, place):
    def hear(uow):
        author = put_stranger(uow)
        put_follow(uow, town.ana.viewer.actor_id, author.id)
        uow.session.flush()
        html = "<p>Bonjour</p>"
        said = Said(html=html, text="Bonjour", audience=Audience.PUBLIC, at=uow.now)
        return record_said(uow, author, said, bring_home).id

    async with AsyncExitStack() as stack:
        ear = await listening(door, stack, town.ana, "user", "public:remote", "public:local")
        number = await place.db.write(hear)
        heard = [await ear.hear(), await ear.hear()]
        assert {each["stream"][0] for each in heard} == {"user", "public:remote"}
        assert {each["payload"]["id"] for each in heard} == {str(number)}
        await nothing_else(ear)


async def test_tokens_come_in_three_places(town, door):
    token = town.ana.headers["Authorization"].removeprefix("Bearer ")
    async with door.listen("?stream=user", subprotocols=[token]) as ear:
        assert ear.connection.subprotocol == token
        await nothing_else(ear)
    async with door.listen(f"?stream=user&access_token={token}") as ear:
        await nothing_else(ear)
    async with door.listen("/", headers=town.ana.headers) as ear:
        await nothing_else(ear)


@pytest.mark.parametrize("sent", ["", "Bearer nonsense"])
async def test_who_is_not_known_is_refused_before_there_is_a_socket(town, door, sent):
    with pytest.raises(InvalidStatus) as refused:
        async with door.listen(headers={"Authorization": sent} if sent else None):
            pass
    answer = refused.value.response
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("application/json")
    assert json.loads(answer.body)["error"] == "The access token is invalid"


async def test_a_token_hears_what_its_scopes_say(town, door, place, visitor):
    narrow = await an_app(place, visitor, "chloe", scopes="read:statuses write:statuses")
    async with AsyncExitStack() as stack:
        ear = await listening(door, stack, narrow, "user")
        await ear.subscribe("user:notification")
        assert (await ear.hear())["status"] == 401
        number = await town.say(narrow, "Bonjour", audience=Audience.HERE)
        assert (await ear.hear())["event"] == "update"
        await town.ana.post(f"/v1/statuses/{number}/favourite")
        await town.settle()
        await town.say(narrow, "Encore", audience=Audience.HERE)
        assert (await ear.hear())["event"] == "update", "and no notification before it"


async def test_access_that_ends_closes_streams_at_once(town, door, place):
    admin = await signed_in(place.db, await an_account(place.db, "marie", role=Role.ADMIN))
    (token,) = await place.db.read(list_own_tokens, town.ana.viewer)

    async with AsyncExitStack() as stack:
        ana = await listening(door, stack, town.ana, "user")
        bao = await listening(door, stack, town.bao, "public")
        await place.db.write(revoke_token, token.id, by=town.ana.viewer)
        with pytest.raises(ConnectionClosed):
            await ana.hear()
        assert ana.connection.close_code == 1008
        await place.db.write(freeze_account, town.bao.account.id, "Arnaques", by=admin)
        with pytest.raises(ConnectionClosed):
            await bao.hear()
    assert not len(place.streams.listeners)


async def test_odd_wishes_are_answered_or_overlooked(town, door):
    async with AsyncExitStack() as stack:
        ear = await listening(door, stack, town.ana, "user", "user")
        for text in ("{", "[]", "1", '{"type":"dance"}', '{"type":["subscribe"]}'):
            await ear.connection.send(text)
        await nothing_else(ear)
        await ear.subscribe("hashtag")
        assert await ear.hear() == {"error": "Missing tag name parameter", "status": 400}
        await ear.subscribe("list", list={"a": 1})
        assert (await ear.hear())["status"] == 400
        await ear.connection.send(b"bytes")
        with pytest.raises(ConnectionClosed):
            await ear.hear()
        assert ear.connection.close_code == 1003


async def test_a_socket_elsewhere_is_nothing(town, door):
    with pytest.raises(InvalidStatus) as refused:
        async with door.listen(path="/messages", headers=town.ana.headers):
            pass
    assert refused.value.response.status_code == 404


async def test_nothing_of_a_token_is_logged(town, door, log):
    token = town.ana.headers["Authorization"].removeprefix("Bearer ")
    async with door.listen(f"?stream=user&access_token={token}") as ear:
        await nothing_else(ear)
    assert token not in log.getvalue()


async def test_one_person_has_so_many_sockets(town, door, monkeypatch):
    monkeypatch.setattr("web.api.streaming.listeners.MOST_FOR_ONE", 1)
    async with AsyncExitStack() as stack:
        await listening(door, stack, town.ana, "user")
        with pytest.raises(InvalidStatus) as refused:
            await listening(door, stack, town.ana, "user")
        assert refused.value.response.status_code == 429
        await listening(door, stack, town.bao, "user")


async def test_events_for_programs_without_sockets(town, door):
    async with httpx2.AsyncClient(base_url=door.url, timeout=PATIENCE) as program:
        headers = {**door.headers, **town.ana.headers}
        path = "/api/v1/streaming/user"
        async with program.stream("GET", path, headers=headers) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            lines = answer.aiter_lines()
            assert await anext(lines) == ":)"
            assert await anext(lines) == ""
            number = await town.say(town.lea, "Une\npoussette ?", group_id=town.closed)
            assert await anext(lines) == "event: update"
            payload = json.loads((await anext(lines)).removeprefix("data: "))
            assert payload == await town.ana.get(f"/v1/statuses/{number}")
            wish = {"title": "x", "context": ["home"], "keywords_attributes": [{"keyword": "y"}]}
            await town.ana.post("/v2/filters", **wish)
            assert await anext(lines) == ""
            assert await anext(lines) == "event: filters_changed"
            assert await anext(lines) == "data: undefined"
            assert await anext(lines) == ""
            (token,) = await town.place.db.read(list_own_tokens, town.ana.viewer)
            await town.place.db.write(revoke_token, token.id, by=town.ana.viewer)
            async with asyncio.timeout(PATIENCE):
                assert [line async for line in lines] == []


@pytest.mark.postgres_only
async def test_processes_hear_of_each_other(town, place, probe_settings):
    """On PostgreSQL each has a database, a bus and streams of its own."""
    other = open_runtime(probe_settings)
    await other.start()
    try:
        async with at_the_door(other) as door, AsyncExitStack() as stack:
            ear = await listening(door, stack, town.ana, "user", "public")
            number = await town.say(town.lea, "Pour tous", audience=Audience.HERE)
            heard = await ear.hear()
            assert (heard["stream"], heard["payload"]["id"]) == (["public"], number)
            (token,) = await place.db.read(list_own_tokens, town.ana.viewer)
            await place.db.write(revoke_token, token.id, by=town.ana.viewer)
            with pytest.raises(ConnectionClosed):
                await ear.hear()
    finally:
        await other.close()


async def test_who_takes_too_little_is_let_go():
    sent, ended, gate = [], [], asyncio.Event()

    async def write(frame):
        await gate.wait()
        sent.append(frame)

    async def end(why):
        ended.append(why)

    outlet = Outlet(write, end)
    for number in range(MOST_WAITING + 2):
        assert outlet.closed is None
        outlet.offer(str(number))
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    gate.set()
    await asyncio.sleep(0)
    outlet.offer("nothing more")
    await asyncio.sleep(0)
    assert (sent, ended, outlet.closed) == ([], [Closed.TOO_SLOW], Closed.TOO_SLOW)


async def test_where_there_is_no_stream_programs_are_told_so(town, visitor, place):
    assert (await visitor.get("/api/v1/streaming/health")).text == "OK"
    headers = await token_for(place, town.ana.account)
    for path in ("/nonsense", "", "/hashtag", "/public/elsewhere"):
        answer = await visitor.get(f"/api/v1/streaming{path}", headers=headers)
        assert answer.status_code == 400, path
    assert answer.json() == {"error": "Unknown channel requested"}
    assert (await visitor.get("/api/v1/streaming/user")).status_code == 401
    answer = await visitor.get(f"/api/v1/streaming/list?list={town.open}1", headers=headers)
    assert answer.status_code == 404
