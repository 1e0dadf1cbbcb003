"""Who is shown what, where a place wants to know who asks, and where it speaks to allies alone."""

import pytest

from federation.signing import Scheme, sign
from federation.trust import note_twins, set_standing
from federation.uris import host_of
from fedparents.actors.models import Standing
from fedparents.authority import OPERATOR
from fedparents.instance.models import FederationMode
from fedparents.instance.service import answer_signed_only, change_federation
from tests.rig.elsewhere import Neighbour
from tests.web.activitypub.conftest import show

ALICE = Neighbour("https://rumilly.example/users/alice")
LIAR = Neighbour("https://evil.example/users/liar", 1)
SCHEMES = [Scheme.CAVAGE, Scheme.RFC9421]
JSON = {"accept": "application/activity+json"}


@pytest.fixture
def world(open_place):
    return show(open_place, ALICE)


@pytest.fixture
def paths(known):
    """All that is about people and groups."""
    person = known.person
    return [person, f"{person}/outbox", f"{person}/followers", known.group, "/users/1"]


@pytest.fixture
def asks(open_place, server, clock):
    async def ask(path, by=ALICE, scheme=Scheme.CAVAGE, **changes):
        url = f"{open_place.settings.base_url}{path}"
        headers = sign(by.key, "GET", url, None, clock(), scheme)
        answer = await server.get(path, headers=headers | changes)
        return answer.status_code

    return ask


async def signed_only(place):
    await place.db.write(answer_signed_only, is_on=True, by=OPERATOR)


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_a_place_may_want_to_know_who_asks(open_place, server, world, paths, asks, scheme):
    statuses = [(await server.get(path, headers=JSON)).status_code for path in paths]
    assert statuses == [200, 200, 200, 200, 404]
    await signed_only(open_place)
    for path in paths:
        answer = await server.get(path, headers=JSON)
        assert (answer.status_code, answer.content) == (401, b"")
        assert answer.headers["www-authenticate"] == "Signature"
    assert [await asks(path, scheme=scheme) for path in paths] == statuses


async def test_what_is_about_the_place_is_for_all(open_place, server, world, paths):
    await signed_only(open_place)
    for path in ("/actor", "/.well-known/nodeinfo", "/nodeinfo/2.1", "/.well-known/host-meta"):
        assert (await server.get(path, headers=JSON)).status_code == 200


async def test_browsers_are_led_to_the_page(open_place, server, world, paths):
    await signed_only(open_place)
    assert (await server.get(paths[0], headers={"accept": "text/html"})).status_code == 303


async def test_who_is_kept_out_is_shown_nobody(open_place, server, world, paths, asks):
    await signed_only(open_place)
    host = host_of(ALICE.uri)
    await open_place.db.write(set_standing, host, Standing.BLOCKED, by=OPERATOR)
    assert {await asks(path) for path in paths} == {403}
    assert world.asked == []


async def test_who_is_kept_out_and_says_who_they_are_is_shown_nobody(
    open_place, server, world, paths, asks
):
    """What everybody may read, they can read without saying so: the desk says how to end that."""
    host = host_of(ALICE.uri)
    assert [await asks(path) for path in paths] == [200, 200, 200, 200, 404]
    await open_place.db.write(set_standing, host, Standing.BLOCKED, by=OPERATOR)
    for scheme in SCHEMES:
        assert {await asks(path, scheme=scheme) for path in paths} == {403}
    assert await asks("/actor") == 200
    assert (await server.get(paths[0], headers=JSON)).status_code == 200
    assert world.asked == []


async def test_nobody_asks_in_the_name_of_others(open_place, server, world, paths, asks):
    await signed_only(open_place)
    assert {await asks(path, by=LIAR) for path in paths} == {401}
    for wrong in ({"date": "Mon, 01 Jan 2024 00:00:00 GMT"}, {"host": "other.example"}):
        assert await asks(paths[0], **wrong) in {401, 421, 400}
    assert await asks(f"{paths[0]}/outbox?page=1") == 200


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_allies_are_shown_what_nobody_else_is(open_place, server, world, paths, asks, scheme):
    await open_place.db.write(change_federation, FederationMode.ALLIES, by=OPERATOR)
    for path in paths:
        answer = await server.get(path, headers=JSON)
        assert (answer.status_code, answer.content) == (404, b"")
    assert {await asks(path, scheme=scheme) for path in paths} == {404}
    await open_place.db.write(note_twins, host_of(ALICE.uri))
    assert [await asks(path, scheme=scheme) for path in paths] == [200, 200, 200, 200, 404]
    await open_place.db.write(change_federation, FederationMode.ISLAND, by=OPERATOR)
    assert {await asks(path) for path in paths} == {404}
