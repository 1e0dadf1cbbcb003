"""What people do on the pages of people, by their forms."""

import pytest

from fedparents import clock
from fedparents.social.filters import FilterDraft, create_filter
from fedparents.social.follows import follow_actor
from fedparents.social.matching import Word
from fedparents.social.models import FilterAction, FilterContext
from fedparents.social.queries import list_filters, list_relationships
from tests.rig.builders import an_account, signed_in
from tests.rig.pages import fill_in, form_with, forms_of, submit
from tests.web.conftest import sign_in

pytestmark = pytest.mark.anyio


NOWHERE: dict[str, str | list[str]] = {context: [] for context in FilterContext}


@pytest.fixture
async def people(place):
    """Ana and Bao, neither of whom is on the phone yet."""
    accounts = {name: await an_account(place.db, name) for name in ("ana", "bao")}
    return {
        name: (account, await signed_in(place.db, account)) for name, account in accounts.items()
    }


@pytest.fixture
async def ana(place, people, visitor):
    await sign_in(place, visitor, people["ana"][0])
    return people["ana"][1]


@pytest.fixture
def bao(people):
    return people["bao"][1]


async def press(visitor, page, action):
    """Send the form on a page that goes to this address, and follow to where it leads."""
    if isinstance(page, str):
        page = await visitor.get(page)
    found = next(form for form in forms_of(page.text) if form.action == action)
    origin = str(visitor.base_url).rstrip("/")
    answer = await visitor.post(action, data=found.answers, headers={"Origin": origin})
    assert answer.status_code == 303, answer.text
    return await visitor.get(answer.headers["location"])


async def between(place, viewer, other):
    found = await place.db.read(list_relationships, viewer, [other.actor_id], now=clock.now())
    return found[0]


async def test_asking_to_follow_and_being_let(place, visitor, people, ana, bao):
    page = await press(visitor, "/@bao", "/@bao/follow")
    assert "Bao will see that you ask to follow." in page.text
    assert "You have asked to follow Bao." in page.text
    await sign_in(place, visitor, people["bao"][0])
    settings = await visitor.get("/settings")
    assert "1 person asks to follow you." in settings.text
    page = await press(visitor, "/settings/people/requests", "/@ana/accept")
    assert str(page.url).endswith("/settings/people/requests")
    assert "This person follows you now." in page.text
    assert "follows you" in (await visitor.get("/@ana")).text
    assert (await between(place, ana, bao)).is_following
    page = await press(visitor, "/settings/people/followers", "/@ana/remove-follower")
    assert "This person follows you no longer." in page.text
    assert not (await between(place, ana, bao)).is_following


async def test_a_request_is_declined_on_the_profile(place, visitor, people, ana, bao):
    await place.db.write(follow_actor, bao, ana.actor_id)
    page = await visitor.get("/@bao")
    assert "Bao asks to follow you" in page.text
    page = await press(visitor, page, "/@bao/reject")
    assert "Declined. Nobody is told." in page.text
    assert (await between(place, bao, ana)).follow is None


async def test_a_request_that_was_taken_back_is_said_to_be(visitor, place, ana, bao):
    await place.db.write(follow_actor, bao, ana.actor_id)
    page = await visitor.get("/@bao")
    await press(visitor, page, "/@bao/accept")
    page = await press(visitor, page, "/@bao/accept")
    assert "There is no such request, or it has been decided already." in page.text


async def test_muting_for_a_week(place, visitor, ana, bao):
    page = await submit(visitor, "/@bao/mute", days="7")
    assert page.headers["location"] == "/@bao"
    page = await visitor.get("/@bao")
    assert "You have muted Bao until" in page.text
    days = ((await between(place, ana, bao)).mute.until_at - clock.now()).days
    assert days in (6, 7)
    page = await press(visitor, "/settings/people/muted", "/@bao/unmute")
    assert "You have muted nobody." in page.text
    page = await submit(visitor, "/@bao/mute", days="never")
    assert page.status_code == 422
    assert "Please say for how long." in page.text


async def test_blocking_says_what_it_does_first(place, visitor, ana, bao):
    page = await visitor.get("/@bao/block")
    assert "You no longer read each other" in page.text
    assert not (await between(place, ana, bao)).is_blocking
    page = await press(visitor, page, "/@bao/block")
    assert "You have blocked Bao" in page.text
    assert not any(form.action == "/@bao/follow" for form in forms_of(page.text))
    page = await press(visitor, "/settings/people/blocked", "/@bao/unblock")
    assert "You have blocked nobody." in page.text
    assert not (await between(place, ana, bao)).is_blocking


async def test_a_note_is_for_its_writer(place, visitor, people, ana):
    await submit(visitor, "/@bao/note", note="Chante avec nous.")
    assert "Chante avec nous." in (await visitor.get("/@bao")).text
    page = await submit(visitor, "/@bao/note", note="x" * 1001)
    assert page.status_code == 422
    await sign_in(place, visitor, people["bao"][0])
    for path in ("/@bao", "/@ana", "/settings"):
        assert "Chante avec nous." not in (await visitor.get(path)).text


