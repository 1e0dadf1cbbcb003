"""A closed group on a place that really runs: Marie looks after it, others ask to join by HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from playwright.async_api import Page
from sqlmodel import Session, func, select

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer, find_viewer, open_session
from fedparents.clock import now
from fedparents.db import Database, UnitOfWork
from fedparents.groups.models import Group
from fedparents.ids import GroupId
from fedparents.notifications.models import NotificationReader
from tests.journeys.days import settings_of
from tests.journeys.rooms import database_of
from tests.rig.browser import Device, Visits
from tests.rig.builders import a_group, an_account, open_the_doors
from tests.rig.live import LivePlace
from tests.rig.pages import submit
from web.auth.cookies import CookieNames


@dataclass
class Person:
    """Somebody with a browser of theirs, in which they are signed in."""

    account: Account
    viewer: Viewer
    browser: httpx2.AsyncClient


@dataclass
class Telling:
    place: LivePlace
    db: Database
    stack: AsyncExitStack
    number: int
    """Of those that one place has seen."""
    marie: Person = field(init=False)
    group: GroupId = field(init=False)
    people: dict[str, Person] = field(default_factory=dict)

    async def comes(self, handle: str, *, language: str = "en") -> Person:
        own = f"{handle}{self.number or ''}"
        account = await an_account(self.db, own, name=handle.title(), language=language)
        token = await self.db.write(_sign_in, account.id)
        viewer = await self.db.read(find_viewer, token, now())
        assert viewer is not None
        cookies = {CookieNames.of(settings_of(self.place)).session: token}
        browser = httpx2.AsyncClient(base_url=self.place.url, cookies=cookies, timeout=60)
        await self.db.write(_never_quiet, account.id)
        person = Person(account, viewer, await self.stack.enter_async_context(browser))
        self.people[handle] = person
        return person

    async def asks(self, handle: str) -> Person:
        """Somebody new asks to join, on the page of the group."""
        person = await self.comes(handle)
        page = f"/groups/{self.group}"
        answer = await submit(person.browser, page, answer_1="Parce que.")
        assert answer.status_code == 303, answer.text
        return person


@asynccontextmanager
async def telling(place: LivePlace) -> AsyncIterator[Telling]:
    """Everything is closed when the test ends; another one may begin at the same place."""
    if not place.database_url.startswith("sqlite") and not place.workers:
        place.hire()
    async with database_of(place) as db, AsyncExitStack() as stack:
        number = await db.read(_count_groups)
        if not number:
            await db.write(open_the_doors, domain=settings_of(place).domain)
        town = Telling(place, db, stack, number)
        town.marie = await town.comes("marie")
        town.group = await a_group(db, town.marie.viewer)
        yield town


async def opens_as(
    visits: Visits, town: Telling, person: Person, path: str, device: Device | None = None
) -> Page:
    """A screen of theirs, on this page."""
    page = await visits.open(town.place.url, device)
    name = CookieNames.of(settings_of(town.place)).session
    value = person.browser.cookies[name]
    cookie = {"name": name, "value": value, "url": town.place.url}
    await page.context.add_cookies([cookie])  # type: ignore[list-item]  # it wants a TypedDict
    await page.goto(path)
    return page


def _count_groups(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Group)).one()


def _never_quiet(uow: UnitOfWork, account_id: int) -> None:
    """Tests are also run at night."""
    uow.session.add(NotificationReader(account_id=account_id, quiet_begin=0, quiet_end=0))


def _sign_in(uow: UnitOfWork, account_id: int) -> str:
    account = uow.session.get_one(Account, account_id)
    return open_session(uow, account, browser="a-browser", device="Firefox, Linux")


class Stream:
    """An open page, as its script hears it."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()

    async def next(self, seconds: float = 30) -> dict[str, Any]:
        """What comes next."""
        async with asyncio.timeout(seconds):
            async for line in self._lines:
                if line.startswith("data: "):
                    said: dict[str, Any] = json.loads(line.removeprefix("data: "))
                    return said
        raise EOFError("the stream has ended")

    async def ends(self, seconds: float = 30) -> None:
        """Nothing more comes, and the server has closed it."""
        with pytest.raises(EOFError):
            await self.next(seconds)


@asynccontextmanager
async def opened(person: Person) -> AsyncIterator[Stream]:
    headers = {"Accept": "text/event-stream", "Accept-Encoding": "gzip, br, zstd"}
    async with person.browser.stream("GET", "/events", headers=headers) as answer:
        yield Stream(answer)
