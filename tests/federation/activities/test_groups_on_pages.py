"""A parent finds a group of the next town, joins it, reads and writes in it: on the pages on which
they do so at home."""

import itertools

import pytest

from fedparents.accounts.models import Account
from fedparents.actors.models import Actor
from fedparents.groups.models import Audience, Joining
from tests.rig.builders import a_group
from tests.rig.fediverse import settle
from tests.rig.visitors import a_browser, press

NUMBERS = itertools.count()


@pytest.fixture
async def visitor(towns):
    """Léa of Annecy with her browser, and a group of Rumilly by name."""
    annecy, rumilly = towns

    async def begin(**privacy):
        marie = await rumilly.somebody(f"marie_v{next(NUMBERS)}")
        name = f"Les parents du port {next(NUMBERS)}"
        group = await a_group(
            rumilly.place.db, marie, name=name, **({"is_local_only": False} | privacy)
        )
        handle = await rumilly.place.db.read(lambda s: s.get_one(Actor, group).handle)
        return marie, group, f"{handle}@{rumilly.domain}", name

    lea = await annecy.somebody(f"lea_v{next(NUMBERS)}", is_discoverable=False)
    account = await annecy.place.db.read(lambda s: s.get_one(Account, lea.account_id))
    async with a_browser(annecy.place, account=account) as browser:
        yield browser, begin


async def finds(browser, address):
    page = await browser.get("/search", params={"q": f"@{address}"})
    found = await press(browser, page, "/search/elsewhere")
    return found.headers["location"]


async def test_found_joined_read_and_written_in(towns, visitor):
    browser, begin = visitor
    town = towns[1].domain
    _, _, address, name = await begin(joining=Joining.OPEN, audience=Audience.PUBLIC, questions="")
    path = await finds(browser, address)
    door = await browser.get(path)
    assert name in door.text
    assert f"Those who look after the group are in {town}" in door.text
    await press(browser, door, f"{path}/join")
    waiting = await browser.get(path)
    assert f"{town} has to answer first" in waiting.text
    await settle(*towns)

    home = await browser.get(path)
    assert "1 member from here" in home.text
    assert town in home.text
    assert name in (await browser.get("/groups")).text
    assert (
        f"in other towns too, in <em>{name}"
        in (
            await browser.get("/write/question", params={"to": f"group-{path.rpartition('/')[2]}"})
        ).text
    )
    about = await browser.get(f"{path}/about")
    assert f"Looked after in {town}." in about.text
    assert "Invite somebody" not in about.text
    assert (await browser.get(f"{path}/members")).status_code == 200


async def test_a_group_with_questions(towns, visitor):
    browser, begin = visitor
    _, _, address, _ = await begin(audience=Audience.PUBLIC)
    path = await finds(browser, address)
    door = await browser.get(path)
    assert "Pourquoi ?" in door.text
    await press(browser, door, f"{path}/join", answer_1="Nous déménageons.")
    await settle(*towns)
    assert "Your request is on its way" in (await browser.get(path)).text


async def test_a_closed_group_of_a_town_that_is_no_twin(towns, visitor):
    browser, begin = visitor
    _, _, address, _ = await begin(questions="")
    door = await browser.get(await finds(browser, address))
    assert "takes people of twin towns only" in door.text
    assert "/join" not in door.text


async def test_those_who_decide_see_from_where_somebody_asks(towns, visitor):
    browser, begin = visitor
    annecy, rumilly = towns
    marie, group, address, _ = await begin(audience=Audience.PUBLIC)
    path = await finds(browser, address)
    await press(browser, await browser.get(path), f"{path}/join", answer_1="Nous déménageons.")
    await settle(*towns)
    account = await rumilly.place.db.read(lambda s: s.get_one(Account, marie.account_id))
    async with a_browser(rumilly.place, account=account) as hers:
        desk = await hers.get(f"/groups/{group}/desk")
        assert "Nous déménageons." in desk.text
        assert f"@{annecy.domain}" in desk.text
        assert (await hers.get(f"/groups/{group}/members")).status_code == 200
