"""The log: one line for each request and each event, and nothing that tells who it was.

No addresses, no e-mail, no query, no tokens; a path appears as the pattern of its route.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import Final, Literal, TextIO

import orjson
import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import EventDict, WrappedLogger
from typing_extensions import override

from fedparents import clock
from web.visit import visit_of

_UNREMARKABLE: Final = ("/healthz", "/readyz", "/static")
"""Asked for so often that their lines would hide the others."""
_EMAIL: Final = re.compile(r"[^\s'\"<>(]+@[^\s'\"<>)]+")
_PLAIN: Final = re.compile(r"[^\s=\"'\\]+")
_ROW: Final = re.compile(r"(DETAIL|CONTEXT):.*")
_MAY_QUOTE: Final = ("exception", "reason", "event")

log = structlog.get_logger("web")


def set_up_logs(style: Literal["text", "json"], output: TextIO = sys.stderr) -> None:
    """From here on everything that this program and its libraries say is written to `output`."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _without_addresses,
            _renderer(style, output),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(output),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_Forwarder()], force=True)
    logging.captureWarnings(True)


class RequestLog:
    """ASGI: writes one line when a request has been answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = clock.stopwatch()
        status = 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            _write_line(scope, status, clock.stopwatch() - begun)


class _Forwarder(logging.Handler):
    """What libraries say through the standard library, in our format."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        try:
            log.log(
                record.levelno, record.getMessage(), logger=record.name, exc_info=record.exc_info
            )
        except Exception:  # noqa: BLE001 - a log that cannot be written must not end the program
            self.handleError(record)


def _write_line(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", None)
    if route in _UNREMARKABLE and status < 500:  # noqa: PLR2004 - failures are always remarkable
        return
    log.info(
        "request",
        method=scope["method"],
        route=route or "(none)",
        status=status or "cut off",
        ms=round(seconds * 1000, 1),
        id=visit_of(scope).id,
    )


def _renderer(style: str, output: TextIO) -> structlog.typing.Processor:
    if style == "json":
        return structlog.processors.JSONRenderer(serializer=_json)
    if output.isatty():
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return _text


def _text(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """One line, with its traceback below: what colours it for people at a terminal takes as long
    as a small answer."""
    begin = f"{event.pop('timestamp')} [{event.pop('level')}] {event.pop('event')}"
    trace = event.pop("exception", "")
    told = " ".join([begin, *(f"{name}={_word(value)}" for name, value in event.items())])
    return f"{told}\n{trace}" if trace else told


def _word(value: object) -> str:
    """Quoted, where it could be taken for more than one."""
    return value if isinstance(value, str) and _PLAIN.fullmatch(value) else repr(value)


def _json(event: EventDict, **_options: object) -> str:
    return orjson.dumps(event, default=str).decode()


def _without_addresses(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Databases and relays quote what they complain about, PostgreSQL whole rows."""
    for name in _MAY_QUOTE:
        value = event.get(name)
        if isinstance(value, str):
            event[name] = _EMAIL.sub("(address)", _ROW.sub(r"\1: (hidden)", value))
    return event
