"""`/api/v1/streaming` as a WebSocket: one for each program, with as many streams as it wants.

Nothing of what pages and calls pass on their way stands here: it would be held for as long as the
socket is open, thousands of times.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

import orjson
import structlog
from starlette.types import Message, Receive, Scope, Send

from fedparents.applications.tokens import Bearer
from fedparents.errors import FedparentsError, NotAllowed, NotFound, Unavailable
from web.api.endpoints import speak_to
from web.api.errors import API_TYPE, api_error
from web.api.limits import count_call
from web.api.streaming.channels import (
    Channel,
    ParamOfStream,
    UnknownStream,
    channel_in,
    channel_of,
)
from web.api.streaming.listeners import Kind, Stream
from web.api.streaming.opening import find_listener, reader_of, subscribe
from web.api.streaming.outlets import Closed, Outlet
from web.errors import failure_of
from web.security.headers import OurNamesOnly
from web.visit import Visit, visit_of

if TYPE_CHECKING:
    from web.runtime import Runtime

PATH: Final = "/api/v1/streaming"
_MOST_TOKENS: Final = 3

log = structlog.get_logger(__name__)


class StreamSockets:
    """ASGI: every WebSocket there is."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._inside = OurNamesOnly(self._answer, runtime.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def watch(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._inside(scope, receive, watch)
        except Exception as error:
            if has_begun:
                raise
            await _refuse(error, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path != PATH and not path.startswith(f"{PATH}/"):
            raise NotFound
        visit, query = visit_of(scope), _query(scope)
        speak_to(visit)
        bearer, token = await self._find_listener(visit, query)
        count_call(visit, bearer)
        if self._runtime.streams.is_closing:
            raise Unavailable
        socket = _Socket(visit, bearer, receive, send)
        # Removed again by the socket itself, however it ends.
        self._runtime.streams.listeners.add(socket.stream)
        offered: list[str] = scope.get("subprotocols", [])
        chosen = token if token in offered else next(iter(offered), None)
        first = path.removeprefix(PATH).strip("/") or query.get("stream", "")
        # What the head said is needed no more, and would stay for as long as the socket does.
        visit.headers.clear()
        await socket.serve(chosen, first, query)

    async def _find_listener(self, visit: Visit, query: Mapping[str, str]) -> tuple[Bearer, str]:
        kind, _, held = visit.header(b"authorization").partition(" ")
        if kind.lower() == "bearer":
            tokens = [held.strip()]
        elif query.get("access_token"):
            tokens = [query["access_token"]]
        else:
            tokens = list(visit.scope.get("subprotocols", []))[:_MOST_TOKENS]
        try:
            return await find_listener(self._runtime, tokens)
        except FedparentsError:
            count_call(visit, None)
            raise


class _Socket:
    """One open socket."""

    def __init__(self, visit: Visit, bearer: Bearer, receive: Receive, send: Send) -> None:
        self._visit = visit
        self._bearer = bearer
        self._receive = receive
        self._send = send
        outlet = Outlet(self._write, self._end)
        self.stream = Stream.of(Kind.SOCKET, outlet, reader_of(visit.runtime, bearer), bearer)

    async def serve(self, chosen: str | None, first: str, query: Mapping[str, str]) -> None:
        outlet = self.stream.outlet
        try:
            await self._receive()  # the wish to connect
            await self._send({"type": "websocket.accept", "subprotocol": chosen})
            if first:
                await self._subscribe(lambda: channel_in(first, query))
            while (message := await self._receive())["type"] == "websocket.receive":
                await self._hear(message.get("text"))
        except asyncio.CancelledError:
            if outlet.closed is None:
                raise
        except OSError:
            pass  # it has gone away while it was answered
        finally:
            outlet.forget()
            self._visit.runtime.streams.listeners.remove(self.stream)

    async def _hear(self, text: str | None) -> None:
        if text is None:
            self.stream.outlet.close(Closed.WRONG_KIND)
            return
        try:
            wish = orjson.loads(text)
        except ValueError:
            return
        if not isinstance(wish, dict):
            return
        match wish.get("type"):
            case "subscribe":
                await self._subscribe(lambda: channel_of(wish.get("stream"), wish))
            case "unsubscribe":
                await self._unsubscribe(wish)

    async def _subscribe(self, read: Callable[[], Channel]) -> None:
        try:
            channel = read()
            if channel not in self.stream.channels:
                count_call(self._visit, self._bearer)
                await subscribe(self._visit.runtime, self.stream, self._bearer, channel)
        except FedparentsError as error:
            self._complain(error)

    async def _unsubscribe(self, wish: Mapping[str, object]) -> None:
        try:
            self.stream.channels.pop(channel_of(wish.get("stream"), wish), None)
        except FedparentsError as error:
            self._complain(error)

    def _complain(self, error: FedparentsError) -> None:
        status = 401 if isinstance(error, NotAllowed) else failure_of(error).status
        told = {"error": _words_of(error), "status": status}
        self.stream.outlet.offer(orjson.dumps(told).decode())

    async def _write(self, frame: str) -> None:
        await self._send({"type": "websocket.send", "text": frame})

    async def _end(self, why: Closed) -> None:
        await self._send({"type": "websocket.close", "code": int(why)})


async def _refuse(error: Exception, send: Send) -> None:
    """In plain HTTP, since there is no socket yet."""
    failure = failure_of(error)
    if failure.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("stream.failed", exc_info=error)
    body = orjson.dumps(api_error(error, failure.code, lambda: failure.text, ""))
    headers = [(b"content-type", API_TYPE.encode()), (b"access-control-allow-origin", b"*")]
    headers += [(name.lower().encode(), text.encode()) for name, text in failure.headers.items()]
    await send(
        {"type": "websocket.http.response.start", "status": failure.status, "headers": headers}
    )
    await send({"type": "websocket.http.response.body", "body": body})
    log.info("stream.refused", status=failure.status)


def _words_of(error: FedparentsError) -> str:
    if isinstance(error, UnknownStream):
        return "Unknown stream type"
    if isinstance(error, ParamOfStream):
        return f"Missing {error.params['name']} name parameter"
    failure = failure_of(error)
    return str(api_error(error, failure.code, lambda: failure.text, "")["error"])


def _query(scope: Scope) -> dict[str, str]:
    return dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
