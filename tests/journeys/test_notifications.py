"""The bell in a browser: it hears of what is new, and nothing moves under the reader's eyes."""

import re

import pytest
from playwright.async_api import expect

from tests.journeys.telling import opens_as, telling

pytestmark = pytest.mark.anyio


async def test_the_bell_hears_of_what_is_new_and_offers_to_show_it(visits, live):
    async with telling(live) as town:
        page = await opens_as(visits, town, town.marie, "/notifications")
        bell = page.locator(".bell")
        await expect(bell.locator(".bell-dot")).to_be_hidden()
        await expect(page.get_by_text("Nothing yet")).to_be_visible()
        await town.asks("ana")
        await expect(bell.locator(".bell-dot")).to_be_visible()
        await expect(bell).to_have_accessible_name("Notifications: 1 new one")
        offer = page.locator("[data-newest]")
        await expect(offer).to_contain_text("One new notification")
        await expect(page.get_by_text("Nothing yet")).to_be_visible()
        await offer.get_by_role("link", name="Show").click()
        line = page.get_by_role("link", name=re.compile("Ana would like to join"))
        await expect(line).to_be_visible()
        await expect(bell.locator(".bell-dot")).to_be_hidden()
        await line.click()
        await expect(page).to_have_url(re.compile(rf"/groups/{town.group}/desk$"))