async def test_a_profile_shows_what_its_owner_chose(place, visitor, people, ana):
    page = await visitor.get("/settings/profile")
    form = form_with(page.text, {"followers"})
    assert form.answers["followers"] == ["asked"]
    assert not {"shows_place", "is_discoverable", "is_indexable"} & set(form.answers)
    await fill_in(
        page, bio="Je couds.\n\n<b>Le mardi</b>", followers="open", is_indexable="yes"
    ).send(visitor)
    page = await visitor.get("/@ana")
    assert "Je couds.\n\n&lt;b&gt;Le mardi&lt;/b&gt;" in page.text
    assert "This is how your neighbours see you." in page.text
    await sign_in(place, visitor, people["bao"][0])
    page = await press(visitor, "/@ana", "/@ana/follow")
    assert "You follow Ana now." in page.text


async def test_a_bio_is_bounded(visitor, ana):
    answer = await submit(visitor, "/settings/profile", bio="x" * 501)
    assert answer.status_code == 422
    assert "x" * 501 in answer.text


async def test_capitals_lead_to_the_one_address(visitor, ana):
    assert (await visitor.get("/@BAO")).headers["location"] == "/@bao"


@pytest.mark.parametrize(
    "handle",
    [
        "%00",
        "ana%00",
        "a" * 400,
        "%3Cscript%3E",
        "ana.",
        "%E2%80%AEana",
        "an%C3%A0",
        "-1",
        "%2e%2e",
    ],
)
async def test_names_that_nobody_has(visitor, ana, handle):
    for page in ("", "/mute", "/block", "/note"):
        answer = await visitor.get(f"/@{handle}{page}")
        assert answer.status_code == 404


async def test_words_to_be_spared(place, visitor, ana):
    page = await visitor.get("/settings/filters")
    assert "No words yet" in page.text
    page = await submit(
        visitor, "/settings/filters/new", texts="élections\nmeeting", days="30", public=[]
    )
    assert page.headers["location"] == "/settings/filters"
    (view,) = await place.db.read(list_filters, ana)
    assert view.filter.title == "élections, meeting"
    assert FilterContext.PUBLIC not in view.filter.places
    assert (view.filter.expires_at - clock.now()).days in (29, 30)
    path = f"/settings/filters/{view.filter.id}"
    page = await visitor.get(path)
    assert form_with(page.text, {"texts"}).answers["days"] == ["keep"]
    await submit(visitor, page, texts="élections", action="hide")
    (after,) = await place.db.read(list_filters, ana)
    assert after.filter.expires_at == view.filter.expires_at
    assert after.filter.action == FilterAction.HIDE
    assert [word.text for word in after.words] == ["élections"]
    page = await press(visitor, path, f"{path}/delete")
    assert "No words yet" in page.text


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"texts": " "}, "Please write at least one word."),
        ({"texts": "..."}, "Please use at least one letter or digit in each word."),
        ({"texts": "x" * 101}, "Please shorten this to 100 characters or fewer."),
        (
            {"texts": "a\nb", **NOWHERE},
            "Please choose at least one place.",
        ),
        ({"texts": "\n".join(f"mot{n}" for n in range(201))}, "200 words at most"),
        ({"texts": "a", "title": "x" * 101}, "Please shorten this to 100 characters or fewer."),
    ],
)
async def test_what_a_filter_cannot_be(place, visitor, ana, answers, said):
    page = await submit(visitor, "/settings/filters/new", answers)
    assert page.status_code == 422
    assert said in page.text
    assert await place.db.read(list_filters, ana) == []


async def test_a_filter_sent_twice_is_one(place, visitor, ana):
    filled = fill_in(await visitor.get("/settings/filters/new"), texts="loto")
    for _ in range(2):
        assert (await filled.send(visitor)).status_code == 303
    assert len(await place.db.read(list_filters, ana)) == 1


async def test_filters_of_others_are_not_there(place, visitor, ana, bao):
    draft = FilterDraft("Pub", [FilterContext.HOME], words=[Word("promo")])
    made = await place.db.write(create_filter, bao, draft)
    assert (await visitor.get(f"/settings/filters/{made.id}")).status_code == 404
    page = await visitor.get("/settings/filters/new")
    token = form_with(page.text, {"texts"}).answers["csrf_token"]
    answer = await visitor.post(
        f"/settings/filters/{made.id}/delete",
        data={"csrf_token": token},
        headers={"Origin": place.settings.base_url},
    )
    assert answer.status_code == 404
    assert len(await place.db.read(list_filters, bao)) == 1


@pytest.mark.parametrize("before", ["x", "-1", "9" * 19, "1 2"])
async def test_a_page_that_cannot_be_is_not_there(visitor, ana, before):
    answer = await visitor.get("/settings/people/blocked", params={"before": before})
    assert answer.status_code == 404


async def test_a_button_never_leads_to_another_site(place, visitor, ana, bao):
    await place.db.write(follow_actor, ana, bao.actor_id)
    page = await visitor.get("/settings/people")
    found = next(form for form in forms_of(page.text) if form.action == "/@bao/unfollow")
    answer = await visitor.post(
        found.action,
        data=found.answers | {"back": "//evil.example"},
        headers={"Origin": place.settings.base_url},
    )
    assert answer.headers["location"] == "/@bao"
