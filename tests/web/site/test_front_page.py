"""What a visitor sees first: what this place is, and the door as it stands."""

from __future__ import annotations

import re

import pytest

from fedparents.accounts.models import AccountState, Role
from fedparents.authority import OPERATOR
from fedparents.db import UnitOfWork
from fedparents.instance.models import LegalKind, Registrations
from fedparents.instance.queries import get_instance
from fedparents.instance.service import write_legal_page
from tests.rig.builders import an_account, open_the_doors
from tests.rig.visitors import a_browser, signed_in_as

KILOBYTE = 1000


@pytest.fixture
async def place(runtime):
    await runtime.db.write(open_the_doors)
    return runtime


async def test_it_says_what_this_place_is_and_shows_the_ways_in(place):
    async with a_browser(place) as visitor:
        page = await visitor.get("/")
    assert page.status_code == 200
    assert '<h1 id="welcome" tabindex="-1">Parents d&#39;Issy</h1>' in page.text
    assert "Les parents d&#39;Issy s&#39;entraident." in page.text
    for link in ("/join", "/sign-in", "/legal/legal_notice", "/legal/privacy", "/legal/contact"):
        assert f'href="{link}"' in page.text
    assert "I have an invitation" in page.text
    assert "INSEE" in page.text


async def test_without_a_sentence_of_its_own_it_has_ours(place):
    def forget(uow: UnitOfWork) -> None:
        get_instance(uow.session).tagline = ""

    await place.db.write(forget)
    async with a_browser(place) as visitor:
        assert "run by the parents themselves" in (await visitor.get("/")).text


@pytest.mark.parametrize(
    ("registrations", "words", "can_join"),
    [
        (Registrations.APPROVED, "then somebody from here answers you", True),
        (Registrations.OPEN, "It takes two minutes.", True),
        (Registrations.INVITED, "One joins by invitation", False),
        (Registrations.CLOSED, "New accounts are not accepted at the moment.", False),
    ],
)
async def test_it_says_kindly_how_the_door_stands(place, registrations, words, can_join):
    def change(uow: UnitOfWork) -> None:
        get_instance(uow.session).registrations = registrations

    await place.db.write(change)
    async with a_browser(place) as visitor:
        page = await visitor.get("/")
    assert words in page.text
    assert ('href="/join"' in page.text) is can_join


async def test_when_too_many_wait_it_asks_to_come_back(place, db):
    def fill(uow: UnitOfWork) -> None:
        get_instance(uow.session).waiting_at_most = 1

    await db.write(fill)
    account = await an_account(db, "bao")

    def wait(uow: UnitOfWork) -> None:
        found = uow.session.get_one(type(account), account.id)
        found.state = AccountState.APPROVAL_PENDING

    await db.write(wait)
    async with a_browser(place) as visitor:
        assert "Please come back tomorrow." in (await visitor.get("/")).text


async def test_while_a_legal_page_has_gaps_it_is_still_being_prepared(place, db):
    await db.write(write_legal_page, LegalKind.PRIVACY, "fr", "[… qui ? …]", by=OPERATOR)
    async with a_browser(place) as visitor:
        page = await visitor.get("/")
    assert "still being prepared" in page.text
    assert 'href="/join"' not in page.text


async def test_whoever_is_signed_in_has_a_home_instead(place):
    async with signed_in_as(place, Role.MEMBER) as ana:
        assert 'id="welcome"' not in (await ana.get("/")).text


async def test_a_first_visit_fetches_little(place):
    """Sixty kilobytes, as a phone counts them: page, styles, scripts, pictures, compressed."""
    async with a_browser(place) as visitor:
        visitor.headers["Accept-Encoding"] = "gzip"
        page = await visitor.get("/")
        fetched = page.num_bytes_downloaded
        files = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page.text))
        later = {name for name in files if name.endswith(".png")}  # only when it is installed
        for name in files - later:
            response = await visitor.get(name)
            assert response.status_code == 200
            fetched += response.num_bytes_downloaded
    assert fetched <= 60 * KILOBYTE
