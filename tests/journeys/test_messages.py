"""Writing to each other on two phones: a stranger's request, and a talk that is live."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Page, expect

from fedparents.accounts.models import Account
from fedparents.db import Database
from tests.journeys.days import settings_of
from tests.journeys.rooms import database_of
from tests.rig.browser import Device, Visits
from tests.rig.builders import a_group, an_account, join, open_the_doors, signed_in
from tests.rig.live import LivePlace
from tests.rig.photos import a_file, scene
from tests.rig.visitors import open_one
from web.auth.cookies import CookieNames

pytestmark = pytest.mark.anyio
SECONDS_UNTIL_SEEN = 2
PROMISE = "whoever runs this place could technically read them"


@dataclass
class Street:
    """Ana and Bao are in Marie's group, Chloé is in none."""

    place: LivePlace
    db: Database
    visits: Visits
    accounts: dict[str, Account]

    async def phone(self, name: str, *, javascript: bool = True) -> Page:
        token = await self.db.write(open_one, self.accounts[name].id)
        page = await self.visits.open(device=Device(javascript=javascript))
        cookie = CookieNames.of(settings_of(self.place)).session
        await page.context.add_cookies([{"name": cookie, "value": token, "url": self.place.url}])
        await page.goto(self.place.url)
        return page


@pytest.fixture
async def street(live: LivePlace, visits: Visits) -> AsyncIterator[Street]:
    async with database_of(live) as db:
        await db.write(open_the_doors, domain=settings_of(live).domain)
        names = ("marie", "ana", "bao", "chloe")
        accounts = {name: await an_account(db, name, language="en") for name in names}
        marie, ana, bao = [await signed_in(db, accounts[name]) for name in names[:3]]
        group = await a_group(db, marie)
        for viewer in (ana, bao):
            await join(db, viewer, group, marie)
        yield Street(live, db, visits, accounts)


async def writes(page: Page, text: str) -> None:
    await page.get_by_label("Your message").fill(text)
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".letter").last).to_contain_text(text[:8])


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "plain"])
async def test_a_stranger_is_heard_and_not_trusted(street: Street, axe, javascript: bool) -> None:
    chloe = await street.phone("chloe", javascript=javascript)
    await chloe.goto(f"{street.place.url}/@ana")
    await chloe.get_by_role("link", name="Write to Ana").click()
    await expect(chloe.get_by_text("You share no group with Ana")).to_be_visible()
    await expect(chloe.locator("input[type=file]")).to_have_count(0)
    await writes(chloe, "Bonjour ! http://example.org/a ![](http://example.org/b.png)")
    await expect(chloe.get_by_text(PROMISE)).to_have_count(1)
    ana = await street.phone("ana", javascript=javascript)
    asked: list[str] = []
    ana.on("request", lambda request: asked.append(request.url))
    await expect(ana.locator(".room-dot")).to_be_hidden()
    await ana.get_by_role("link", name="Messages").click()
    await ana.get_by_role("link", name="1 person whom you do not know yet").click()
    await ana.get_by_role("link", name="Chloe").click()
    letter = ana.locator(".letter")
    await expect(letter).to_contain_text("http://example.org/a")
    await expect(letter.get_by_role("link")).to_have_count(0)
    await expect(letter.get_by_role("img")).to_have_count(0)
    await expect(ana.get_by_label("Your message")).to_have_count(0)
    if javascript:
        await axe(ana)
    await ana.get_by_role("button", name="Accept").click()
    await expect(ana.get_by_text("You can write to each other now.")).to_be_visible()
    await expect(letter.get_by_role("link", name="example.org/a")).to_be_visible()
    assert not [address for address in asked if "example.org" in address]
    await writes(ana, "Bonjour Chloé.")
    await chloe.reload()
    await expect(chloe.get_by_text("Bonjour Chloé.")).to_be_visible()
    await chloe.get_by_text("Add photos").click()
    await chloe.locator("input[type=file]").set_input_files(
        {"name": "vélo.jpg", "mimeType": "image/jpeg", "buffer": a_file(scene(800, 600))}
    )
    if javascript:
        await expect(chloe.locator(".photo-list li")).to_have_count(1)
    await chloe.get_by_role("button", name="Send").click()
    await expect(chloe.locator(".letter img")).to_be_visible()
    await ana.reload()
    await expect(ana.locator(".letter img")).to_have_js_property("naturalWidth", 480)


async def test_a_talk_is_live_and_nobody_loses_what_they_type(street: Street) -> None:
    ana, bao = await street.phone("ana"), await street.phone("bao")
    await ana.goto(f"{street.place.url}/@bao/write")
    await writes(ana, "Tu viens chanter jeudi ?")
    await expect(bao.locator(".room-dot")).to_be_visible()
    await bao.get_by_role("link", name="Messages").click()
    await bao.get_by_role("link", name="Ana").click()
    await expect(bao.locator(".room-dot")).to_be_hidden()
    await ana.get_by_label("Your message").fill("Et apporte tes")
    began = time.monotonic()
    await writes(bao, "Oui, avec plaisir.")
    await expect(ana.locator(".letter").last).to_contain_text("Oui, avec plaisir.")
    assert time.monotonic() - began < SECONDS_UNTIL_SEEN
    await expect(ana.get_by_label("Your message")).to_have_value("Et apporte tes")
    await expect(ana.locator(".room-dot")).to_be_hidden()
    await expect(ana.locator(".letter")).to_have_count(2)
    await ana.reload()
    await expect(ana.locator(".letter")).to_have_count(2)
