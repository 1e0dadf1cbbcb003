"""Hashtags that somebody follows, and towns from which they want to hear nothing: by forms."""

import pytest

from fedparents.authority import OPERATOR
from fedparents.instance.models import FederationMode
from fedparents.instance.service import change_federation
from fedparents.paging import Paging
from fedparents.social.hashtags import list_followed_tags
from fedparents.social.towns import list_muted_towns
from tests.rig.builders import an_account, put_follow, put_stranger, signed_in
from tests.rig.pages import forms_of, submit
from tests.web.conftest import sign_in
from tests.web.people.test_own_lists import press

pytestmark = pytest.mark.anyio
TAGS, TOWNS = "/settings/hashtags", "/settings/towns"
RUMILLY = "rumilly.example"


@pytest.fixture
async def ana(place, visitor):
    account = await an_account(place.db, "ana", language="en")
    await sign_in(place, visitor, account)
    return await signed_in(place.db, account)


async def tags(place, viewer):
    return [each.tag for each in await place.db.read(list_followed_tags, viewer, Paging(50))]


async def towns(place, viewer):
    return [each.domain for each in await place.db.read(list_muted_towns, viewer, Paging(50))]


async def test_a_hashtag_is_followed_from_the_list_and_from_its_page(place, visitor, ana):
    assert (await submit(visitor, TAGS, name=" #Garde ")).status_code == 303
    assert await tags(place, ana) == ["garde"]
    page = await press(visitor, "/tags/Cr%C3%A8che", "/tags/Cr%C3%A8che/follow")
    assert page.url.path == "/tags/Crèche"
    assert "comes to your home page from now on" in page.text
    assert await tags(place, ana) == ["crèche", "garde"]
    page = await press(visitor, page.url.path, "/tags/Cr%C3%A8che/unfollow")
    assert any(form.action == "/tags/Cr%C3%A8che/follow" for form in forms_of(page.text))
    page = await press(visitor, TAGS, "/tags/garde/unfollow")
    assert page.url.path == TAGS
    assert await tags(place, ana) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Please write a hashtag."),
        ("123", "Please write one word with letters in it."),
        ("x" * 102, "Please shorten this to 101 characters or fewer."),
    ],
)
async def test_what_no_hashtag_is(place, visitor, ana, name, said):
    answer = await submit(visitor, TAGS, name=name)
    assert answer.status_code == 422
    assert said in answer.text
    assert await tags(place, ana) == []


async def test_a_town_is_muted_from_the_page_of_somebody_there(place, visitor, ana):
    await place.db.write(change_federation, FederationMode.OPEN, by=OPERATOR)
    assert TOWNS in (await visitor.get("/settings")).text
    zoe = await place.db.write(put_stranger, domain=RUMILLY)
    await place.db.write(put_follow, ana.actor_id, zoe.id)
    assert f'href="{TOWNS}?domain={RUMILLY}"' in (await visitor.get(f"/@zoe@{RUMILLY}")).text
    there = await visitor.get(TOWNS, params={"domain": RUMILLY})
    assert "You follow 1 person there." in there.text
    assert await towns(place, ana) == []
    assert (await submit(visitor, there)).status_code == 303
    assert await towns(place, ana) == [RUMILLY]
    assert (
        "You have muted rumilly.example as a whole." in (await visitor.get(f"/@zoe@{RUMILLY}")).text
    )
    page = await press(visitor, TOWNS, f"{TOWNS}/unmute", domain=RUMILLY)
    assert "You hear from rumilly.example again." in page.text
    assert await towns(place, ana) == []


@pytest.mark.parametrize("domain", ["", "Rumilly", "a b.example", "<b>.fr", "x" * 254])
async def test_what_no_town_is_called(place, visitor, ana, domain):
    answer = await submit(visitor, TOWNS, domain=domain)
    assert answer.status_code == 422
    assert await towns(place, ana) == []
