"""The bus: short messages between the processes of one place, as hints and never as truth.

It wakes workers and carries live events. A message that gets lost costs a second, not a post:
whoever listens also looks into the database from time to time.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Protocol

Listener = Callable[[str], None]


class Bus(Protocol):
    """In this process on SQLite, LISTEN/NOTIFY on PostgreSQL."""

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    def publish(self, channel: str, message: str = "") -> None:
        """Tell every process that listens; returns at once, from any thread."""

    def subscribe(self, channel: str, listener: Listener) -> Callable[[], None]:
        """Call `listener` in the event loop for every message; the answer ends it."""


class Listeners:
    """Who listens to which channel in this process."""

    def __init__(self) -> None:
        self._by_channel: dict[str, list[Listener]] = {}

    def add(self, channel: str, listener: Listener) -> Callable[[], None]:
        self._by_channel.setdefault(channel, []).append(listener)

        def remove() -> None:
            with contextlib.suppress(ValueError):
                self._by_channel[channel].remove(listener)

        return remove

    def tell(self, channel: str, message: str) -> None:
        for listener in tuple(self._by_channel.get(channel, ())):
            listener(message)


class InProcessBus:
    """Everybody lives in one process."""

    def __init__(self) -> None:
        self._listeners = Listeners()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()

    async def close(self) -> None:
        self._loop = None

    def publish(self, channel: str, message: str = "") -> None:
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has just ended
                loop.call_soon_threadsafe(self._listeners.tell, channel, message)

    def subscribe(self, channel: str, listener: Listener) -> Callable[[], None]:
        return self._listeners.add(channel, listener)
