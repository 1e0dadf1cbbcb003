"""The way out of one open stream: what waits to be sent, as long as it is not too much.

Nothing runs for a stream that has nothing to send: thousands of them cost no more than their
connections.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from enum import IntEnum
from typing import Final

MOST_WAITING: Final = 100
MOST_LETTERS: Final = 512 * 1024
SECONDS_TO_CLOSE: Final = 5.0


class Closed(IntEnum):
    """Why a stream is closed, in the numbers of RFC 6455 and its registry."""

    WRONG_KIND = 1003
    NOT_ALLOWED = 1008
    RESTARTING = 1012
    TOO_SLOW = 1013


class Outlet:
    """Belongs to the task that makes it, which waits for the other side to go away."""

    def __init__(
        self, write: Callable[[str], Awaitable[None]], end: Callable[[Closed], Awaitable[None]]
    ) -> None:
        self._write = write
        self._end = end
        self._owner = asyncio.current_task()
        self._waiting: deque[str] | None = None
        self._letters = 0
        self._working: asyncio.Task[None] | None = None
        self.closed: Closed | None = None

    def offer(self, frame: str) -> None:
        """Send it as soon as the other side takes it; whoever takes too little is let go."""
        if self.closed is not None:
            return
        if self._waiting is None:
            self._waiting = deque()
        if len(self._waiting) >= MOST_WAITING or self._letters > MOST_LETTERS:
            self.close(Closed.TOO_SLOW)
            return
        self._waiting.append(frame)
        self._letters += len(frame)
        if self._working is None:
            self._working = asyncio.create_task(self._drain())

    def close(self, why: Closed) -> None:
        """Send nothing more, and say goodbye if that can be said."""
        if self.closed is not None:
            return
        self.closed = why
        self.forget()
        self._working = asyncio.create_task(self._say_goodbye(why))

    def forget(self) -> None:
        """The other side is gone."""
        self._waiting = None
        if self._working is not None:
            self._working.cancel()
            self._working = None

    async def _drain(self) -> None:
        try:
            while self._waiting:
                frame = self._waiting.popleft()
                self._letters -= len(frame)
                await self._write(frame)
        except (OSError, RuntimeError):  # it went away; its owner hears of that too
            self.closed = self.closed or Closed.RESTARTING
        finally:
            self._waiting = None
            self._letters = 0
        self._working = None

    async def _say_goodbye(self, why: Closed) -> None:
        with contextlib.suppress(OSError, RuntimeError):
            try:
                async with asyncio.timeout(SECONDS_TO_CLOSE):
                    await self._end(why)
                    return
            except TimeoutError:
                pass
        if self._owner is not None:
            self._owner.cancel()
