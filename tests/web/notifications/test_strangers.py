"""What people do whom somebody does not know: heard of, kept aside, or not, by forms."""

import pytest

from fedparents.notifications.models import Sifting
from fedparents.notifications.sifting import get_sifting
from fedparents.posts.models import Audience
from fedparents.posts.service import PostDraft, publish_post
from tests.rig.builders import a_viewer, an_account, signed_in
from tests.rig.pages import submit
from tests.web.conftest import sign_in
from tests.web.people.test_own_lists import press

pytestmark = pytest.mark.anyio
STRANGERS, ASIDE = "/settings/notifications/strangers", "/notifications/aside"


@pytest.fixture
async def ana(place, visitor):
    account = await an_account(place.db, "ana", language="en")
    await sign_in(place, visitor, account)
    return await signed_in(place.db, account)


@pytest.fixture
async def bao(place):
    return await a_viewer(place.db, "bao")


async def names_ana(place, viewer, text="Salut @ana"):
    await place.db.write(publish_post, viewer, PostDraft(text=text, audience=Audience.HERE))
    await place.worker.work_until_idle()


async def test_what_strangers_do_is_kept_aside_and_let_through(place, visitor, ana, bao):
    assert (await submit(visitor, STRANGERS, not_following="filter")).status_code == 303
    assert (await place.db.read(get_sifting, ana)).not_following == Sifting.FILTER
    await names_ana(place, bao)
    told = (await visitor.get("/notifications")).text
    assert "Salut" not in told
    assert "Kept aside: what 1 person did whom you do not know" in told
    one = f"{ASIDE}/{bao.actor_id}"
    assert f'href="{one}"' in (await visitor.get(ASIDE)).text
    assert "Bao names you: “Salut @ana”" in (await visitor.get(one)).text
    page = await press(visitor, one, f"{one}/welcome")
    assert page.url.path == ASIDE
    assert "Nothing is kept aside" in page.text
    assert "Salut" in (await visitor.get("/notifications")).text
    assert (await visitor.get(one)).status_code == 404
    await names_ana(place, bao, "Encore moi, @ana")
    assert "Encore moi" in (await visitor.get("/notifications")).text


async def test_what_is_taken_away_is_gone_and_the_next_waits_again(place, visitor, ana, bao):
    await submit(visitor, STRANGERS, new_accounts="filter")
    await names_ana(place, bao)
    page = await press(visitor, ASIDE, f"{ASIDE}/{bao.actor_id}/let-go")
    assert "Taken away. They are not told." in page.text
    assert "Nothing is kept aside" in page.text
    await names_ana(place, bao, "Encore moi, @ana")
    assert "Bao" in (await visitor.get(ASIDE)).text
    assert "Encore moi" not in (await visitor.get("/notifications")).text


async def test_in_a_second_tab_one_hears_that_it_was_decided(place, visitor, ana, bao):
    await submit(visitor, STRANGERS, new_accounts="filter")
    await names_ana(place, bao)
    await press(visitor, ASIDE, f"{ASIDE}/{bao.actor_id}/welcome")
    token = (await visitor.get(STRANGERS)).text.split('name="csrf_token" value="')[1].split('"')[0]
    again = await visitor.post(
        f"{ASIDE}/{bao.actor_id}/welcome",
        data={"csrf_token": token},
        headers={"Origin": place.settings.base_url},
    )
    assert again.headers["location"] == ASIDE
    assert "Nothing is kept aside" in (await visitor.get(ASIDE)).text


async def test_what_one_wants_not_to_hear_of_is_not_told(place, visitor, ana, bao):
    await submit(visitor, STRANGERS, not_followers="drop")
    await names_ana(place, bao)
    assert "Salut" not in (await visitor.get("/notifications")).text
    assert "Nothing is kept aside" in (await visitor.get(ASIDE)).text


async def test_only_these_three_can_be_chosen(place, visitor, ana):
    assert (await submit(visitor, STRANGERS, not_following="perhaps")).status_code == 422
    assert (await place.db.read(get_sifting, ana)).not_following == Sifting.ACCEPT
