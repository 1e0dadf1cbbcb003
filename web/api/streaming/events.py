"""Streams as server-sent events, for programs that speak no WebSocket."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from fedparents.applications.scopes import Scope as AppScope
from fedparents.applications.tokens import Bearer
from fedparents.errors import NotSignedIn, Unavailable
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, anybody
from web.api.streaming.channels import channel_in
from web.api.streaming.listeners import Kind, Stream
from web.api.streaming.opening import reader_of, subscribe
from web.api.streaming.outlets import Closed, Outlet

if TYPE_CHECKING:
    from web.runtime import Runtime

_HEADERS: Final = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"private, no-store"),
    (b"x-accel-buffering", b"no"),
)
_HELLO: Final = ":)\n\n"
"""Some clients wait for a first line before they believe that they are connected."""


class Events(Response):
    """An answer that goes on until either side has had enough."""

    def __init__(self, runtime: Runtime, bearer: Bearer) -> None:
        super().__init__(media_type="text/event-stream")
        self._send: Send | None = None
        self._runtime = runtime
        self.stream = Stream.of(
            Kind.EVENTS, Outlet(self._write, self._end), reader_of(runtime, bearer), bearer
        )

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._send = send
        listeners, outlet = self._runtime.streams.listeners, self.stream.outlet
        try:
            await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
            if scope["method"] == "HEAD":
                await self._end(Closed.RESTARTING)
                return
            outlet.offer(_HELLO)
            while (await receive())["type"] != "http.disconnect":
                pass
        except asyncio.CancelledError:
            if outlet.closed is None:
                raise
        finally:
            outlet.forget()
            listeners.remove(self.stream)

    async def _write(self, frame: str) -> None:
        if self._send is not None:
            await self._send(
                {"type": "http.response.body", "body": frame.encode(), "more_body": True}
            )

    async def _end(self, _why: Closed) -> None:
        if self._send is not None:
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})


async def listen(call: Call) -> Response:
    runtime, bearer = call.runtime, call.bearer
    if bearer is None:
        raise NotSignedIn
    channel = channel_in(call.text("stream"), call.values)
    if runtime.streams.is_closing:
        raise Unavailable
    events = Events(runtime, bearer)
    runtime.streams.listeners.add(events.stream)
    try:
        await subscribe(runtime, events.stream, bearer, channel)
    except BaseException:
        runtime.streams.listeners.remove(events.stream)
        raise
    return events


async def listen_by_query(call: Call) -> Response:
    call.request.path_params["stream"] = ""
    return await listen(call)


async def health(_call: Call) -> Response:
    return PlainTextResponse("OK")


_LISTENS: Final = a_person(AppScope.READ_STATUSES, AppScope.READ_NOTIFICATIONS)

routes = [
    ApiRoute("GET", "/api/v1/streaming/health", health, anybody()),
    ApiRoute("GET", "/api/v1/streaming", listen_by_query, _LISTENS),
    ApiRoute("GET", "/api/v1/streaming/{stream:path}", listen, _LISTENS),
]
