"""Takes the README's pictures from the running program: `make pictures`."""

from __future__ import annotations

import asyncio
import io
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize

from fedparents.authority import OPERATOR
from fedparents.demo import ISSY, PASSWORD, fill_town
from fedparents.instance.service import IdentityDraft, change_identity
from tests.journeys.days import settings_of
from tests.journeys.rooms import database_of
from tests.journeys.town import Town, builds_town
from tests.rig.browser import DESKTOP, PHONE, chromium
from tests.rig.databases import SQLiteFiles
from tests.rig.live import LivePlace, free_port
from web.auth.passwords import hash_password
from web.cli.place import open_place

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
LARGEST = 120_000
_COLOURS = (256, 128, 64, 32)
_IDENTITY = IdentityDraft(
    name="Parents d’Issy",
    tagline="À Issy, les parents se prêtent une poussette, se gardent un goûter et sortent"
    " ensemble. Un lieu à nous, tenu par l’association.",
    language="fr",
    timezone="Europe/Paris",
    contact_email="contact@parents-issy.example",
)


async def take_pictures() -> None:
    async with chromium() as browser:
        with _running() as place:
            town = await builds_town(place)
            async with database_of(place) as db:
                await db.write(change_identity, _IDENTITY, by=OPERATOR)
            await _front_page(browser, town)
            await _desk(browser, town)
        with _running() as place:
            async with open_place(settings_of(place)) as db:  # what is said becomes work there
                await db.write(fill_town, ISSY, hash_password(PASSWORD))
            await _home(browser, place)


@contextmanager
def _running() -> Iterator[LivePlace]:
    with tempfile.TemporaryDirectory() as folder:
        place = LivePlace(Path(folder), SQLiteFiles(Path(folder)).furnished(), free_port())
        place.start()
        try:
            yield place
        finally:
            place.close()


async def _front_page(browser: Browser, town: Town) -> None:
    async with _opened(browser, town, "visitor", PHONE, sharpness=2) as page:
        await page.goto(town.url)
        keep("front-page", await page.screenshot())


async def _desk(browser: Browser, town: Town) -> None:
    async with _opened(browser, town, "admin", DESKTOP, sharpness=1) as page:
        await page.goto(f"{town.url}/admin/requests")
        keep("desk", await page.screenshot())


async def _home(browser: Browser, place: LivePlace) -> None:
    """Of somebody in the town of the demo, where something has been said."""
    context = await _context(browser, PHONE, sharpness=2)
    page = await context.new_page()
    await page.goto(f"{place.url}/sign-in/password")
    await page.fill("input[name=login]:visible", "ana")
    await page.fill("input[type=password]", PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Bonjour Ana Ferreira").wait_for()
    while not await page.get_by_text("Qui pourrait prendre deux enfants").count():
        await page.wait_for_timeout(500)  # it comes home with the worker
        await page.reload()
    keep("home", await page.screenshot())
    await context.close()


@asynccontextmanager
async def _opened(
    browser: Browser, town: Town, who: str, screen: ViewportSize, *, sharpness: float
) -> AsyncIterator[Page]:
    context = await _context(browser, screen, sharpness=sharpness)
    await town.sign_in(context, who)
    yield await context.new_page()
    await context.close()


async def _context(browser: Browser, screen: ViewportSize, *, sharpness: float) -> BrowserContext:
    return await browser.new_context(
        viewport=screen,
        device_scale_factor=sharpness,
        locale="fr",
        timezone_id="Europe/Paris",
        reduced_motion="reduce",
    )


def keep(name: str, picture: bytes) -> None:
    """Store it with as many colours as its size allows."""
    whole = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in _COLOURS:
        small = io.BytesIO()
        few = whole.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(small, "PNG", optimize=True)
        if small.tell() <= LARGEST:
            break
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.png"
    path.write_bytes(small.getvalue())
    print(f"{path.relative_to(FOLDER.parents[1])}: {small.tell() // 1000} kB, {colours} colours")


if __name__ == "__main__":
    asyncio.run(take_pictures())
