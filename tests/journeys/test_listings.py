"""One sentence on a phone becomes an offer, in three languages, with and without scripts."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.journeys.days import settings_of
from tests.journeys.rooms import database_of
from tests.rig.browser import Device, Visits
from tests.rig.builders import a_group, an_account, open_the_doors, signed_in
from tests.rig.live import LivePlace
from tests.rig.visitors import open_one
from web.auth.cookies import CookieNames

pytestmark = pytest.mark.anyio
SAID = {
    "en": ("size 26 wellies, very good condition, free", ("To give away", "Boots and wellies")),
    "fr": ("Je donne des bottes taille 26, très bon état", ("À donner", "Bottes")),
    "th": ("แจกรองเท้าบูท เบอร์ 26 สภาพดีมาก", ("ให้ฟรี", "รองเท้าบูท")),
}


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no_scripts"])
@pytest.mark.parametrize("language", ["en", "fr", "th"])
async def test_an_offer_in_one_sentence(
    live: LivePlace, visits: Visits, axe, language: str, javascript: bool
) -> None:
    text, understood = SAID[language]
    async with database_of(live) as db:
        await db.write(open_the_doors, domain=f"localhost:{live.port}")
        account = await an_account(db, "ana", language=language)
        await a_group(db, await signed_in(db, account))
        token = await db.write(open_one, account.id)
    ana = await visits.open(device=Device(javascript=javascript, language=language))
    name = CookieNames.of(settings_of(live)).session
    await ana.context.add_cookies([{"name": name, "value": token, "url": live.url}])
    await ana.goto(f"{live.url}/write/offer")
    await ana.locator("#field-text").fill(f"{text} 06 12 34 56 78")
    await ana.locator("button[name=action][value=preview]").click()
    await expect(ana.locator("#field-category")).to_have_value("shoes/boots")
    await expect(ana.locator("#field-size")).to_have_value("26")
    await expect(ana.locator("#field-condition")).to_have_value("very-good")
    if javascript:
        await axe(ana)
    await ana.locator(".preview button[type=submit]").click()
    await expect(ana.locator("#error-summary")).to_contain_text("06 12 34 56 78")
    await ana.locator("#field-sure").check()
    await ana.locator(".compose > .actions button:not([name])").click()
    for words in understood:
        await expect(ana.locator(".chip").filter(has_text=words).first).to_be_visible()
    if javascript:
        await axe(ana)
