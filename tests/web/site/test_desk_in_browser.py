"""The wizard and the desk in a real browser: by keyboard, without scripts, for every eye."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from tests.rig.browser import DESKTOP, PHONE, Device, Visits
from tests.rig.live import LivePlace

PASSWORD = "trois petits chats gris"
DESK = (
    "/admin",
    "/admin/requests",
    "/admin/accounts",
    "/admin/settings",
    "/admin/settings/place",
    "/admin/settings/joining",
    "/admin/settings/neighbours",
    "/admin/settings/mail",
    "/admin/settings/retention",
    "/admin/settings/communes",
    "/admin/texts",
    "/admin/texts/privacy/en",
    "/admin/jobs",
    "/admin/health",
    "/setup/done",
    "/legal/privacy",
    "/legal/legal_notice",
    "/legal/rules",
)
TOO_WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"
Look = Callable[[Page], Awaitable[None]]


async def nothing(_page: Page) -> None:
    pass


async def type_into(page: Page, answers: dict[str, str]) -> None:
    """As somebody who has no mouse: to the field, write, and on."""
    for name, words in answers.items():
        await page.focus(f"#field-{name}")
        await page.keyboard.press("ControlOrMeta+a")
        await page.keyboard.type(words)


async def send(page: Page, button: str) -> None:
    await page.get_by_role("button", name=button, exact=True).focus()
    await page.keyboard.press("Enter")


async def set_up(page: Page, look: Look = nothing) -> None:
    """All seven questions by keyboard; `look` sees each page."""
    await page.goto("/")
    await look(page)
    await page.get_by_role("radio", name="English").focus()
    await page.keyboard.press("Space")
    await send(page, "Continue")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Who are you?")
    await look(page)
    await send(page, "Continue")
    await expect(page.locator("#error-summary")).to_be_focused()
    await look(page)
    await type_into(page, {"name": "Parents of Issy", "contact_email": "marie@issy.example"})
    await send(page, "Continue")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Who looks after this place?")
    await look(page)
    await type_into(
        page, {"name": "Marie", "handle": "marie", "email": "m@issy.example", "password": PASSWORD}
    )
    await send(page, "Create my account")
    for title in ("Who may join?", "Whom does this place talk to?"):
        await expect(page.get_by_role("heading", level=1)).to_have_text(title)
        await look(page)
        await send(page, "Continue")
    await expect(page.get_by_role("heading", level=1)).to_have_text("What the law asks you to say")
    await page.wait_for_load_state()
    await look(page)
    gaps = await page.locator("input[name^=gap-]").evaluate_all("all => all.map(one => one.name)")
    await type_into(page, dict.fromkeys(gaps, "12 rue des Écoles"))
    await send(page, "Continue")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Do mails arrive?")
    await send(page, "Send the test mail")
    await expect(page.get_by_role("link", name="Read it here")).to_be_visible()
    await look(page)
    await send(page, "Finish")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Your place is ready")
    await look(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
async def test_a_volunteer_sets_a_place_up_by_keyboard_alone(
    visits: Visits, live: LivePlace, javascript: bool
) -> None:
    page = await visits.open(live.url, Device(javascript=javascript))
    await set_up(page)
    await page.get_by_role("link", name="Go to your desk").click()
    await expect(page.get_by_role("heading", name="What waits")).to_be_visible()
    stranger = await visits.open(live.url, Device(javascript=javascript))
    await expect(stranger.get_by_role("link", name="Join")).to_be_visible()


async def test_wizard_desk_and_legal_pages_are_for_everybody(
    visits: Visits, live: LivePlace, axe: Look
) -> None:
    async def look(page: Page) -> None:
        for colours in ("light", "dark"):
            await page.emulate_media(color_scheme=colours)
            await axe(page)
        for screen in (DESKTOP, PHONE):
            await page.set_viewport_size(screen)
            assert not await page.evaluate(TOO_WIDE), page.url

    page = await visits.open(live.url)
    await set_up(page, look)
    for path in DESK:
        await page.goto(path)
        await look(page)
    visitor = await visits.open(live.url)
    await look(visitor)
