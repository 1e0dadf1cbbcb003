"""A place that really runs, and a parent with a browser and an app in front of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.db import Database, UnitOfWork
from fedparents.ids import GroupId
from fedparents.notifications.models import NotificationReader
from tests.journeys.days import settings_of
from tests.rig.builders import a_group, an_account, join, open_the_doors, signed_in
from tests.rig.databases import Databases
from tests.rig.live import LivePlace, free_port
from tests.rig.pages import submit
from tests.rig.visitors import open_one
from tests.web.api.conftest import issue_token
from tests.web.api.town import ALL
from web.auth.cookies import CookieNames
from web.cli.place import open_place


@dataclass(frozen=True, slots=True)
class Town:
    """Léa looks after a closed group, Ana and Chloé are in it, Bao is not. In two others of hers
    nobody else is: one asks something of whoever comes, one does not."""

    place: LivePlace
    db: Database
    people: dict[str, tuple[Account, Viewer]]
    group: GroupId

    @property
    def url(self) -> str:
        return self.place.url

    def id_of(self, handle: str) -> str:
        return str(self.people[handle][1].actor_id)

    async def token_of(self, handle: str) -> str:
        """Of one more app of theirs."""
        account, _ = self.people[handle]

        def issue(uow: UnitOfWork) -> str:
            return issue_token(uow, account.id, ALL)

        return await self.db.write(issue)

    async def never_quiet_for(self, handle: str) -> None:
        """A push of theirs comes at any hour."""
        number = self.people[handle][0].id

        def wish(uow: UnitOfWork) -> None:
            row = NotificationReader(account_id=number, quiet_begin=0, quiet_end=0)
            uow.session.merge(row)

        await self.db.write(wish)

    async def lets_in(self, handle: str, asked: dict[str, Any]) -> dict[str, str]:
        """Somebody's browser opens the address that an app names, and they say yes: the code that
        they read there and type into the app, or the address that leads back to it."""
        async with self._browser(handle) as browser:
            page = await browser.get(asked["address"])
            assert page.status_code == 200, page.text
            told = await submit(browser, page, {"answer": "allow"})
        assert told.status_code == 303, told.text
        there = told.headers["location"]
        return {"code": parse_qs(urlsplit(there).query)["code"][0], "address": there}

    @asynccontextmanager
    async def _browser(self, handle: str) -> AsyncIterator[httpx2.AsyncClient]:
        session = await self.db.write(open_one, self.people[handle][0].id)
        name = CookieNames.of(settings_of(self.place)).session
        headers = {"Sec-Fetch-Site": "same-origin"}
        async with httpx2.AsyncClient(base_url=self.url, headers=headers) as browser:
            # Cookie jars write a name without a dot in a way of their own.
            browser.cookies.set(name, session, domain="localhost.local")
            yield browser


@pytest.fixture(scope="module")
def place(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivePlace]:
    """The same for all apps."""
    running = LivePlace(tmp_path_factory.mktemp("apps"), databases.fresh(), free_port())
    running.start()
    if not settings_of(running).uses_sqlite:
        running.hire()
    yield running
    running.close()
    databases.give_back(running.database_url)


@pytest.fixture(scope="module")
async def town(place: LivePlace) -> AsyncIterator[Town]:
    settings = settings_of(place)
    async with open_place(settings) as db:
        await db.write(open_the_doors, domain=settings.domain)
        people = {}
        for handle in ("lea", "ana", "chloe", "bao"):
            account = await an_account(db, handle, language="fr")
            people[handle] = (account, await signed_in(db, account))
        lea = people["lea"][1]
        group = await a_group(db, lea, name="Poussettes")
        await a_group(db, lea, name="Couture", questions="")
        await a_group(db, lea, name="Chorale")
        for handle in ("ana", "chloe"):
            await join(db, people[handle][1], group, lea)
        yield Town(place, db, people, group)
