"""A place that answers on a real port, in the process of the test, and programs that listen."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from web.app import create_app
from web.runtime import Runtime
from web.serving import server_config

PATIENCE = 30
"""Seconds for what comes at once, on a machine that has much else to do."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where a place answers."""

    place: Runtime
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        """Of every request: places answer to their own name alone."""
        return {"Host": self.place.settings.domain}

    @asynccontextmanager
    async def listen(
        self,
        query: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        subprotocols: list[str] | None = None,
        path: str = "/api/v1/streaming",
    ) -> AsyncIterator[Ear]:
        opening = connect(
            f"ws://{self.place.settings.domain}{path}{query}",
            host="127.0.0.1",
            port=self.port,
            additional_headers=dict(headers or {}),
            subprotocols=[Subprotocol(each) for each in subprotocols or []] or None,
            compression=None,
            open_timeout=PATIENCE,
        )
        async with opening as connection:
            yield Ear(connection)


@dataclass(frozen=True, slots=True)
class Ear:
    """A program's socket."""

    connection: ClientConnection

    async def say(self, **wish: object) -> None:
        await self.connection.send(json.dumps(wish))

    async def subscribe(self, stream: str, **params: object) -> None:
        await self.say(type="subscribe", stream=stream, **params)

    async def hear(self) -> dict[str, Any]:
        """The next frame; its payload read, where that is JSON."""
        frame: dict[str, Any] = json.loads(await self._next())
        payload = frame.get("payload")
        if isinstance(payload, str) and payload[:1] in {"{", "["}:
            frame["payload"] = json.loads(payload)
        return frame

    async def _next(self) -> str | bytes:
        async with asyncio.timeout(PATIENCE):
            return await self.connection.recv()


@asynccontextmanager
async def at_the_door(place: Runtime) -> AsyncIterator[Door]:
    """The server as it is started for parents, on a free port of loopback."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = server_config(create_app(place))
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    try:
        yield Door(place, listener.getsockname()[1])
    finally:
        place.streams.close()
        await server.shutdown(sockets=[listener])
