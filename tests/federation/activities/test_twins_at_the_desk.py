"""What administrators do about other towns at their desks: ask, answer, end, keep out."""

import itertools

import pytest
from sqlmodel import delete

from federation.errors import Rejected
from federation.models import Town
from federation.trust import is_ally, standing_of
from federation.twinning import accept_twinning, offer_twinning
from fedparents.accounts.models import Account, Role
from fedparents.actors.models import Standing
from fedparents.authority import OPERATOR
from fedparents.instance.models import FederationMode
from fedparents.instance.service import answer_signed_only, change_federation
from fedparents.social.follows import follow_actor
from fedparents.social.models import Follow, FollowState
from tests.rig.fediverse import settle
from tests.rig.visitors import a_browser, press

NUMBERS = itertools.count()


async def submit(browser, page, action=None, **answers):
    return await press(browser, await browser.get(page), action or page, **answers)


@pytest.fixture
async def desks(towns):
    """A browser at the desk of each of two towns that do not know each other."""

    async def an_admin(town):
        viewer = await town.somebody(f"desk_{next(NUMBERS)}")

        def promote(uow):
            account = uow.session.get_one(Account, viewer.account_id)
            account.role = Role.ADMIN
            uow.session.add(account)
            return account

        return await town.place.db.write(promote)

    for town in towns:
        await town.place.db.write(lambda uow: uow.session.exec(delete(Town)))
    annecy, rumilly = towns
    async with (
        a_browser(annecy.place, account=await an_admin(annecy)) as one,
        a_browser(rumilly.place, account=await an_admin(rumilly)) as other,
    ):
        yield one, other


async def test_two_desks_become_twins_and_part(towns, desks):
    (annecy, rumilly), (one, other) = towns, desks
    page = await one.get("/admin/towns")
    assert "None yet." in page.text
    answer = await submit(one, "/admin/towns", "/admin/towns/ask", host=f"http://{rumilly.domain}/")
    assert answer.headers["location"] == "/admin/towns"
    assert "has not answered yet" in (await one.get("/admin/towns")).text
    await settle(*towns)
    assert "would like to be your twin" in (await other.get("/admin")).text
    page = await other.get("/admin/towns")
    assert annecy.domain in page.text
    await press(other, page, "/admin/towns/answer", answer="accept")
    await settle(*towns)
    for browser, town in ((one, rumilly), (other, annecy)):
        page = await browser.get("/admin/towns")
        assert "twinned since" in page.text
        assert town.domain in page.text
    await press(one, await one.get("/admin/towns"), "/admin/towns/answer", answer="end")
    await settle(*towns)
    assert "twinned since" not in (await other.get("/admin/towns")).text
    assert not await rumilly.place.db.read(is_ally, annecy.domain)
    log = (await one.get("/admin/log")).text
    assert "Asked another town to be our twin" in log
    assert "Ended being twins with another town" in log


async def test_a_town_that_says_nothing_is_not_asked(towns, desks):
    for host in ("localhost:9", "x y", ""):
        answer = await submit(desks[0], "/admin/towns", "/admin/towns/ask", host=host)
        assert answer.status_code in {303, 422}
    assert "None yet." in (await desks[0].get("/admin/towns")).text


async def test_a_town_is_kept_out_and_let_in_again(towns, desks):
    annecy, browser = towns[0], desks[0]
    sent = {"host": "https://Spam.example/", "standing": "blocked", "note": "Publicité"}
    answer = await submit(browser, "/admin/towns/standing", **sent)
    assert answer.headers["location"] == "/admin/towns"
    page = await browser.get("/admin/towns")
    assert "spam.example" in page.text
    assert "Publicité" in page.text
    assert await annecy.place.db.read(standing_of, "a.spam.example") == Standing.BLOCKED
    changed = await browser.get("/admin/towns/standing", params={"host": "spam.example"})
    assert "Publicité" in changed.text
    sent |= {"standing": "known", "note": ""}
    await submit(browser, "/admin/towns/standing", **sent)
    assert await annecy.place.db.read(standing_of, "spam.example") == Standing.KNOWN
    wrong = await submit(browser, "/admin/towns/standing", host="x y", standing="blocked", note="")
    assert wrong.status_code == 422


async def test_the_desk_says_what_a_town_can_read_that_is_kept_out(towns, desks):
    """And how to end that."""
    annecy, browser = towns[0], desks[0]
    words, way = (
        "stays readable for whoever does not say who they are",
        "/admin/settings/neighbours",
    )
    page = await browser.get("/admin/towns/standing")
    assert words in page.text
    assert way in page.text
    await annecy.place.db.write(answer_signed_only, is_on=True, by=OPERATOR)
    assert words not in (await browser.get("/admin/towns/standing")).text
    await annecy.place.db.write(answer_signed_only, is_on=False, by=OPERATOR)


async def test_a_list_is_shown_before_it_is_taken(towns, desks):
    annecy, browser = towns[0], desks[0]
    listed = "#domain,#severity\nbad.example,suspend\nloud.example,silence\nno host\n"
    shown = await submit(browser, "/admin/towns/list", list=listed, step="look")
    assert "bad.example" in shown.text
    assert await annecy.place.db.read(standing_of, "bad.example") == Standing.KNOWN
    taken = await press(browser, shown, "/admin/towns/list", step="apply")
    assert taken.headers["location"] == "/admin/towns"
    assert await annecy.place.db.read(standing_of, "bad.example") == Standing.BLOCKED
    assert await annecy.place.db.read(standing_of, "loud.example") == Standing.LIMITED
    own = await browser.get("/admin/towns/list.csv")
    assert own.headers["content-type"].startswith("text/csv")
    assert "loud.example,silence" in own.text
    empty = await submit(browser, "/admin/towns/list", list="", step="look")
    assert empty.status_code == 422


async def test_among_allies_people_are_found_and_followed(towns, desks):
    """Where only allies are spoken to, twins can do together what open towns can."""
    annecy, rumilly = towns
    await annecy.place.towns.neighbours.look_at(rumilly.domain)
    await annecy.place.db.write(offer_twinning, annecy.url, rumilly.domain, by=OPERATOR)
    await settle(*towns)
    for town in towns:
        await town.place.db.write(change_federation, FederationMode.ALLIES, by=OPERATOR)
    lea = await annecy.somebody(f"lea_d{next(NUMBERS)}")
    max_ = await rumilly.somebody(f"max_d{next(NUMBERS)}", is_locked=False)
    try:
        with pytest.raises(Rejected):
            await annecy.finds(max_.handle, rumilly)
        await rumilly.place.db.write(accept_twinning, rumilly.url, annecy.domain, by=OPERATOR)
        await settle(*towns)
        there = await annecy.finds(max_.handle, rumilly)
        await annecy.place.db.write(follow_actor, lea, there)
        await settle(*towns)
        follow = await annecy.place.db.read(
            lambda session: session.get_one(Follow, (lea.actor_id, there)).state
        )
        assert follow == FollowState.ACCEPTED
    finally:
        for town in towns:
            await town.place.db.write(change_federation, FederationMode.OPEN, by=OPERATOR)
