"""Something is wrong: from the first report to an answer of somebody else, with several devices."""

from __future__ import annotations

import asyncio
import re
import time

import pytest
from playwright.async_api import Page, expect

from fedparents.db import Database
from fedparents.groups.models import GroupRole
from fedparents.posts.models import Audience
from fedparents.posts.service import PostDraft, publish_post
from tests.journeys.days import days_later
from tests.journeys.mailbox import Letter, Mailroom
from tests.journeys.rooms import database_of
from tests.journeys.test_groups import _device, _session
from tests.rig.browser import Visits
from tests.rig.builders import a_group, an_account, give_role, join, open_the_doors, signed_in
from tests.rig.live import LivePlace

pytestmark = pytest.mark.anyio
SECONDS_TO_WRITE = 60
REASON = "Nobody here looks for children to photograph."


async def test_a_child_in_danger_and_a_decision_that_was_wrong(
    live: LivePlace, visits: Visits, axe
) -> None:
    post = Mailroom(live.folder / "data" / "mail")
    async with database_of(live) as db:
        cookies, paths = await _town(db, live)
    bao, emma, marie = [
        await _device(visits, live, cookies[name], javascript=True)
        for name in ("bao", "emma", "marie")
    ]
    await _reports(bao, live.url + paths["thread"])
    await axe(bao)
    await bao.goto(live.url + paths["thread"])
    await expect(bao.get_by_role("heading", level=1)).not_to_contain_text("Ana")
    call = await _mail(post, "emma", "Please look now")
    await emma.goto(call.link)
    await expect(emma.get_by_role("heading", name="Please do not copy")).to_have_count(0)
    await expect(emma.get_by_text("Please do not copy, forward or print")).to_be_visible()
    await axe(emma)
    await _hides(emma)
    await days_later(live, 1)  # half a minute would do
    statement = await _mail(post, "ana", "Your message has been hidden")
    assert REASON in statement.text
    ana = await visits.open(statement.link)
    await axe(ana)
    await ana.get_by_label("Why should it be looked at again?").fill("It is for the school.")
    await ana.get_by_role("button", name="Ask for another look").click()
    await expect(ana.get_by_text("You asked that somebody else look again")).to_be_visible()
    await _looks_again(marie, live.url, axe)
    told = await _mail(post, "bao", "Somebody else has looked again")
    await bao.goto(told.link)
    await expect(bao.get_by_text("What was decided holds no more")).to_be_visible()
    await bao.goto(live.url + paths["thread"])
    await expect(bao.get_by_text("school photographer")).to_be_visible()
    await _gives_notice(await visits.open(live.url), live.url + paths["public"], axe)


async def _town(db: Database, live: LivePlace) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """Marie manages a group, Emma moderates it, Ana writes in it and to everybody, Bao reads."""
    await db.write(open_the_doors, domain=f"localhost:{live.port}")
    names = ("marie", "emma", "ana", "bao")
    accounts = {name: await an_account(db, name, language="en") for name in names}
    people = {name: await signed_in(db, account) for name, account in accounts.items()}
    group = await a_group(db, people["marie"])
    for name in ("ana", "bao"):
        await join(db, people[name], group, people["marie"])
    await give_role(db, people["marie"], group, people["emma"], GroupRole.MODERATOR)
    inside = PostDraft(text="We need a school photographer.", group_id=group)
    outside = PostDraft(text="Hello town", audience=Audience.PUBLIC)
    posts = [
        (await db.write(publish_post, people["ana"], draft)).post for draft in (inside, outside)
    ]
    paths = [f"/@ana/{post.id}" for post in posts]
    cookies = {name: await _session(db, live, account) for name, account in accounts.items()}
    return cookies, dict(zip(("thread", "public"), paths, strict=True))


async def _reports(page: Page, thread: str) -> None:
    await page.goto(thread)
    await page.locator(".post-menu summary").first.click()
    await page.get_by_role("link", name="Report", exact=True).click()
    await expect(page.get_by_text("Is somebody in danger now?")).to_be_visible()
    await page.get_by_role("radio", name="A child may be in danger").check()
    await page.get_by_role("button", name="Send the report").click()
    await expect(page.get_by_text("Those who can act have been called.")).to_be_visible()
    await expect(page.get_by_role("link", name="119")).to_be_visible()


async def _hides(page: Page) -> None:
    await page.get_by_role("link", name="Hide it").click()
    await page.get_by_label("Another rule, or the law").fill("We protect children.")
    await page.get_by_label("What happened?").fill(REASON)
    await page.get_by_role("button", name="Hide it").click()
    await expect(page.get_by_text("Decided. Whom it concerns")).to_be_visible()
    await expect(page.get_by_role("button", name="Undo")).to_be_visible()


async def _looks_again(page: Page, home: str, axe) -> None:
    await page.goto(home)
    await page.get_by_role("link", name=re.compile("1 thing waits")).click()
    await page.get_by_role("link", name="Look and decide").click()
    await page.get_by_role("link", name="Look again").click()
    await expect(page.get_by_text("It is for the school.")).to_be_visible()
    await axe(page)
    await page.get_by_role("radio", name="The decision was wrong").check()
    await page.get_by_label("Why?").fill("It is indeed for the school.")
    await page.get_by_role("button", name="Send the answer").click()
    await expect(page.get_by_text("Both sides are told.")).to_be_visible()


async def _gives_notice(page: Page, address: str, axe) -> None:
    """Without an account."""
    await page.get_by_role("link", name="Something illegal?").click()
    await page.get_by_role("radio", name="It is against the law").check()
    await page.get_by_label("Where is it?").fill(address)
    await page.get_by_label("Why do you think that it is illegal?").fill("A threat.")
    await page.get_by_label("Your name").fill("Zoé")
    await page.get_by_label("Your e-mail address").fill("zoe@example.com")
    await page.get_by_role("checkbox").check()
    await axe(page)
    await page.get_by_role("button", name="Send the notice").click()
    await expect(page.get_by_role("heading", name="Thank you for saying so")).to_be_visible()
    await expect(page.get_by_text(address)).to_be_visible()


async def _mail(post: Mailroom, name: str, subject: str) -> Letter:
    """The one to somebody under this heading. A day has passed in between and none since, so that
    mails do not lie in the order of their days."""
    give_up = time.monotonic() + SECONDS_TO_WRITE
    while time.monotonic() < give_up:
        for letter in post.all_to(f"{name}@example.org"):
            if letter.subject.startswith(subject):
                return letter
        await asyncio.sleep(0.05)
    raise AssertionError(f"no mail to {name}: {subject}")
