"""Servers on loopback that answer whatever a test tells them to, with and without TLS."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Reply = Callable[[asyncio.StreamWriter], Awaitable[None]]


def says(body: bytes = b"hello", status: str = "200 OK", **headers: str) -> Reply:
    """A whole answer, said at once."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return writes("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def writes(data: bytes) -> Reply:
    """These bytes, HTTP or not."""

    async def reply(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return reply


def never_ends(chunk: bytes, pause: float = 0.0) -> Reply:
    """An answer without a length and without an end."""

    async def reply(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(pause)

    return reply


@dataclass
class Stranger:
    """A server; `heads` are the requests that it has got."""

    host: str
    port: int = 0
    replies: dict[str, Reply] = field(default_factory=dict)
    heads: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [head.split()[1] for head in self.heads]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._answer_one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass  # whoever called has gone
        finally:
            writer.transport.abort()

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        self.heads.append(head)
        length = head.lower().partition("content-length:")[2].split("\r\n")[0].strip()
        await reader.readexactly(int(length or 0))
        await self.replies[head.split()[1]](writer)
        return "connection: close" not in head.lower()


@asynccontextmanager
async def stranger(
    host: str = "127.0.0.1", *, port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Stranger]:
    """A server that listens on this address for as long as it is looked at."""
    found = Stranger(host)
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(found.answer(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connected, host, port, ssl=tls)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def among(hosts: Collection[str]) -> Callable[[str], Awaitable[bool]]:
    """Whether a host is one of these."""

    async def answer(host: str) -> bool:
        return host in hosts

    return answer
