"""Groups that somebody names in an app without being in them: known ones refuse, all others are
nothing but words."""

import pytest

from fedparents.actors.models import Actor
from tests.rig.builders import a_group
from tests.web.api.town import a_town

pytestmark = pytest.mark.anyio
_NUMBERS = ("id", "uri", "url", "created_at", "content", "in_reply_to_id")


@pytest.fixture
async def town(place, visitor):
    return await a_town(place, visitor)


@pytest.fixture
async def hidden(place, town):
    """Of which Bao may not know, with its name."""
    group = await a_group(place.db, town.lea.viewer, name="Les Cachottiers", is_hidden=True)
    actor = await place.db.read(lambda session: session.get_one(Actor, group))
    return group, actor.handle


async def test_the_name_of_a_group_one_may_not_know_is_like_one_that_nobody_has(town, hidden):
    _group, handle = hidden
    said = {}
    for name in (handle, "nobodyatall"):
        status = await town.bao.post("/v1/statuses", status=f"@{name} bonjour")
        assert f"@{name}" in status["content"]
        assert "href" not in status["content"], "no link says that there is something"
        said[name] = {key: value for key, value in status.items() if key not in _NUMBERS}
    assert said[handle] == said["nobodyatall"]
    await town.settle()
    assert await town.lea.get("/v1/notifications") == []


async def test_its_number_is_like_one_that_nobody_has(town, hidden):
    group, _handle = hidden
    answers = [
        await town.bao.post(
            "/v1/statuses", 404, status="Bonjour", fedparents={"group_id": str(number)}
        )
        for number in (group, 1)
    ]
    assert answers[0] == answers[1]
    for path in ("/v1/accounts/{}", "/v1/accounts/{}/statuses", "/v1/timelines/list/{}"):
        found = [await town.bao.get(path.format(number), 404) for number in (group, 1)]
        assert found[0] == found[1]
    found = [await town.bao.post(f"/v1/accounts/{number}/follow", 404) for number in (group, 1)]
    assert found[0] == found[1]


async def test_a_letter_to_it_reaches_nobody(town, hidden):
    _group, handle = hidden
    refused = [
        await town.bao.post("/v1/statuses", 422, status=f"@{name} psst", visibility="direct")
        for name in (handle, "nobodyatall")
    ]
    assert refused[0] == refused[1]


async def test_one_of_which_everybody_knows_says_that_it_is_for_its_members(town):
    """Its account is in the app of whoever names it: nothing is told by refusing."""
    group = await town.bao.get(f"/v1/accounts/{town.closed}")
    refused = await town.bao.post("/v1/statuses", 422, status=f"@{group['acct']} bonjour")
    assert refused == {"error": f"Validation failed: Only members can post in @{group['acct']}"}


async def test_an_app_shows_of_a_group_how_one_comes_in_who_reads_and_how_many_are_in_it(town):
    """In the language of the place, which is the same for everybody."""

    async def fields(who, group):
        found = await who.get(f"/v1/accounts/{group}")
        return {each["name"]: each["value"] for each in found["fields"]}

    closed = {"Accès": "sur demande", "Qui lit": "les membres seulement"}
    assert await fields(town.ana, town.closed) == {**closed, "Membres": "2"}
    assert await fields(town.bao, town.closed) == closed, "so few are told to its members alone"
    everybody = {"Accès": "ouvert à tout le monde", "Qui lit": "tout le monde", "Membres": "2"}
    assert await fields(town.ana, town.open) == everybody
    assert (await town.ana.get(f"/v1/accounts/{town.lea.id}"))["fields"] == []
