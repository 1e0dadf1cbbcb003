"""The bus over PostgreSQL's LISTEN and NOTIFY, for several processes on one database."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable

import psycopg

from fedparents.jobs.bus import Listener, Listeners

_CHANNEL = "fedparents"
_RECONNECT_SECONDS = 1.0
_PATIENCE_SECONDS = 5


class PostgresBus:
    """One connection listens, one tells; both are opened again when they break."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._listeners = Listeners()
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._is_listening = asyncio.Event()
        self._can_tell = asyncio.Event()

    async def start(self) -> None:
        """Both lines are up when this is over, so that nothing said from then on is heard late; a
        database that does not answer for seconds is waited for elsewhere."""
        self._loop = asyncio.get_running_loop()
        self._tasks = [
            asyncio.create_task(self._for_ever(self._listen), name="bus-listen"),
            asyncio.create_task(self._for_ever(self._tell), name="bus-tell"),
        ]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._is_listening.wait()
                await self._can_tell.wait()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._loop = None

    def publish(self, channel: str, message: str = "") -> None:
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has just ended
                loop.call_soon_threadsafe(self._outgoing.put_nowait, json.dumps([channel, message]))

    def subscribe(self, channel: str, listener: Listener) -> Callable[[], None]:
        return self._listeners.add(channel, listener)

    async def _for_ever(self, work: Callable[[], object]) -> None:
        while True:
            with contextlib.suppress(psycopg.Error, OSError):
                await work()  # type: ignore[misc]  # both are coroutine functions
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def _connect(self) -> psycopg.AsyncConnection[tuple[object, ...]]:
        return await psycopg.AsyncConnection.connect(self._url, autocommit=True, connect_timeout=5)

    async def _listen(self) -> None:
        async with await self._connect() as connection:
            await connection.execute(f"LISTEN {_CHANNEL}")
            self._is_listening.set()
            async for notice in connection.notifies():
                channel, message = json.loads(notice.payload)
                self._listeners.tell(channel, message)

    async def _tell(self) -> None:
        async with await self._connect() as connection:
            self._can_tell.set()
            while True:
                # Many commits in one moment wake the workers once; what is said keeps its order.
                messages = {await self._outgoing.get(): None}
                while not self._outgoing.empty():
                    messages[self._outgoing.get_nowait()] = None
                for message in messages:
                    await connection.execute("SELECT pg_notify(%s, %s)", (_CHANNEL, message))
