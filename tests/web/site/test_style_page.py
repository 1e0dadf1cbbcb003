"""Every piece of the design system in a real browser: readable, reachable, inside the screen."""

from collections.abc import Awaitable, Callable
from itertools import product

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.rig.browser import DESKTOP, LENGTHEN, PHONE, TOO_WIDE, Device, Visits
from tests.rig.live import LivePlace

pytestmark = pytest.mark.anyio

VIEWS = ("parts", "forms", "bare", "error", "confirm")
THEMES = ("light", "dark", "contrast")
LANGUAGES = ("fr", "en", "th")


async def test_every_piece_is_accessible_in_every_theme(
    visits: Visits, shared_live: LivePlace, axe: Callable[[Page], Awaitable[None]]
) -> None:
    page = await visits.open(shared_live.url)
    for view, theme in product(VIEWS, THEMES):
        await page.goto(f"/dev/style?show={view}&theme={theme}&in=fr")
        await axe(page)


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_no_language_and_no_longer_word_leaves_the_screen(
    visits: Visits, shared_live: LivePlace, screen: ViewportSize
) -> None:
    page = await visits.open(shared_live.url, Device(viewport=screen))
    for view, language in product(VIEWS, LANGUAGES):
        await page.goto(f"/dev/style?show={view}&in={language}")
        assert not await page.evaluate(TOO_WIDE), f"{view} in {language}"
        await page.evaluate(LENGTHEN)
        assert not await page.evaluate(TOO_WIDE), f"{view} in longer {language}"


async def test_mistakes_are_read_first(visits: Visits, shared_live: LivePlace) -> None:
    for javascript in (True, False):
        page = await visits.open(shared_live.url, Device(javascript=javascript))
        await page.goto("/dev/style?show=forms")
        await expect(page.locator("#error-summary")).to_be_focused()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator("#field-email")).to_be_focused()
