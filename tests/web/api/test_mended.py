"""What a review of the calls of apps found, each as an app would meet it."""

import pytest

from fedparents.posts.models import Audience
from tests.web.api.town import a_town


@pytest.fixture
async def town(place, visitor):
    return await a_town(place, visitor)


async def _heard(program, path, **params):
    """The answer and the addresses of the pages around it."""
    answer = await program.visitor.get(f"/api{path}", headers=program.headers, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json(), answer.headers.get("link", "")


async def test_no_list_says_who_has_blocked_its_reader(town):
    post = await town.say(town.lea, "Merci à tous", audience=Audience.HERE)
    for who in (town.ana, town.bao):
        await who.post(f"/v1/statuses/{post}/favourite")
    await town.ana.post(f"/v1/accounts/{town.lea.id}/block")
    for path in (
        f"/v1/accounts/{town.closed}/followers",
        f"/v1/lists/{town.closed}/accounts",
        f"/v1/statuses/{post}/favourited_by",
    ):
        for params in ({}, {"limit": "1"}):
            people, link = await _heard(town.lea, path, **params)
            assert town.ana.id not in str(people) + link, path
            assert len(people) == 1, path


async def test_taking_back_what_was_passed_on_leaves_the_post(town):
    post = await town.say(town.lea, "Fête samedi", audience=Audience.PUBLIC)
    path = f"/v1/statuses/{post}"
    own = await town.lea.post(f"{path}/reblog")
    others = await town.ana.post(f"{path}/reblog")
    await town.lea.send("DELETE", f"/v1/statuses/{others['id']}", 404)
    gone = await town.lea.send("DELETE", f"/v1/statuses/{own['id']}")
    assert (gone["id"], gone["reblog"]["id"]) == (own["id"], post)
    status = await town.lea.get(path)
    assert (status["reblogged"], status["reblogs_count"]) == (False, 1)
    await town.lea.send("DELETE", path)
    await town.lea.get(path, 404)
