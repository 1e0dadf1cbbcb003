"""Every page, by everybody who may see it: readable, complete, in one language, inside the screen.

In `make test` the pages are looked at closely in French and for their layout in Thai; `make
test-long` does both in all languages, in high contrast, on a desk, and with longer words.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import text

from bench.weight import page_weights
from tests.journeys import steps
from tests.journeys.pages import NO_PAGES, ONLY_ON_THE_WAY, ROLES, Sight
from tests.journeys.person import Somebody
from tests.journeys.rooms import database_of, opens
from tests.journeys.town import Town, builds_town
from tests.journeys.way import Way
from tests.journeys.words import Words, exactly
from tests.rig.browser import DESKTOP, LENGTHEN, PHONE, TOO_WIDE, Device, Visits
from tests.rig.live import LivePlace
from web.routing import Page as Route
from web.site import DEVELOPMENT_ROUTES, ROUTES
from web.urls import Urls

pytestmark = pytest.mark.anyio

Axe = Callable[..., Awaitable[None]]
EVERY_ROUTE = (*ROUTES, *DEVELOPMENT_ROUTES)
MAILS_AN_HOUR = 5  # to one person
KILOBYTES_FIRST, KILOBYTES_AFTER = 60, 15
_LAYOUT = f"""() => [
  document.querySelectorAll('h1').length, document.documentElement.lang, ({TOO_WIDE})(),
]"""
_SEND_NOTHING = """() => {
  const forms = [...document.querySelectorAll('main form[method=post]')];
  const form = forms.find((each) => each.querySelector('input:not([type=hidden]), textarea'));
  for (const each of form.querySelectorAll('input:not([type=hidden]), textarea')) {
    if (['checkbox', 'radio'].includes(each.type)) each.checked = false;
    else each.value = '';
  }
  form.requestSubmit(form.querySelector('button[type=submit]'));
}"""

_SEND_TOO_MUCH = """() => {
  const field = document.querySelector('main [name=email]');
  field.removeAttribute('maxlength');
  field.value = 'a'.repeat(3e6);
  field.form.submit();
}"""
_REFERENCE = re.compile(r"^[0-9A-F]{8}$")


def test_every_route_has_its_entry() -> None:
    """Whoever adds a page says here who sees it."""
    routes = {
        route.name
        for route in EVERY_ROUTE
        if isinstance(route, Route) and "GET" in (route.methods or ())
    }
    seen = {sight.route for sights in ROLES.values() for sight in sights}
    assert routes == seen | NO_PAGES.keys() | ONLY_ON_THE_WAY.keys()


class Look:
    """Looks at pages, and keeps what is wrong with them for the end."""

    def __init__(self, axe: Axe, *, is_long: bool) -> None:
        self._axe = axe
        self._is_long = is_long
        self.problems: list[str] = []

    async def closely(self, page: Page, language: str, *, at_night: bool = True) -> None:
        """What axe finds, in daylight and at night."""
        await page.wait_for_load_state()
        await self.layout(page, language)
        await self._check(page, "light")
        if not at_night and not self._is_long:
            return
        await page.emulate_media(color_scheme="dark")
        await self._check(page, "dark", "color-contrast")
        await page.emulate_media(color_scheme="light")
        if self._is_long:
            await page.evaluate("document.documentElement.dataset.theme = 'contrast'")
            await self._check(page, "contrast", "color-contrast")

    async def layout(self, page: Page, language: str) -> None:
        where = f"{page.url} in {language}"
        headings, lang, is_too_wide = await page.evaluate(_LAYOUT)
        if headings != 1:
            self.problems.append(f"{where}: {headings} headings of level 1")
        if lang != language:
            self.problems.append(f"{where}: says that it is in {lang}")
        if is_too_wide:
            self.problems.append(f"{where}: leaves the screen")

    async def with_longer_words(self, page: Page) -> None:
        """What a language to come may need; the page cannot be used after it."""
        await page.evaluate(LENGTHEN)
        if await page.evaluate(TOO_WIDE):
            self.problems.append(f"{page.url}: leaves the screen with longer words")

    async def _check(self, page: Page, light: str, *rules: str) -> None:
        try:
            await self._axe(page, *rules)
        except AssertionError as found:
            self.problems.append(f"{light}: {found}")


@pytest.fixture
def look(axe: Axe, is_long: bool) -> Look:
    return Look(axe, is_long=is_long)


@pytest.mark.parametrize("who", ROLES)
async def test_every_page(
    visits: Visits, live: LivePlace, look: Look, is_long: bool, who: str
) -> None:
    town = await builds_town(live)
    devices = [Device(language="fr"), Device(language="th")]
    if is_long:
        devices += [Device(language="en"), Device(language="fr", viewport=DESKTOP)]
    for number, device in enumerate(devices):
        page = await visits.open(live.url, device)
        await town.sign_in(page.context, who)
        for sight in ROLES[who]:
            await show(page, town, sight, Urls(EVERY_ROUTE, live.url), look)
            if number == 0 or is_long:
                # With complaints it shows all that it shows without; one look at night will do.
                await look.closely(page, device.language, at_night=not sight.errs)
                if sight.errs:
                    await page.reload()
                    await page.evaluate(_SEND_NOTHING)
                    await expect(page.locator("#error-summary")).to_be_visible()
                    await look.closely(page, device.language)
            else:
                await look.layout(page, device.language)
            if is_long:
                await look.with_longer_words(page)
    look.problems += [line for line in live.log.splitlines() if "i18n.untranslated" in line]
    assert not look.problems, "\n".join(look.problems)


async def show(page: Page, town: Town, sight: Sight, urls: Urls, look: Look) -> None:
    path = urls.path(sight.route, **town.params_of(sight))
    answer = await page.goto(path)
    if answer is None or answer.status != sight.status:
        look.problems.append(f"{path}: {answer and answer.status} instead of {sight.status}")
    if page.url != f"{town.url}{path}":
        look.problems.append(f"{path}: leads to {page.url}")


async def test_every_screen_on_the_way(
    live: LivePlace, somebody: Somebody, look: Look, axe: Axe
) -> None:
    """Pages that are only there for a moment: the wizard, signing up, the digits."""
    marie = await somebody("Marie", Way("fr", PHONE["width"]))
    marie.looks = lambda page: look.closely(page, "fr")
    await steps.founds_the_place(marie, live.url)
    link = await steps.makes_an_invitation(marie)
    chloe = await somebody("Chloé", Way("fr", PHONE["width"]))
    chloe.looks = marie.looks
    await steps.signs_up(chloe, link, commune="Issy")
    await steps.confirms(chloe)
    await steps.asks_for_a_link(chloe, live.url)
    await chloe.writes("The six digits", "12")
    await chloe.presses("Sign in")
    await expect(chloe.page.get_by_role("alert")).to_be_visible()
    await look.closely(chloe.page, "fr")
    await steps.sets_up_the_second_step(marie)
    await steps.signs_out(marie)
    await steps.signs_in_with_password(marie, live.url, steps.PASSWORD)
    await marie.sees("The code from your app")
    await marie.writes("The six digits that the app shows", "12")
    await marie.presses("Sign in")
    await expect(marie.page.get_by_role("alert")).to_be_visible()
    await look.closely(marie.page, "fr")
    await marie.presses("Use a recovery code")
    await marie.sees("A recovery code")
    look.problems += [line for line in live.log.splitlines() if "i18n.untranslated" in line]
    assert not look.problems, "\n".join(look.problems)


async def test_every_page_that_says_no(
    visits: Visits, new_live: Callable[..., LivePlace], look: Look
) -> None:
    live = new_live(RATE_LIMITS="on")
    await opens(live)
    page = await visits.open(live.url, Device(language="fr"))
    words = Words("fr")

    async def says(title: str) -> None:
        await expect(page.get_by_role("heading", level=1)).to_have_text(exactly(words(title)))
        await look.closely(page, "fr")

    await page.goto("/nowhere")
    await says("Nothing here")
    await page.goto("/settings/stay")
    await says("This is not possible here")
    await page.goto("/join/new")
    await page.evaluate(_SEND_TOO_MUCH)
    await says("That is too large")
    for _ in range(MAILS_AN_HOUR + 1):
        await page.goto("/sign-in")
        await page.get_by_label(exactly(words("E-mail address or user name"))).fill("ana")
        async with page.expect_response(lambda answer: answer.request.method == "POST"):
            await page.get_by_role("button", name=exactly(words("Send me a link"))).click()
    await says("A little later, please")
    await spoil(live, "UPDATE legal_page SET created_at = 'last summer'")
    await page.goto("/legal/rules")
    await says("Something went wrong here")
    await expect(page.get_by_text(_REFERENCE)).to_be_visible()
    await spoil(live, "DROP TABLE legal_page")
    await page.goto("/legal/rules")
    await says("Not at the moment")
    visits.complaints[:] = [each for each in visits.complaints if "status of 50" not in each]
    assert not look.problems, "\n".join(look.problems)


async def spoil(live: LivePlace, statement: str) -> None:
    """What no code of ours does to its database."""
    async with database_of(live) as db:
        await db.write(lambda uow: uow.session.connection().execute(text(statement)))


@pytest.mark.sqlite_only
async def test_the_front_page_is_light(live: LivePlace) -> None:
    await opens(live)
    first, after = await page_weights(live.url)
    assert first <= KILOBYTES_FIRST
    assert after <= KILOBYTES_AFTER
