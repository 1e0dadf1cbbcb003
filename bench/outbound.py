"""One post to the towns of all who follow its author: real handshakes, real signatures."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import httpx2
from sqlmodel import select

from bench.place import anonymous_mib, cpu_seconds, prepare
from bench.taking import Taker
from fedparents.accounts.models import Account
from fedparents.authority import OPERATOR
from fedparents.db import UnitOfWork, open_database
from fedparents.instance.models import FederationMode
from fedparents.instance.service import change_federation
from tests.rig.pages import form_with
from tests.rig.towns import follow_from
from tests.web.mail.certificates import certificate_for

FOLLOWERS: Final = 2000
SEE_OTHER: Final = 303
_FIRST_PORT: Final = 21_000
_LONGEST: Final = 120.0


@dataclass(frozen=True, slots=True)
class Spread:
    """How one post spread."""

    first: float
    """Seconds from sending the form to the first town that has it."""
    last: float
    cpu_ms: float
    """Of the place, for each delivery."""
    memory: float


@dataclass(slots=True)
class Towns:
    """When each town got something; as many as there are ports."""

    arrivals: list[float] = field(default_factory=list)
    has_all: asyncio.Event = field(default_factory=asyncio.Event)
    doors: set[asyncio.Transport] = field(default_factory=set)

    def note(self, _body: bytes) -> None:
        self.arrivals.append(time.perf_counter())
        if len(self.arrivals) == FOLLOWERS:
            self.has_all.set()

    def hang_up(self) -> None:
        """Let go of every connection, so that the next ones are new."""
        for door in tuple(self.doors):
            door.close()


@asynccontextmanager
async def open_towns(context: ssl.SSLContext) -> AsyncIterator[Towns]:
    """Each port is a town of its own: nothing of a connection or of a queue is shared."""
    towns, loop = Towns(), asyncio.get_running_loop()
    servers = [
        await loop.create_server(
            lambda: Taker(towns.note, "202 Accepted", towns.doors),
            "127.0.0.1",
            _FIRST_PORT + number,
            ssl=context,
            backlog=16,
        )
        for number in range(FOLLOWERS)
    ]
    try:
        yield towns
    finally:
        towns.hang_up()
        for server in servers:
            server.close()


class KnownTown:
    """A place in which somebody is followed from two thousand other towns."""

    def __init__(self, folder: Path) -> None:
        self.context, authority = certificate_for("127.0.0.1", folder)
        town = prepare(folder)
        self.place = town.place
        self._cookie = town.moderator
        self.place.options |= {
            "CA_FILE": str(authority),
            "ALLOWED_PRIVATE_NETWORKS": "127.0.0.0/8",
        }
        asyncio.run(self._be_known())

    async def spread(self, towns: Towns, text: str) -> Spread:
        """Say something to everybody; returns when every town has it."""
        name, _, token = self._cookie.partition("=")
        async with httpx2.AsyncClient(base_url=self.place.url, cookies={name: token}) as browser:
            request = await self._fill_in(browser, text)
            before, towns.arrivals = cpu_seconds(self._pid), []
            towns.has_all.clear()
            began = time.perf_counter()
            answer = await browser.send(request)
        if answer.status_code != SEE_OTHER:
            raise RuntimeError(f"the form was answered {answer.status_code}")
        async with asyncio.timeout(_LONGEST):
            await towns.has_all.wait()
        await asyncio.sleep(0.5)  # what is written down afterwards counts as well
        cpu = (cpu_seconds(self._pid) - before) / FOLLOWERS * 1000
        arrived = sorted(towns.arrivals)
        return Spread(arrived[0] - began, arrived[-1] - began, cpu, anonymous_mib(self._pid))

    async def _be_known(self) -> None:
        db = open_database(self.place.database_url)
        await db.start()
        await db.write(change_federation, FederationMode.OPEN, by=OPERATOR)

        def follow(uow: UnitOfWork) -> None:
            marie = uow.session.exec(select(Account).where(Account.email == "marie@example.org"))
            number = marie.one().actor_id
            for port in range(_FIRST_PORT, _FIRST_PORT + FOLLOWERS):
                inbox = f"https://127.0.0.1:{port}"
                follow_from(uow, number, f"{inbox}/users/1/inbox", shared=f"{inbox}/inbox")

        await db.write(follow)
        await db.close()

    async def _fill_in(self, browser: httpx2.AsyncClient, text: str) -> httpx2.Request:
        """The form as a browser without scripts would send it."""
        path = "/write/message?to=public"
        page = await browser.get(path)
        form = form_with(page.text, {"text"})
        body = urlencode(form.answers | {"text": [text], "to": ["public"]}, doseq=True).encode()
        kind = "application/x-www-form-urlencoded"
        headers = {"Origin": self.place.url, "Content-Type": kind}
        return browser.build_request("POST", form.action or path, content=body, headers=headers)

    @property
    def _pid(self) -> int:
        if self.place.process is None:
            raise RuntimeError("the place does not run")
        return self.place.process.pid
