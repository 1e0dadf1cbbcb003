"""Coming in by an invitation: quickly, and with nothing lost when it does not go straight."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect
from sqlmodel import update

from fedparents import clock
from fedparents.accounts.models import EmailLink, InviteLink
from fedparents.db import UnitOfWork
from tests.journeys import steps
from tests.journeys.person import Somebody
from tests.journeys.rooms import database_of, opens
from tests.journeys.way import Way
from tests.journeys.words import Typed
from tests.rig.live import LivePlace

pytestmark = pytest.mark.anyio

PHONE = Way("fr", 360)
PLAIN = Way("en", 360, javascript=False)
WAYS = [pytest.param(way, id=str(way)) for way in (PHONE, PLAIN)]
SECONDS = 60
SCREENS_THAT_ASK = 6
# A phone at the school gate: 4G with a weak signal.
WEAK_SIGNAL = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}


async def test_six_screens_and_a_minute(live: LivePlace, somebody: Somebody) -> None:
    """From the QR code to home: each of six screens asks for one thing, the mailbox is between."""
    link = await opens(live)
    chloe = await somebody("Chloé", PHONE)
    await weakens_signal(chloe.page)
    begun = time.monotonic()
    await steps.comes_to_the_door(chloe, link)
    await steps.says_how_to_write(chloe)
    await steps.says_name(chloe)
    await steps.says_where(chloe, "92130")
    await chloe.sees("What we agree on")
    await steps.agrees(chloe)
    await chloe.presses("Create my account")
    await chloe.sees("Look into your mailbox")
    await chloe.goes_to((await chloe.gets_mail()).link)
    await chloe.sees("Is this your address?")
    await chloe.presses("Yes, it is mine")
    await chloe.sees("Hello %(name)s", name=chloe.name)
    assert time.monotonic() - begun < SECONDS
    asking = [screen for screen in chloe.screens[:-1] if screen != "Look into your mailbox"]
    assert len(asking) == SCREENS_THAT_ASK


@pytest.mark.parametrize("way", WAYS)
async def test_going_back_loses_nothing(live: LivePlace, somebody: Somebody, way: Way) -> None:
    """By the page's own button and by the browser's."""
    link = await opens(live)
    chloe = await somebody("Chloé", way)
    await steps.comes_to_the_door(chloe, link)
    await steps.says_how_to_write(chloe)
    await steps.says_name(chloe)
    await chloe.sees("Where do you live?")
    await chloe.presses("Back")
    await chloe.sees("What may neighbours call you?")
    await chloe.keeps("What may neighbours call you?", chloe.name)
    await chloe.presses("Back")
    await chloe.sees("How can we write to you?")
    await chloe.keeps("E-mail address", chloe.address)
    await chloe.keeps("Year in which you were born", steps.YEAR)
    await chloe.presses("Continue")
    await chloe.sees("What may neighbours call you?")
    await chloe.keeps("What may neighbours call you?", chloe.name)
    await chloe.presses("Continue")
    await steps.says_where(chloe, "92130")
    await chloe.sees("What we agree on")
    await chloe.page.go_back()
    await chloe.sees("Where do you live?")
    await chloe.keeps("Where do you live?", "92130")
    await chloe.page.go_back()
    await chloe.sees("What may neighbours call you?")
    await chloe.keeps("What may neighbours call you?", chloe.name)
    await chloe.page.go_forward()
    await chloe.page.go_forward()
    await chloe.sees("What we agree on")
    await chloe.presses(Typed(f"{chloe.words('Change')} {chloe.words('E-mail')}"))
    await chloe.sees("How can we write to you?")
    await chloe.keeps("E-mail address", chloe.address)


@pytest.mark.parametrize("way", WAYS)
async def test_a_mistake_is_shown_and_nothing_is_lost(
    live: LivePlace, somebody: Somebody, way: Way
) -> None:
    chloe = await somebody("Chloé", way)
    await steps.comes_to_the_door(chloe, await opens(live))
    await chloe.sees("How can we write to you?")
    await chloe.writes("E-mail address", "chloe at example")
    await chloe.writes("Year in which you were born", "nineteen")
    await chloe.presses("Continue")
    await expect(chloe.page.get_by_role("alert")).to_be_focused()
    await chloe.sees("How can we write to you?")
    await chloe.keeps("E-mail address", "chloe at example")
    await chloe.keeps("Year in which you were born", "nineteen")
    wrong = chloe.page.get_by_role("alert").get_by_role("link")
    assert await wrong.count() == 2
    await wrong.nth(1).press("Enter")
    await expect(chloe.field("Year in which you were born")).to_be_focused()
    await steps.says_how_to_write(chloe)
    await chloe.sees("What may neighbours call you?")


@pytest.mark.parametrize("way", WAYS)
async def test_a_form_that_was_open_too_long_is_kept_and_sent_again(
    live: LivePlace, somebody: Somebody, way: Way
) -> None:
    chloe = await somebody("Chloé", way)
    await steps.comes_to_the_door(chloe, await opens(live))
    await steps.says_how_to_write(chloe)
    await chloe.sees("What may neighbours call you?")
    await chloe.page.context.clear_cookies()  # as a browser does that forgets overnight
    await chloe.writes("What may neighbours call you?", chloe.name)
    await chloe.presses("Continue")
    await chloe.sees("This is not possible")
    await chloe.reads("This page was open for a long time, or somebody else has signed in since.")
    await chloe.presses("Send it again")
    await chloe.sees("Where do you live?")
    await chloe.presses("Back")
    await chloe.sees("What may neighbours call you?")
    await chloe.keeps("What may neighbours call you?", chloe.name)


async def test_links_that_lead_nowhere_say_so(live: LivePlace, somebody: Somebody) -> None:
    link = await opens(live)
    chloe = await somebody("Chloé", PHONE)
    await chloe.goes_to(link[:-1])
    await chloe.sees("We do not know this invitation")
    await steps.comes_to_the_door(chloe, link)
    await steps.says_how_to_write(chloe)
    await steps.says_name(chloe)
    await steps.says_where(chloe, "92130")
    await chloe.sees("What we agree on")
    await steps.agrees(chloe)
    await chloe.presses("Create my account")
    await chloe.sees("Look into your mailbox")
    mailed = (await chloe.gets_mail()).link
    await chloe.goes_to(mailed[:-1])
    await chloe.sees("This link is not complete")
    await grow_old(live)
    await chloe.goes_to(mailed)
    await chloe.sees("This link is too old")
    await chloe.goes_to(link)
    await chloe.sees("This invitation is over")


async def test_who_is_too_young_leaves_no_trace(live: LivePlace, somebody: Somebody) -> None:
    chloe = await somebody("Chloé", PHONE)
    await steps.comes_to_the_door(chloe, await opens(live))
    await chloe.sees("How can we write to you?")
    await chloe.writes("E-mail address", chloe.address)
    await chloe.writes("Year in which you were born", str(clock.now().year - 12))
    await chloe.presses("Continue")
    await chloe.sees("See you later")
    await chloe.page.go_back()
    await chloe.sees("How can we write to you?")
    assert not chloe.post.mails()
    assert chloe.address not in live.log


async def weakens_signal(page: Page) -> None:
    wire = await page.context.new_cdp_session(page)
    await wire.send("Network.enable")
    await wire.send("Network.emulateNetworkConditions", WEAK_SIGNAL)


async def grow_old(live: LivePlace) -> None:
    """All links and invitations ran out a moment ago."""

    def run_out(uow: UnitOfWork) -> None:
        for model in (EmailLink, InviteLink):
            uow.session.exec(update(model).values(expires_at=uow.now - timedelta(seconds=1)))

    async with database_of(live) as db:
        await db.write(run_out)
