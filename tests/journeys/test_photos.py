"""Photos, a picture of one's own and a group's, on a phone with and without scripts."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from fedparents.ids import GroupId
from tests.journeys.days import settings_of
from tests.journeys.rooms import database_of
from tests.rig import photos
from tests.rig.browser import Device, Visits
from tests.rig.builders import a_group, an_account, open_the_doors, signed_in
from tests.rig.live import LivePlace
from tests.rig.visitors import open_one
from web.auth.cookies import CookieNames

pytestmark = pytest.mark.anyio
_SHIFTS = """() => new Promise((tell) => {
  let moved = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) moved += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => tell(moved), 300);
})"""


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Files as somebody has them on their phone."""
    for name, data in {
        "pushchair.jpg": photos.with_secrets(photos.scene(4000, 3000)),
        "bicycle.png": photos.a_file(photos.quarters(600, 900), "PNG"),
        "flyer.jpg": photos.PDF,
        "holiday.jpg": photos.a_file() + bytes(9 * 1024 * 1024),
    }.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


async def test_photos_are_sent_while_one_writes(
    live: LivePlace, visits: Visits, album: Path, axe
) -> None:
    ana, _ = await _ana(live, visits, javascript=True)
    await ana.goto(f"{live.url}/dev/style?show=forms")
    field, list_ = ana.locator("#field-photos"), ana.locator(".photo-list li")
    await field.set_input_files(album / "pushchair.jpg")
    await expect(list_).to_have_count(1)
    await expect(list_.get_by_role("img")).to_have_js_property("naturalWidth", 480)
    words = ana.get_by_label("What is to be seen?")
    await words.fill("A pushchair in the sun")
    await field.set_input_files([album / "bicycle.png", album / "flyer.jpg"])
    await expect(list_).to_have_count(2)
    await expect(ana.get_by_text("“flyer.jpg”: This file is not a photo")).to_be_visible()
    await expect(words.first).to_have_value("A pushchair in the sun")
    await axe(ana)
    await list_.nth(1).get_by_role("button", name="Take away").click()
    await expect(list_).to_have_count(1)
    # A new field hears nothing for the moment in which it settles; nobody's finger is that quick.
    await expect(ana.locator(".htmx-added, .htmx-settling")).to_have_count(0)
    await field.set_input_files(album / "holiday.jpg")
    await expect(ana.get_by_text("A photo is larger than 8 MB.")).to_be_visible()
    await expect(field).to_have_value("")
    await expect(list_).to_have_count(1)
    assert await ana.locator("[name=photo_ids]").input_value() != ""


async def test_nobody_sends_before_the_photo_is_there(
    live: LivePlace, visits: Visits, album: Path
) -> None:
    ana, _ = await _ana(live, visits, javascript=True)
    arrived = asyncio.Event()

    async def slowly(route) -> None:
        await arrived.wait()
        await route.continue_()

    await ana.route("**/media/uploads", slowly)
    await ana.goto(f"{live.url}/dev/style?show=forms")
    await ana.locator("#field-photos").set_input_files(album / "pushchair.jpg")
    await expect(ana.get_by_role("progressbar", name="Sending the photos")).to_be_visible()
    here = ana.url
    await ana.locator("form:has(.photos)").get_by_role("button", name="Save").click()
    await expect(ana.get_by_text("the photos are still on their way")).to_be_visible()
    assert ana.url == here
    arrived.set()
    await expect(ana.locator(".photo-list li")).to_have_count(1)


async def test_a_lost_connection_is_said(live: LivePlace, visits: Visits, album: Path) -> None:
    ana, _ = await _ana(live, visits, javascript=True)
    await ana.route("**/media/uploads", lambda route: route.abort())
    await ana.goto(f"{live.url}/dev/style?show=forms")
    field = ana.locator("#field-photos")
    await field.set_input_files(album / "pushchair.jpg")
    await expect(ana.get_by_text("The photos did not get through.")).to_be_visible()
    await expect(field).to_be_enabled()
    visits.complaints.clear()  # that the connection was lost is what was wanted


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "plain"])
async def test_a_picture_of_ones_own(
    live: LivePlace, visits: Visits, album: Path, javascript: bool
) -> None:
    ana, _ = await _ana(live, visits, javascript=javascript)
    await ana.goto(f"{live.url}/settings")
    await ana.get_by_role("link", name="Change Picture").click()
    await ana.get_by_label("Choose a picture").set_input_files(album / "flyer.jpg")
    await ana.get_by_role("button", name="Use this picture").click()
    await expect(ana.get_by_role("alert")).to_contain_text("is not a photo")
    await ana.get_by_label("Choose a picture").set_input_files(album / "pushchair.jpg")
    await ana.get_by_role("button", name="Use this picture").click()
    await expect(ana.get_by_text("This is your picture now.")).to_be_visible()
    avatar = ana.locator("img.avatar")
    await expect(avatar).to_have_js_property("naturalWidth", 400)
    await expect(avatar).to_have_js_property("naturalHeight", 400)
    await ana.get_by_role("button", name="Show my initials instead").click()
    await expect(ana.get_by_text("Your picture is gone.")).to_be_visible()
    await expect(avatar).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "plain"])
async def test_a_picture_of_the_group(
    live: LivePlace, visits: Visits, album: Path, javascript: bool
) -> None:
    ana, group = await _ana(live, visits, javascript=javascript)
    await ana.goto(f"{live.url}/groups/{group}/settings")
    await ana.get_by_role("link", name="Picture of the group").click()
    await ana.get_by_label("Choose a picture").set_input_files(album / "bicycle.png")
    await ana.get_by_role("button", name="Use this picture").click()
    await expect(ana.get_by_text("This is the group's picture now.")).to_be_visible()
    await ana.goto(f"{live.url}/groups/{group}")
    await expect(ana.locator("img.cover")).to_have_js_property("complete", True)
    if javascript:
        assert await ana.evaluate(_SHIFTS) == 0
    await ana.goto(f"{live.url}/groups/{group}/cover")
    await ana.get_by_role("button", name="Take the picture away").click()
    await expect(ana.get_by_text("The picture is gone.")).to_be_visible()


async def _ana(live: LivePlace, visits: Visits, *, javascript: bool) -> tuple[Page, GroupId]:
    """Her phone, signed in, and a group that she looks after."""
    async with database_of(live) as db:
        await db.write(open_the_doors, domain=f"localhost:{live.port}")
        account = await an_account(db, "ana", language="en")
        viewer = await signed_in(db, account)
        group = await a_group(db, viewer)
        token = await db.write(open_one, account.id)
    page = await visits.open(device=Device(javascript=javascript))
    name = CookieNames.of(settings_of(live)).session
    await page.context.add_cookies([{"name": name, "value": token, "url": live.url}])
    return page, group
