"""Whoever takes what a place sends, over HTTP/1.1 and cheaply: the machine is shared."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from typing_extensions import override


@dataclass(slots=True)
class Taker(asyncio.Protocol):
    """One connection; every request is handed over as its body, and answered with success."""

    take: Callable[[bytes], None]
    status: str
    doors: set[asyncio.Transport] = field(default_factory=set)
    """All connections that are open, where somebody may want to close them."""
    _transport: asyncio.Transport | None = None
    _buffer: bytes = b""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # With TLS it is one that can be written to, and does not say so.
        self._transport = cast(asyncio.Transport, transport)
        self.doors.add(self._transport)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self.doors.discard(self._transport)

    @override
    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            whole = end + 4 + length
            if len(self._buffer) < whole:
                return
            self.take(self._buffer[end + 4 : whole])
            self._buffer = self._buffer[whole:]
            assert self._transport is not None
            self._transport.write(f"HTTP/1.1 {self.status}\r\nContent-Length: 0\r\n\r\n".encode())
