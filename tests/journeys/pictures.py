"""Takes the README's pictures from the running program: `make pictures`."""

from __future__ import annotations

import asyncio
import io
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page, ViewportSize

from fedparents.authority import OPERATOR
from fedparents.instance.service import IdentityDraft, change_identity
from tests.journeys.rooms import database_of
from tests.journeys.town import Town, builds_town
from tests.rig.browser import DESKTOP, PHONE, chromium
from tests.rig.databases import SQLiteFiles
from tests.rig.live import LivePlace, free_port

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
    with tempfile.TemporaryDirectory() as folder:
        place = LivePlace(Path(folder), SQLiteFiles(Path(folder)).furnished(), free_port())
        place.start()
        try:
            town = await builds_town(place)
            async with database_of(place) as db:
                await db.write(change_identity, _IDENTITY, by=OPERATOR)
            async with chromium() as browser:
                await _front_page(browser, town)
                await _desk(browser, town)
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


@asynccontextmanager
async def _opened(
    browser: Browser, town: Town, who: str, screen: ViewportSize, *, sharpness: float
) -> AsyncIterator[Page]:
    context = await browser.new_context(
        viewport=screen,
        device_scale_factor=sharpness,
        locale="fr",
        timezone_id="Europe/Paris",
        reduced_motion="reduce",
    )
    await town.sign_in(context, who)
    yield await context.new_page()
    await context.close()


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
