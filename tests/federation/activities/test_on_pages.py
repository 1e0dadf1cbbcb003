"""What people do about people elsewhere, on the pages on which they do it about neighbours."""

import itertools

import pytest

from fedparents.accounts.models import Account
from fedparents.authority import OPERATOR
from fedparents.instance.models import FederationMode
from fedparents.instance.service import change_federation
from tests.rig.fediverse import settle
from tests.rig.visitors import a_browser, press

NUMBERS = itertools.count()


@pytest.fixture
async def people(towns):
    """Léa in Annecy with a browser, and Max in Rumilly with another."""
    annecy, rumilly = towns
    lea = await annecy.somebody(f"lea_p{next(NUMBERS)}")
    max_ = await rumilly.somebody(f"max_p{next(NUMBERS)}")

    async def account(town, viewer):
        return await town.place.db.read(lambda session: session.get_one(Account, viewer.account_id))

    async with (
        a_browser(annecy.place, account=await account(annecy, lea)) as of_lea,
        a_browser(rumilly.place, account=await account(rumilly, max_)) as of_max,
    ):
        yield (lea, of_lea), (max_, of_max), f"{max_.handle}@{rumilly.domain}"


async def looks_for(browser, address):
    """From the search to whatever comes of it."""
    page = await browser.get("/search", params={"q": f"@{address}"})
    return await press(browser, page, "/search/elsewhere")


async def test_found_by_name_asked_let_and_left(towns, people):
    (lea, of_lea), (max_, of_max), address = people
    found = await looks_for(of_lea, address)
    assert found.headers["location"].replace("%3A", ":") == f"/@{address}"
    page = await of_lea.get(found.headers["location"])
    assert f"@{address}" in page.text
    assert "in another place" in page.text
    assert "Write to" in page.text
    await press(of_lea, page, "/follow")
    await settle(*towns)

    asking = await of_max.get("/settings/people/requests")
    assert lea.name in asking.text
    notices = await of_max.get("/notifications")
    assert "would like to follow you" in notices.text
    await press(of_max, asking, "/accept")
    await settle(*towns)

    following = await of_lea.get("/settings/people")
    assert max_.name in following.text
    assert "lets you follow them" in (await of_lea.get("/notifications")).text
    await press(of_lea, following, "/unfollow")
    await settle(*towns)
    assert lea.name not in (await of_max.get("/settings/people/followers")).text


async def test_what_the_search_offers(towns, people):
    annecy, rumilly = towns
    (_, browser), _, _ = people
    for words, is_offered in (
        (f"yseult@{rumilly.domain}", True),
        ("@yseult@rumilly.fr", True),
        ("yseult", False),
        (f"yseult@{annecy.domain}", False),
        ("une poussette", False),
    ):
        page = await browser.get("/search", params={"q": words})
        assert ("/search/elsewhere" in page.text) == is_offered, words
        assert ("Nothing found" in page.text) != is_offered, words
    await annecy.place.db.write(change_federation, FederationMode.ISLAND, by=OPERATOR)
    page = await browser.get("/search", params={"q": "@yseult@rumilly.fr"})
    assert "/search/elsewhere" not in page.text
    await annecy.place.db.write(change_federation, FederationMode.OPEN, by=OPERATOR)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nobody@{domain}", "Nobody there is called that."),
        ("nobody@localhost:1", "That place does not answer."),
        ("nobody", "That is no name in another place."),
        ("", "That is no name in another place."),
    ],
)
async def test_who_is_not_found(towns, people, address, words):
    (_, browser), _, _ = people
    page = await browser.get("/search", params={"q": "@a@b.fr"})
    typed = address.format(domain=towns[1].domain)
    answer = await press(browser, page, "/search/elsewhere", address=typed)
    assert answer.status_code == 303
    assert words in (await browser.get(answer.headers["location"])).text


async def test_somebody_elsewhere_is_muted_noted_and_blocked_like_a_neighbour(towns, people):
    (_, browser), _, address = people
    found = (await looks_for(browser, address)).headers["location"]
    page = await browser.get(f"{found}/note")
    await press(browser, page, "/note", note="Le père de Tom")
    assert "Le père de Tom" in (await browser.get(found)).text
    await press(browser, await browser.get(f"{found}/mute"), "/mute", days="7")
    assert "You have muted" in (await browser.get(found)).text
    await press(browser, await browser.get(f"{found}/block"), "/block")
    assert "You have blocked" in (await browser.get(found)).text
    assert (await browser.get(f"{found}/write")).status_code in {303, 404, 409}
