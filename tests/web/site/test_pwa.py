"""The installable place in a real browser: what is kept, what is shown offline, and the way out."""

import httpx2
import pytest
from playwright.async_api import Page

from tests.rig.browser import Device, Visits
from tests.rig.live import LivePlace
from web.site.pwa.routes import OFF_SWITCH

pytestmark = pytest.mark.anyio

KEPT = """async () => {
  const paths = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) {
      paths.push(new URL(request.url).pathname);
    }
  }
  return paths;
}"""
WORKERS = "async () => (await navigator.serviceWorker.getRegistrations()).length"
INSTALLED = "async () => { await navigator.serviceWorker.ready }"
IN_CHARGE = "() => navigator.serviceWorker.controller !== null"
LOOK_AGAIN = "async () => (await navigator.serviceWorker.getRegistration()).update()"


async def visit_long_enough(page: Page, path: str) -> None:
    """A page that was on its way while the worker took over is served by it from the next on."""
    await page.goto(path)
    await page.evaluate(INSTALLED)
    await page.reload()
    await page.wait_for_function(IN_CHARGE)


async def test_the_manifest_speaks_the_readers_language(shared_live: LivePlace) -> None:
    async with httpx2.AsyncClient(base_url=shared_live.url) as client:
        answer = await client.get("/manifest.webmanifest", headers={"Accept-Language": "th"})
        manifest = answer.json()
        icons = [await client.get(icon["src"]) for icon in manifest["icons"]]
    assert answer.headers["content-type"] == "application/manifest+json"
    assert (manifest["lang"], manifest["dir"], manifest["display"]) == ("th", "ltr", "standalone")
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    assert "maskable" in {icon["purpose"] for icon in manifest["icons"]}
    assert {icon.headers["content-type"] for icon in icons} == {"image/png"}


async def test_only_the_shell_is_kept_and_shown_without_network(
    visits: Visits, shared_live: LivePlace
) -> None:
    page = await visits.open(shared_live.url)
    await visit_long_enough(page, "/dev/style")
    kept = await page.evaluate(KEPT)
    assert [path for path in kept if not path.startswith("/static/")] == ["/offline"]
    await page.context.set_offline(True)
    await page.goto("/dev/style?show=forms")
    assert await page.locator("h1").inner_text() == "No network just now"
    assert await page.locator(".town img").evaluate("image => image.naturalWidth") > 0


async def test_the_offline_page_follows_the_language(
    visits: Visits, shared_live: LivePlace
) -> None:
    page = await visits.open(shared_live.url, Device(language="fr"))
    await visit_long_enough(page, "/dev/style")
    await page.context.set_offline(True)
    await page.goto("/dev/style?show=forms")
    assert await page.locator("html").get_attribute("lang") == "fr"


async def test_the_switch_empties_every_browser(visits: Visits, live: LivePlace) -> None:
    page = await visits.open(live.url)
    await visit_long_enough(page, "/dev/style")
    (live.folder / "data" / OFF_SWITCH).touch()
    await page.evaluate(LOOK_AGAIN)
    await page.wait_for_function("async () => (await caches.keys()).length === 0")
    await page.wait_for_function(f"async () => (await ({WORKERS})()) === 0")
