"""Writing to each other on two phones about what was posted: a stranger's request, and a talk that
is live."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import Page, expect

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.db import Database
from fedparents.ids import GroupId, PostId
from fedparents.posts.models import Audience, Post
from fedparents.posts.service import PostDraft, publish_post
from fedparents.swaps.models import Direction
from fedparents.swaps.service import SwapDraft, publish_swap
from tests.journeys.days import settings_of
from tests.journeys.rooms import database_of
from tests.rig.browser import Device, Visits
from tests.rig.builders import a_group, an_account, join, open_the_doors, signed_in
from tests.rig.live import LivePlace
from tests.rig.photos import a_file, scene
from tests.rig.visitors import open_one
from web.auth.cookies import CookieNames

pytestmark = pytest.mark.anyio
PROMISE = "whoever runs this place could technically read them"


@dataclass
class Street:
    """Ana and Bao are in Marie's group, Chloé is in none."""

    place: LivePlace
    db: Database
    visits: Visits
    accounts: dict[str, Account]
    viewers: dict[str, Viewer]
    group: GroupId

    async def asks(self, name: str, text: str, **draft: Any) -> Post:
        swap = SwapDraft(PostDraft(text=text, **draft), Direction.ASK)
        return (await self.db.write(publish_swap, self.viewers[name], swap)).post

    async def answers(self, name: str, to: Post, text: str) -> Post:
        draft = PostDraft(text=text, in_reply_to_id=PostId(to.id))
        return (await self.db.write(publish_post, self.viewers[name], draft)).post

    async def phone(self, name: str, *, javascript: bool = True) -> Page:
        token = await self.db.write(open_one, self.accounts[name].id)
        page = await self.visits.open(device=Device(javascript=javascript))
        cookie = CookieNames.of(settings_of(self.place)).session
        await page.context.add_cookies([{"name": cookie, "value": token, "url": self.place.url}])
        await page.goto(self.place.url)
        return page


@pytest.fixture
async def street(live: LivePlace, visits: Visits) -> AsyncIterator[Street]:
    async with database_of(live) as db:
        await db.write(open_the_doors, domain=settings_of(live).domain)
        names = ("marie", "ana", "bao", "chloe")
        accounts = {name: await an_account(db, name, language="en") for name in names}
        viewers = {name: await signed_in(db, accounts[name]) for name in names}
        group = await a_group(db, viewers["marie"])
        for name in ("ana", "bao"):
            await join(db, viewers[name], group, viewers["marie"])
        yield Street(live, db, visits, accounts, viewers, group)


async def writes(page: Page, text: str) -> None:
    await page.get_by_label("Your message").fill(text)
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".letter").last).to_contain_text(text[:8])


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "plain"])
async def test_a_stranger_is_heard_and_not_trusted(street: Street, axe, javascript: bool) -> None:
    ask = await street.asks("marie", "Un vélo pour samedi ?", audience=Audience.HERE)
    await street.answers("ana", ask, "J'en ai deux.")
    chloe = await street.phone("chloe", javascript=javascript)
    await chloe.goto(f"{street.place.url}/@marie/{ask.id}")
    await chloe.get_by_role("link", name="Write privately – Ana").click()
    await expect(chloe.get_by_text("You share no group with Ana")).to_be_visible()
    await expect(chloe.locator("input[type=file]")).to_have_count(0)
    await writes(chloe, "Bonjour ! http://example.org/a ![](http://example.org/b.png)")
    await expect(chloe.get_by_text(PROMISE)).to_have_count(1)
    ana = await street.phone("ana", javascript=javascript)
    asked: list[str] = []
    ana.on("request", lambda request: asked.append(request.url))
    await expect(ana.locator(".room-dot")).to_be_hidden()
    await ana.get_by_role("link", name="Messages").click()
    await ana.get_by_role("link", name="1 person whom you do not know yet").click()
    await ana.get_by_role("link", name="Chloe").click()
    await expect(ana.locator(".talk-about")).to_contain_text("J'en ai deux.")
    letter = ana.locator(".letter")
    await expect(letter).to_contain_text("http://example.org/a")
    await expect(letter.locator(".post-text").get_by_role("link")).to_have_count(0)
    await expect(letter.get_by_role("img")).to_have_count(0)
    await expect(ana.get_by_label("Your message")).to_have_count(0)
    if javascript:
        await axe(ana)
    await ana.get_by_role("button", name="Accept").click()
    await expect(ana.get_by_text("You can write to each other now.")).to_be_visible()
    await expect(letter.get_by_role("link", name="example.org/a")).to_be_visible()
    assert not [address for address in asked if "example.org" in address]
    await writes(ana, "Bonjour Chloé.")
    await chloe.reload()
    await expect(chloe.get_by_text("Bonjour Chloé.")).to_be_visible()
    await chloe.get_by_text("Add photos").click()
    await chloe.locator("input[type=file]").set_input_files(
        {"name": "vélo.jpg", "mimeType": "image/jpeg", "buffer": a_file(scene(800, 600))}
    )
    if javascript:
        await expect(chloe.locator(".photo-list li")).to_have_count(1)
    await chloe.get_by_role("button", name="Send").click()
    await expect(chloe.locator(".letter img")).to_be_visible()
    await ana.reload()
    await expect(ana.locator(".letter img")).to_have_js_property("naturalWidth", 480)


async def test_an_ask_becomes_a_talk_that_is_live_and_nobody_loses_what_they_type(
    street: Street,
) -> None:
    words = "Je cherche une poussette double."
    ask = await street.asks("ana", words, group_id=street.group)
    ana, bao = await street.phone("ana"), await street.phone("bao")
    await bao.goto(f"{street.place.url}/@ana/{ask.id}")
    await bao.get_by_role("link", name="Write privately – Ana").click()
    await expect(bao.get_by_text("Only Ana reads what you write here.")).to_be_visible()
    await writes(bao, "J'en ai une, au 12.")
    await expect(bao.get_by_text(PROMISE)).to_have_count(1)
    await expect(ana.locator(".room-dot")).to_be_visible()
    await ana.get_by_role("link", name="Messages").click()
    await ana.get_by_role("link", name=words).click()
    await expect(ana.locator(".room-dot")).to_be_hidden()
    await expect(ana.locator(".talk-about")).to_contain_text(words)
    await ana.get_by_label("Your message").fill("Et apporte tes")
    await writes(bao, "Oui, avec plaisir.")
    await expect(ana.locator(".letter").last).to_contain_text("Oui, avec plaisir.")
    await expect(ana.get_by_label("Your message")).to_have_value("Et apporte tes")
    await expect(ana.locator(".room-dot")).to_be_hidden()
    await expect(ana.locator(".letter")).to_have_count(2)
    await ana.reload()
    await expect(ana.locator(".letter")).to_have_count(2)
    await ana.get_by_role("button", name="It is settled").click()
    await expect(ana.locator(".talk-about")).to_contain_text("Closed")
    await writes(ana, "Merci encore !")  # for a month still
