"""Other towns on loopback: any number of hosts behind one real server, each of which takes what is
sent to it, answers as a test says, or does not answer at all."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from federation.models import RemoteActor
from fedparents.db import UnitOfWork
from tests.rig.builders import put_follow, put_stranger


@dataclass(frozen=True, slots=True)
class Taken:
    """One activity as a town got it."""

    host: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float
    """By the loop's clock."""

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(self.body)
        return found


@dataclass
class Town:
    """How one of them behaves."""

    status: int = 202
    headers: dict[str, str] = field(default_factory=dict)
    is_silent: bool = False
    """It accepts connections and says nothing."""
    accepts: Callable[[Taken], int] | None = None
    """Decides by what it got; a status."""
    busiest: int = 0
    """The most that were in its door at once."""
    _inside: int = 0


@dataclass
class Towns:
    port: int
    taken: list[Taken] = field(default_factory=list)
    """All that was accepted, in order."""
    knocks: Counter[str] = field(default_factory=Counter)
    """How often each was asked, whatever it answered."""
    knocked: asyncio.Event = field(default_factory=asyncio.Event)
    """Somebody stands before a door, and has not been answered yet."""
    seconds: float = 0.0
    """What each answer takes."""
    opens: asyncio.Event = field(default_factory=asyncio.Event)
    """While it is clear, whoever stands before a door waits there."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    _towns: dict[str, Town] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.opens.set()

    async def wait_for(self, count: int, seconds: float = 60) -> None:
        """Until so many activities were accepted."""
        async with asyncio.timeout(seconds):
            while len(self.taken) < count:
                self._news.clear()
                await self._news.wait()

    def name(self, number: int) -> str:
        """Each number is a host of its own: all of 127.0.0.0/8 is this machine."""
        return f"127.{1 + number // 65536}.{number // 256 % 256}.{number % 256}:{self.port}"

    def inbox(self, number: int, path: str = "inbox") -> str:
        return f"http://{self.name(number)}/{path}"

    def town(self, number: int) -> Town:
        return self._towns.setdefault(self.name(number), Town())

    def taken_by(self, number: int) -> list[dict[str, Any]]:
        return [each.document for each in self.taken if each.host == self.name(number)]

    async def answer(self, request: web.Request) -> web.Response:
        host = request.headers["host"]
        town = self._towns.setdefault(host, Town())
        town._inside += 1
        town.busiest = max(town.busiest, town._inside)
        try:
            return await self._answer(request, host, town)
        finally:
            town._inside -= 1

    async def _answer(self, request: web.Request, host: str, town: Town) -> web.Response:
        body = await request.read()
        self.knocks[host] += 1
        self.knocked.set()
        if town.is_silent:
            await self.ended.wait()
        await self.opens.wait()
        if self.seconds:
            await asyncio.sleep(self.seconds)
        headers = {name.lower(): value for name, value in request.headers.items()}
        loop = asyncio.get_running_loop()
        taken = Taken(host, request.path, headers, body, loop.time())
        status = town.accepts(taken) if town.accepts else town.status
        if 200 <= status < 300:
            self.taken.append(taken)
            self._news.set()
        return web.Response(status=status, headers=town.headers, text="so be it")


@asynccontextmanager
async def towns() -> AsyncIterator[Towns]:
    app = web.Application(client_max_size=2**20)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    found = Towns(0)
    app.router.add_post("/{path:.*}", found.answer)
    await runner.setup()
    site = web.TCPSite(runner, "0.0.0.0", 0, backlog=1024)  # noqa: S104 - all of loopback
    await site.start()
    found.port = runner.addresses[0][1]
    try:
        yield found
    finally:
        found.ended.set()
        await runner.cleanup()


def follow_from(uow: UnitOfWork, followed_id: int, inbox: str, *, shared: str = "") -> int:
    """Somebody in the town of this inbox follows somebody here."""
    host = inbox.split("/")[2]
    number = put_stranger(uow, f"p{uow.new_id()}", domain=host).id
    uow.session.add(
        RemoteActor(
            actor_id=number,
            uri=f"http://{host}/users/{number}",
            inbox=inbox,
            shared_inbox=shared,
            fetched_at=uow.now,
        )
    )
    put_follow(uow, number, followed_id)
    return number
