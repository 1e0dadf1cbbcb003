"""A group from its first question to somebody who leaves it, on two devices."""

from __future__ import annotations

import re
import time

import pytest
from playwright.async_api import Page, expect

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import open_session
from fedparents.db import Database, UnitOfWork
from tests.journeys.days import settings_of
from tests.journeys.rooms import database_of
from tests.rig.browser import Device, Visits
from tests.rig.builders import an_account, open_the_doors
from tests.rig.live import LivePlace
from web.auth.cookies import CookieNames

pytestmark = pytest.mark.anyio
SECONDS_TO_FOUND = 120


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "plain"])
async def test_a_group_from_founding_to_leaving(
    live: LivePlace, visits: Visits, axe, javascript: bool
) -> None:
    async with database_of(live) as db:
        await db.write(open_the_doors, domain=f"localhost:{live.port}")
        accounts = [await an_account(db, name, language="en") for name in ("marie", "ana")]
        cookies = [await _session(db, live, account) for account in accounts]
    marie, ana = [await _device(visits, live, cookie, javascript) for cookie in cookies]
    check = axe if javascript else _nothing  # axe is itself a script
    begun = time.monotonic()
    await _founds(marie)
    await marie.get_by_role("button", name="Make the link").click()
    await expect(marie.get_by_role("img", name="QR code of the invitation")).to_be_visible()
    link = await marie.locator(".value").inner_text()
    await marie.get_by_role("link", name="Poster to print").click()
    await expect(marie.get_by_role("heading", level=1)).to_have_text("Choir of Issy")
    assert time.monotonic() - begun < SECONDS_TO_FOUND
    await check(marie)
    await ana.goto(link)
    await expect(ana.get_by_role("button", name="Join the group")).to_be_visible()
    await ana.goto(f"{live.url}/groups")
    await ana.get_by_role("link", name="Choir of Issy").click()
    await ana.get_by_label("What connects you with this group?").fill("I sing.")
    await check(ana)
    await ana.get_by_role("button", name="Ask to join").click()
    await expect(ana.get_by_text("Your request is on its way")).to_be_visible()
    await marie.goto(live.url)
    await marie.get_by_role("link", name=re.compile("1 thing waits in Choir of Issy")).click()
    await expect(marie.get_by_text("I sing.")).to_be_visible()
    await check(marie)
    await marie.get_by_role("button", name="Let in").click()
    await expect(marie.get_by_text("Ana is in the group now.")).to_be_visible()
    await ana.reload()
    await expect(ana.get_by_role("heading", name="Nobody has said anything yet")).to_be_visible()
    await check(ana)
    await ana.get_by_role("link", name="About").click()
    await expect(ana.get_by_role("heading", name="Who is here")).to_be_visible()
    await ana.get_by_role("link", name="Your place in the group").click()
    await ana.get_by_role("link", name="Leave the group").click()
    await ana.get_by_role("button", name="Leave the group").click()
    await expect(ana.get_by_text("You have left Choir of Issy.")).to_be_visible()


async def _nothing(_page: Page) -> None:
    pass


async def _founds(page: Page) -> None:
    await page.get_by_role("link", name="Groups").first.click()
    await page.get_by_role("link", name="Found a group").click()
    await expect(page.get_by_role("radio", name="Those whom you let in")).to_be_checked()
    for step in ("1", "2", "3"):
        # One answer, one click: the same button stands on the next screen.
        await expect(page.locator("main [name=step]")).to_have_value(step)
        await page.get_by_role("button", name="Continue").click()
    await page.get_by_label("Name of the group").fill("Choir of Issy")
    await page.get_by_label("What is it for?").fill("We sing on Wednesdays.")
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("button", name="Found the group").click()


async def _session(db: Database, live: LivePlace, account: Account) -> tuple[str, str]:
    """The cookie of a browser that has signed in."""

    def sign_in(uow: UnitOfWork) -> str:
        again = uow.session.get_one(Account, account.id)
        return open_session(uow, again, browser="a-browser", device="Chromium, Linux")

    return CookieNames.of(settings_of(live)).session, await db.write(sign_in)


async def _device(
    visits: Visits, live: LivePlace, cookie: tuple[str, str], javascript: bool
) -> Page:
    page = await visits.open(device=Device(javascript=javascript))
    name, value = cookie
    await page.context.add_cookies([{"name": name, "value": value, "url": live.url}])
    await page.goto(live.url)
    return page
