"""Connections as they are before there is a request: a head of bounded size, within a bounded time.

The server leaves both to a proxy in front of it; a volunteer may have none, and a proxy can be
misconfigured.
"""

from __future__ import annotations

import asyncio
from typing import Final

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

SECONDS_FOR_HEAD: Final = 20.0
LARGEST_HEAD_SEEN: Final = 128 * 1024
"""Beyond this the bytes are not even collected; what is smaller is answered politely."""
SECONDS_TO_PART: Final = 20.0
"""After a socket was given up: its other side may never take what is still on the way."""
_TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class PatientConnection(HttpToolsProtocol):
    """Ends a connection that drips its head, or never stops sending it."""

    _unfinished_head = 0
    _reads_head = True
    _timer: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as above it
        super().connection_made(transport)
        self._start_timer()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._reads_head or self.transport.is_closing():
            return
        self._unfinished_head += len(data)
        if self._unfinished_head > LARGEST_HEAD_SEEN:
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    @override
    def on_message_begin(self) -> None:
        self._reads_head = True
        self._unfinished_head = 0
        self._start_timer()
        super().on_message_begin()

    @override
    def on_headers_complete(self) -> None:
        self._reads_head = False
        self._stop_timer()
        super().on_headers_complete()

    def _start_timer(self) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(SECONDS_FOR_HEAD, self._end)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()


class PatientSocket(WebSocketsSansIOProtocol):
    """Ends a socket for good that has been given up, whether the other side listens or not."""

    _parting: asyncio.TimerHandle | None = None

    @override
    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        super().on_task_complete(task)
        if not self.disconnected:
            self._parting = self.loop.call_later(SECONDS_TO_PART, self.transport.abort)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._parting is not None:
            self._parting.cancel()
            self._parting = None
        super().connection_lost(exc)
