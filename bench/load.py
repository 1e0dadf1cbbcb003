"""A small HTTP client in a closed loop: each connection asks, waits for the answer, asks again.

Written on sockets, because on a machine of two cores a client library would measure itself.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle


@dataclass(frozen=True, slots=True)
class Load:
    """What a closed loop saw."""

    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    statuses: dict[int, int]


@dataclass(frozen=True, slots=True)
class Request:
    """What one turn of a client sends."""

    payload: bytes
    is_write: bool = False
    """Writes are sent and counted; only the times of reads are kept."""


def pages(host: str, paths: Sequence[str], cookies: Sequence[str] = ("",)) -> Iterator[Request]:
    """One person after the other looks at one page after the other, without an end."""
    people, where = cycle(cookies), cycle(paths)
    while True:
        yield Request(_page(next(where), host, next(people)))


async def closed_loop(
    port: int, requests: Iterator[Request], *, clients: int, seconds: float
) -> Load:
    """`clients` connections ask for `seconds`, each for whatever is next, as long as there is
    something."""
    times: list[float] = []
    statuses: Counter[int] = Counter()
    ends = time.perf_counter() + seconds
    await asyncio.gather(*(_client(port, requests, ends, times, statuses) for _ in range(clients)))
    cuts = statistics.quantiles(times, n=100)
    return Load(
        per_second=len(times) / seconds,
        p50_ms=statistics.median(times) * 1000,
        p95_ms=cuts[94] * 1000,
        p99_ms=cuts[98] * 1000,
        statuses=dict(statuses),
    )


def _page(path: str, host: str, cookie: str) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n"
        f"Accept-Encoding: br\r\nAccept-Language: fr\r\nCookie: {cookie}\r\n\r\n"
    ).encode()


async def _client(
    port: int, requests: Iterator[Request], ends: float, times: list[float], statuses: Counter[int]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while time.perf_counter() < ends and (request := next(requests, None)) is not None:
            began = time.perf_counter()
            writer.write(request.payload)
            statuses[await _answer(reader)] += 1
            if not request.is_write:
                times.append(time.perf_counter() - began)
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head.split(b" ", 2)[1])
    if b"\r\ncontent-length:" in head:
        length = int(head.split(b"\r\ncontent-length:", 1)[1].split(b"\r\n", 1)[0])
        await reader.readexactly(length)
    else:
        while (size := int((await reader.readline()).strip(), 16)) > 0:
            await reader.readexactly(size + 2)
        await reader.readline()
    return status
