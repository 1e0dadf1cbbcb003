"""The line to a town: on a bad one, what goes through it is lost, cut, late or out of turn."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum, auto

_HEAD = b"\r\n\r\n"
_LONGEST_DELAY = 0.15


class Mishap(StrEnum):
    LOST = auto()
    """The request never arrives."""
    UNHEARD = auto()
    """It arrives and is acted on; the answer never comes back."""
    CUT = auto()
    """The answer ends in its middle."""
    LATE = auto()
    """Others overtake it."""
    STRAY = auto()
    """It arrives twice."""
    BUSY = auto()
    """Something on the way answers that there is too much to do."""


_BREAKS = frozenset({Mishap.LOST, Mishap.UNHEARD, Mishap.CUT})
_BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: 5\r\n\r\n"


@dataclass
class Line:
    """Whoever calls `port` reaches `behind`, as well as the weather lets them."""

    behind: int
    moments: random.Random
    port: int = 0
    odds: Mapping[Mishap, float] = field(default_factory=dict)
    """How likely each is, of 1 in all; nothing happens to the rest."""
    is_down: bool = False
    """As if nobody were there."""
    knocks: int = 0
    """How often somebody called, whether or not they got through."""
    busiest: int = 0
    """The most that went through at once."""
    seen: Counter[Mishap] = field(default_factory=Counter)
    _inside: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._talk(reader, writer)
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (request := await _read_message(reader)) is not None:
            self.knocks += 1
            self._inside += 1
            self.busiest = max(self.busiest, self._inside)
            mishap = self._next()
            try:
                writer.write(await self._pass_on(request, mishap))
            finally:
                self._inside -= 1
            await writer.drain()
            if self.is_down or mishap in _BREAKS:
                return

    async def _pass_on(self, request: bytes, mishap: Mishap | None) -> bytes:
        """What arrives of the answer."""
        if self.is_down or mishap is Mishap.LOST:
            return b""
        if mishap is Mishap.BUSY:
            return _BUSY
        if mishap is Mishap.LATE:
            await asyncio.sleep(self.moments.uniform(0, _LONGEST_DELAY))
        answer = await self._ask(request)
        if mishap is Mishap.STRAY:
            answer = await self._ask(request)
        if mishap is Mishap.UNHEARD:
            return b""
        return answer[: len(answer) // 2] if mishap is Mishap.CUT else answer

    def _next(self) -> Mishap | None:
        if self.is_down:
            return None
        drawn = self.moments.random()
        for mishap, odds in self.odds.items():
            drawn -= odds
            if drawn < 0:
                self.seen[mishap] += 1
                return mishap
        return None

    async def _ask(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.behind)
        try:
            writer.write(request)
            return await _read_message(reader) or b""
        finally:
            writer.close()


@asynccontextmanager
async def a_line(behind: int, moments: random.Random) -> AsyncIterator[Line]:
    """A line to the server on this port of loopback; the weather is fine at first."""
    line = Line(behind, moments)
    server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()


async def _read_message(reader: asyncio.StreamReader) -> bytes | None:
    """A whole request or answer; None when there are no more."""
    try:
        head = await reader.readuntil(_HEAD)
    except asyncio.IncompleteReadError:
        return None
    fields = head.decode("latin-1").lower().split("\r\n")
    length = next((each for each in fields if each.startswith("content-length:")), ":0")
    if "transfer-encoding: chunked" in fields:
        return head + await _read_chunks(reader)
    return head + await reader.readexactly(int(length.partition(":")[2]))


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    read = b""
    while True:
        size = await reader.readuntil(b"\r\n")
        chunk = await reader.readexactly(int(size, 16) + 2)
        read += size + chunk
        if int(size, 16) == 0:
            return read
