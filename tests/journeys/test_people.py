"""Two neighbours: one follows the other, then wants to be left in peace."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import open_session
from fedparents.db import Database, UnitOfWork
from tests.journeys.days import settings_of
from tests.journeys.rooms import database_of
from tests.rig.browser import Device, Visits
from tests.rig.builders import a_group, a_viewer, an_account, join, open_the_doors, signed_in
from tests.rig.live import LivePlace
from web.auth.cookies import CookieNames

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "plain"])
async def test_following_and_being_left_in_peace(
    live: LivePlace, visits: Visits, axe, javascript: bool
) -> None:
    async with database_of(live) as db:
        await db.write(open_the_doors, domain=f"localhost:{live.port}")
        marie = await a_viewer(db, "marie")
        group = await a_group(db, marie)
        cookies = []
        for name in ("ana", "bao"):
            account = await an_account(db, name, language="en")
            await join(db, await signed_in(db, account), group, marie)
            cookies.append(await _session(db, live, account))
    ana, bao = [await _device(visits, live, cookie, javascript) for cookie in cookies]
    check = axe if javascript else _nothing  # axe is itself a script

    await ana.goto(f"{live.url}/groups/{group}/members")
    await ana.get_by_role("link", name="Bao").click()
    await expect(ana.get_by_role("link", name="Parents du Corentin")).to_be_visible()
    await ana.get_by_role("button", name="Ask to follow").click()
    await expect(ana.get_by_text("You have asked to follow Bao.")).to_be_visible()
    await check(ana)

    await bao.goto(f"{live.url}/settings")
    await expect(bao.get_by_text("1 person asks to follow you.")).to_be_visible()
    await bao.get_by_role("link", name=re.compile("Following and followers")).click()
    await check(bao)
    await bao.get_by_role("button", name="Accept").click()
    await expect(bao.get_by_text("This person follows you now.")).to_be_visible()
    await ana.reload()
    await expect(ana.get_by_role("button", name="Follow no longer")).to_be_visible()

    await bao.goto(f"{live.url}/@ana")
    await bao.get_by_role("link", name="Block").click()
    await expect(bao.get_by_text("You no longer read each other")).to_be_visible()
    await check(bao)
    await bao.get_by_role("button", name="Block").click()
    await expect(bao.get_by_text("You have blocked Ana", exact=True)).to_be_visible()

    # Her open page is of nobody from now on, whatever she does with it.
    await ana.get_by_role("link", name="Mute").click()
    await expect(ana.get_by_role("heading", level=1)).to_have_text("Nothing here")
    await ana.goto(f"{live.url}/groups/{group}/members")
    await expect(ana.get_by_text("3 members.")).to_be_visible()
    await expect(ana.get_by_role("link", name="Marie")).to_be_visible()
    await expect(ana.get_by_role("link", name="Bao")).to_have_count(0)

    await bao.goto(f"{live.url}/settings/people/blocked")
    await bao.get_by_role("button", name="Lift the block").click()
    await expect(bao.get_by_text("You have blocked nobody.")).to_be_visible()
    await ana.goto(f"{live.url}/@bao")
    await expect(ana.get_by_role("button", name="Ask to follow")).to_be_visible()


async def _nothing(_page: Page) -> None:
    pass


async def _session(db: Database, live: LivePlace, account: Account) -> tuple[str, str]:
    def come_in(uow: UnitOfWork) -> str:
        again = uow.session.get_one(Account, account.id)
        return open_session(uow, again, browser="a-phone", device="Firefox, Android")

    return CookieNames.of(settings_of(live)).session, await db.write(come_in)


async def _device(
    visits: Visits, live: LivePlace, cookie: tuple[str, str], javascript: bool
) -> Page:
    page = await visits.open(live.url, Device(language="en", javascript=javascript))
    name, value = cookie
    await page.context.add_cookies([{"name": name, "value": value, "url": live.url}])
    return page
