"""Invitations: made, shown as link, code and poster, listed, ended."""

import io
import re
from xml.etree import ElementTree as ET

import pytest

from fedparents.accounts.invites import list_invites
from fedparents.accounts.models import InviteLink, Role
from fedparents.instance.models import Instance, Registrations
from tests.rig.builders import an_account, signed_in
from tests.rig.pages import form_with, submit
from tests.web.conftest import sign_in

PAGES = ["", "/new", "/1", "/1/qr.svg", "/1/poster", "/1/end"]


@pytest.fixture
async def ana(place, visitor):
    """Ana's browser; she is a member."""
    await sign_in(place, visitor, await an_account(place.db, "ana"))
    return visitor


@pytest.fixture
async def marie(place, new_visitor):
    """Marie's browser; she is the administrator."""
    browser = await new_visitor()
    await sign_in(place, browser, await an_account(place.db, "marie", role=Role.ADMIN))
    return browser


async def all_invites(place):
    account = await an_account(place.db, "driss", role=Role.MODERATOR)
    return await place.db.read(list_invites, await signed_in(place.db, account))


@pytest.mark.parametrize("page", PAGES)
async def test_strangers_are_asked_to_sign_in(visitor, page):
    answer = await visitor.get(f"/invites{page}")
    assert (answer.status_code, answer.headers["location"][:14]) == (303, "/sign-in?next=")


async def test_an_invitation_is_made_in_one_step(place, ana):
    answer = await submit(ana, "/invites/new", label="Poster at the nursery", uses="50", days="7")
    page = await ana.get(answer.headers["location"])
    assert "Your invitation is ready to be shared." in page.text
    (invite,) = await all_invites(place)
    assert (invite.uses_left, invite.label) == (50, "Poster at the nursery")
    assert f"http://issy.localhost/join/{invite.token}" in page.text
    assert "A volunteer lets each of them in." in page.text
    listed = await ana.get("/invites")
    assert "Poster at the nursery" in listed.text
    assert "Nobody has come yet" in listed.text


async def test_it_may_be_for_anybody_and_for_ever(place, ana):
    await submit(ana, "/invites/new", uses="", days="")
    (invite,) = await all_invites(place)
    assert (invite.uses_left, invite.expires_at) == (None, None)


async def test_sent_twice_it_is_one(place, ana):
    page = await ana.get("/invites/new")
    answers = [await submit(ana, page) for _ in range(2)]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert len(await all_invites(place)) == 1


@pytest.mark.parametrize(
    "answers",
    [
        {"uses": "0"},
        {"uses": "-1"},
        {"uses": "999999999999"},
        {"days": "1000"},
        {"days": "x"},
        {"label": "x" * 61},
        {"label": "x" * 10_000},
        {"label": "\x00"},
    ],
)
async def test_what_is_not_offered_is_not_made(place, ana, answers):
    answer = await submit(ana, "/invites/new", answers)
    assert answer.status_code == 422
    assert await all_invites(place) == []


async def test_only_moderators_let_people_straight_in(place, ana, marie):
    assert "They come straight in" not in (await ana.get("/invites/new")).text
    page = await ana.get("/invites/new")
    form = form_with(page.text, {"uses"})
    answer = await ana.post("/invites/new", data=form.answers | {"skips_approval": "yes"})
    assert answer.status_code == 422
    answer = await submit(marie, "/invites/new", skips_approval="yes")
    assert "They come straight in." in (await marie.get(answer.headers["location"])).text


async def test_members_see_their_own_and_moderators_see_all(place, ana, marie):
    hers = (await submit(ana, "/invites/new", label="Ana's")).headers["location"]
    other = (await submit(marie, "/invites/new", label="Marie's")).headers["location"]
    assert "Marie&#39;s" not in (await ana.get("/invites")).text
    listed = (await marie.get("/invites")).text
    assert "Ana&#39;s" in listed
    assert "by Ana" in listed
    assert (await marie.get(hers)).status_code == 200
    for page in ("", "/qr.svg", "/poster", "/end"):
        assert (await ana.get(f"{other}{page}")).status_code == 404


@pytest.mark.parametrize("number", ["1", "x", "9" * 18, "9" * 400, "-1", "%00", "1.0"])
async def test_invitations_that_never_were_are_not_found(ana, number):
    for page in ("", "/qr.svg", "/poster", "/end"):
        assert (await ana.get(f"/invites/{number}{page}")).status_code in (400, 404)


async def test_an_ended_one_brings_nobody_in(place, ana, new_visitor):
    made = (await submit(ana, "/invites/new", label="Gate")).headers["location"]
    (invite,) = await all_invites(place)
    assert "End this invitation?" in (await ana.get(f"{made}/end")).text
    answer = await submit(ana, f"{made}/end")
    assert answer.headers["location"] == "/invites"
    page = await ana.get(made)
    assert "This invitation is over" in page.text
    assert invite.token not in page.text
    assert "1 invitation that is over" in (await ana.get("/invites")).text
    stranger = await new_visitor()
    assert (await stranger.get(f"/join/{invite.token}")).status_code == 410


async def test_moderators_end_anybody_s(ana, marie):
    made = (await submit(ana, "/invites/new")).headers["location"]
    assert (await submit(marie, f"{made}/end")).status_code == 303
    assert "This invitation is over" in (await ana.get(made)).text


async def test_uses_are_counted_on_the_list(place, ana):
    made = (await submit(ana, "/invites/new", uses="10")).headers["location"]

    def use(uow):
        invite = uow.session.get_one(InviteLink, int(made.rsplit("/", 1)[1]))
        invite.use_count, invite.uses_left = 3, 7
        uow.session.add(invite)

    await place.db.write(use)
    listed = (await ana.get("/invites")).text
    assert "3 people have come" in listed
    assert "for 7 more" in listed


async def test_the_code_is_a_picture_of_the_link(place, ana):
    made = (await submit(ana, "/invites/new")).headers["location"]
    answer = await ana.get(f"{made}/qr.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "private" in answer.headers["cache-control"]
    picture = ET.parse(io.BytesIO(answer.content)).getroot()  # noqa: S314 - we made it
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    assert "style" not in answer.text
    assert "viewBox" in picture.attrib


async def test_the_poster_can_be_read_without_a_camera(place, ana):
    made = (await submit(ana, "/invites/new", days="30")).headers["location"]
    page = await ana.get(f"{made}/poster")
    (invite,) = await all_invites(place)
    words = re.sub(r"<[^>]+>", " ", page.text)
    assert f"issy.localhost/join/{invite.token}" in words
    assert "Parents d&#39;Issy" in words
    assert "Valid until" in words
    assert f'src="{made}/qr.svg"' in page.text


async def test_where_nobody_may_join_the_page_says_so(place, ana):
    def close(uow):
        instance = uow.session.get_one(Instance, 1)
        instance.registrations = Registrations.CLOSED
        uow.session.add(instance)

    await place.db.write(close)
    assert "invitations bring nobody in" in (await ana.get("/invites")).text


@pytest.mark.parametrize("label", ["<script>alert(1)</script>", "'; DROP TABLE invite_link;--"])
async def test_notes_are_shown_as_typed(ana, label):
    made = (await submit(ana, "/invites/new", label=label)).headers["location"]
    for page in (made, "/invites"):
        text = (await ana.get(page)).text
        assert "<script>alert" not in text
        assert "alert(1)" in text or "DROP TABLE invite_link" in text
