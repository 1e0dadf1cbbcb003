"""Streams of apps: what thousands of silent ones weigh, and how soon a post reaches a thousand."""

from __future__ import annotations

import asyncio
import base64
import os
import resource
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar, cast

import orjson
import uvloop
from typing_extensions import override

from bench.place import Town, anonymous_mib, prepare
from fedparents import clock
from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer, find_viewer
from fedparents.applications.scopes import parse_scopes
from fedparents.applications.tokens import create_token
from fedparents.authority import OPERATOR
from fedparents.db import Database, UnitOfWork, open_database
from fedparents.groups.joining import ask_to_join
from fedparents.ids import GroupId
from tests.rig.builders import an_account, signed_in

LISTENERS: Final = 1_000
SILENT: Final = 5_000
_CALM_SECONDS: Final = 3.0
_PATIENCE: Final = 60.0
_AT_ONCE: Final = 200
T = TypeVar("T")


@dataclass(eq=False)
class _Socket(asyncio.Protocol):
    """One app that has opened its stream: whether it is open, and when it was told of a post."""

    hello: bytes
    is_open: asyncio.Event = field(default_factory=asyncio.Event)
    told_at: float = 0.0
    on_told: Callable[[], None] = lambda: None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast("asyncio.Transport", transport).write(self.hello)

    @override
    def data_received(self, data: bytes) -> None:
        if not self.is_open.is_set():
            if not data.startswith(b"HTTP/1.1 101"):
                raise RuntimeError(f"no stream: {data[:200]!r}")
            self.is_open.set()
        if b'"event":"update"' in data and not self.told_at:
            self.told_at = time.perf_counter()
            self.on_told()


class ListeningTown:
    """A place that runs, and a thousand people of one group with apps."""

    def __init__(self, folder: Path) -> None:
        self._town = prepare(folder, in_production=True)
        self.place = self._town.place
        self._founder, self._tokens = asyncio.run(_let_in(self._town))
        self.place.start()
        _allow_many_connections()

    def close(self) -> None:
        self.place.stop()

    def weigh(self) -> tuple[float, float]:
        """MiB of the process before and with thousands of open streams, all silent."""
        return _run(self._weigh)

    def spread(self, runs: int) -> list[float]:
        """Seconds from sending a post until the last of a thousand streams has told of it."""
        return _run(lambda: self._spread(runs))

    async def _weigh(self) -> tuple[float, float]:
        await self._open(10)
        await asyncio.sleep(_CALM_SECONDS)
        before = self._memory()
        sockets = await self._open(SILENT)
        await asyncio.sleep(_CALM_SECONDS)
        if not all(each.is_open.is_set() for each in sockets):
            raise RuntimeError("not all streams are open")
        return before, self._memory()

    async def _spread(self, runs: int) -> list[float]:
        sockets = await self._open(LISTENERS)
        await asyncio.sleep(_CALM_SECONDS)
        return [await self._say(sockets, number) for number in range(runs)]

    async def _say(self, sockets: list[_Socket], number: int) -> float:
        left, all_told = len(sockets), asyncio.Event()

        def told() -> None:
            nonlocal left
            left -= 1
            if left == 0:
                all_told.set()

        for each in sockets:
            each.told_at, each.on_told = 0.0, told
        began = time.perf_counter()
        await self._post(f"Qui vient samedi ? ({number})")
        async with asyncio.timeout(_PATIENCE):
            await all_told.wait()
        return max(each.told_at for each in sockets) - began

    async def _post(self, words: str) -> None:
        body = orjson.dumps({"status": words, "fedparents": {"group_id": str(self._town.group)}})
        reader, writer = await asyncio.open_connection("127.0.0.1", self.place.port)
        writer.write(
            f"POST /api/v1/statuses HTTP/1.1\r\nHost: {self._town.host}\r\n"
            f"Authorization: Bearer {self._founder}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
            + body
        )
        status = (await reader.readline()).split()[1]
        writer.close()
        if status != b"200":
            raise RuntimeError(f"the post was answered {status!r}")

    async def _open(self, count: int) -> list[_Socket]:
        sockets: list[_Socket] = []
        while len(sockets) < count:
            some = [self._socket(len(sockets) + n) for n in range(min(_AT_ONCE, count))]
            await asyncio.gather(*(self._connect(each) for each in some))
            sockets += some
        return sockets

    async def _connect(self, socket: _Socket) -> None:
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: socket, "127.0.0.1", self.place.port)
        async with asyncio.timeout(_PATIENCE):
            await socket.is_open.wait()

    def _socket(self, number: int) -> _Socket:
        key = base64.b64encode(os.urandom(16)).decode()
        token = self._tokens[number % len(self._tokens)]
        return _Socket(
            f"GET /api/v1/streaming?stream=user HTTP/1.1\r\nHost: {self._town.host}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: {token}\r\n"
            "User-Agent: Mozilla/5.0 (Linux; Android 15) an app\r\n\r\n".encode()
        )

    def _memory(self) -> float:
        if self.place.process is None:
            raise RuntimeError("the place does not run")
        return anonymous_mib(self.place.process.pid)


def _run(work: Callable[[], Coroutine[None, None, T]]) -> T:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work())


async def _let_in(town: Town) -> tuple[str, list[str]]:
    """A token for who founded the group that everybody is in, and for a thousand new members: what
    one of them says first would wait for somebody to look at it."""
    db = open_database(town.place.database_url)
    await db.start()
    session = town.moderator.partition("=")[2]
    founder = await db.read(find_viewer, session, clock.now())
    if founder is None:
        raise RuntimeError("the founder is not signed in")
    own = await db.write(_issue, founder)
    tokens = [await _an_app(db, number, town.group) for number in range(LISTENERS)]
    await db.close()
    return own, tokens


async def _an_app(db: Database, number: int, group: GroupId) -> str:
    account = await an_account(db, f"listener_{number}")
    viewer = await signed_in(db, account)

    await db.write(ask_to_join, viewer, group, [])
    return await db.write(_issue, viewer)


def _issue(uow: UnitOfWork, viewer: Viewer) -> str:
    own = uow.session.get_one(Account, viewer.account_id)
    return create_token(uow, own, parse_scopes("read write"), label="an app", by=OPERATOR)[1]


def _allow_many_connections() -> None:
    """Here too: both ends of each stream are on this machine."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
