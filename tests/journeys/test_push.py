"""A browser subscribes, and its service worker shows what a push says. The service of its maker is
out of reach here: it subscribes to one of ours, and gets the push as its own machinery does it."""

import asyncio
import json

import pytest
from playwright.async_api import expect

from tests.journeys.telling import opens_as, telling
from tests.rig.browser import Device
from tests.rig.push import Recipient, push_service

pytestmark = pytest.mark.anyio

# What Chromium would answer if it could reach the service of its maker.
SUBSCRIBE = """({ endpoint, p256dh, auth }) => {
  let made = null;
  const subscription = {
    endpoint,
    toJSON: () => ({ endpoint, keys: { p256dh, auth } }),
    unsubscribe: async () => { made = null; return true; },
  };
  PushManager.prototype.subscribe = async (options) => {
    sessionStorage.key_bytes = options.applicationServerKey.length;
    sessionStorage.made = "yes";
    return subscription;
  };
  PushManager.prototype.getSubscription = async () =>
    sessionStorage.made ? subscription : null;
}"""
SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  return (await registration.getNotifications()).map(
    ({ title, body, tag, lang, data, actions }) => ({ title, body, tag, lang, data, actions })
  );
}"""


SHOWN_AT = """async () => {
  const registration = await navigator.serviceWorker.ready;
  return Math.max(...(await registration.getNotifications()).map(({ timestamp }) => timestamp));
}"""


async def deliver(page, said):
    """As the browser does when its push service brings something."""
    session = await page.context.new_cdp_session(page)
    registrations = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(event["registrations"]),
    )
    await session.send("ServiceWorker.enable")
    async with asyncio.timeout(30):
        while not registrations:  # noqa: ASYNC110 - the browser tells of them when it likes
            await asyncio.sleep(0.02)
    await session.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": await page.evaluate("location.origin"),
            "registrationId": registrations[-1]["registrationId"],
            "data": json.dumps(said),
        },
    )


async def test_a_phone_subscribes_and_shows_what_it_is_told(visits, shared_live):
    browser = Recipient()
    async with push_service() as service, telling(shared_live) as town:
        page = await opens_as(visits, town, town.marie, "/settings/notifications")
        await page.context.grant_permissions(["notifications"], origin=shared_live.url)
        keys = {"p256dh": browser.p256dh, "auth": browser.auth}
        stub = f"({SUBSCRIBE})({json.dumps({'endpoint': service.endpoint('m'), **keys})})"
        await page.context.add_init_script(stub)
        await page.reload()
        await page.get_by_role("button", name="Tell me on this device").click()
        await expect(page.get_by_text("This device tells you now")).to_be_visible()
        await expect(page.locator("[data-push=on]")).to_be_visible()
        assert await page.evaluate("sessionStorage.key_bytes") == "65"

        await town.asks("ana")
        [taken] = await service.wait_for(1)
        said = json.loads(browser.open(taken.body))
        await deliver(page, said)
        await page.wait_for_function(f"async () => (await ({SHOWN})()).length")
        shown = await page.evaluate(SHOWN)
        assert shown == [
            {
                "title": "Parents d'Issy",
                "body": "Somebody would like to join your group.",
                "tag": said["tag"],
                "lang": "en",
                "data": {"id": said["id"], "url": said["url"], "fewer": said["fewer"]},
                "actions": shown[0]["actions"],
            }
        ]
        # The same again, as after a crash: a newer one in its place.
        first = await page.evaluate(SHOWN_AT)
        await deliver(page, said)
        await page.wait_for_function(f"async (first) => (await ({SHOWN_AT})()) > first", arg=first)
        assert await page.evaluate(SHOWN) == shown
        await page.goto(said["fewer"])
        await expect(page.get_by_role("heading", name="Fewer like this")).to_be_visible()


async def test_without_scripts_it_says_that_mails_come(visits, shared_live):
    async with telling(shared_live) as town:
        device = Device(javascript=False)
        page = await opens_as(visits, town, town.marie, "/settings/notifications", device)
        await expect(page.get_by_text("What should not wait comes by mail")).to_be_visible()
        await expect(page.get_by_role("button", name="Tell me on this device")).to_be_hidden()


async def test_a_browser_that_was_forbidden_to_ask_says_what_to_do(visits, shared_live):
    async with telling(shared_live) as town:
        page = await opens_as(visits, town, town.marie, "/settings/notifications")
        denied = "Object.defineProperty(Notification, 'permission', { get: () => 'denied' })"
        await page.context.add_init_script(denied)
        await page.reload()
        await expect(page.get_by_text("You have forbidden it in this browser")).to_be_visible()


async def test_an_iphone_is_shown_the_way_to_the_home_screen(visits, shared_live):
    async with telling(shared_live) as town:
        page = await opens_as(visits, town, town.marie, "/settings/notifications")
        # Safari on an iPhone has no pushes until the place is on the home screen.
        await page.context.add_init_script(
            "delete window.PushManager; Object.defineProperty(navigator, 'userAgent',"
            " { get: () => 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1' })"
        )
        await page.reload()
        await page.get_by_role("link", name="Show me the three taps").click()
        await expect(page.locator(".steps > li")).to_have_count(3)
        await expect(page.get_by_text("Add to Home Screen")).to_be_visible()
