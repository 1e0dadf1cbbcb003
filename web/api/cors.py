"""Lets apps that are web pages of other sites call the API, and nothing else."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.api.limits import allowance_headers
from web.visit import visit_of

_API: Final = "/api/"
_PICTURES: Final = "/static/"
_PHOTOS: Final = "/media/"
_USUAL_HEADERS: Final = "Authorization, Content-Type, Idempotency-Key, Accept-Language"
_DAY: Final = "86400"
_METHODS: Final = {
    _API: "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
    _PICTURES: "GET, HEAD",
    _PHOTOS: "GET, HEAD",
    "/.well-known/": "GET, HEAD",
    "/nodeinfo/": "GET, HEAD",
    "/oauth/token": "POST",
    "/oauth/revoke": "POST",
    "/oauth/userinfo": "GET, HEAD, POST",
}
# No credentials are allowed, so that a foreign page can never use somebody's cookies.
_ALWAYS: Final = (
    (b"access-control-allow-origin", b"*"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)
_EXPOSED: Final = (
    b"access-control-expose-headers",
    b"Link, X-RateLimit-Reset, X-RateLimit-Limit, X-RateLimit-Remaining, X-Request-Id,"
    b" Mastodon-Async-Refresh",
)


class OpenToOtherSites:
    """ASGI: adds what browsers ask for, to errors as well; without it they look like no answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        prefix = next((each for each in _METHODS if _is_below(scope, each)), None)
        if prefix is None or _is_for_own_pages(scope, prefix):
            await self._app(scope, receive, send)
            return
        told = (*_ALWAYS, _EXPOSED) if prefix == _API else _ALWAYS
        if _is_preflight(scope):
            await _answer_preflight(scope, send, _METHODS[prefix])
            return

        visit = visit_of(scope)

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].extend(told)
                if visit.allowance is not None:
                    message["headers"].extend(allowance_headers(visit.allowance))
            await send(message)

        await self._app(scope, receive, add)


def _is_below(scope: Scope, prefix: str) -> bool:
    return scope["type"] == "http" and str(scope["path"]).startswith(prefix)


def _is_for_own_pages(scope: Scope, prefix: str) -> bool:
    """A photo that is shown to whoever is signed in here: apps of other sites send no cookie."""
    return prefix == _PHOTOS and bool(visit_of(scope).header(b"cookie"))


def _is_preflight(scope: Scope) -> bool:
    if scope["method"] != "OPTIONS":
        return False
    return bool(visit_of(scope).header(b"access-control-request-method"))


async def _answer_preflight(scope: Scope, send: Send, methods: str) -> None:
    asked = visit_of(scope).header(b"access-control-request-headers") or _USUAL_HEADERS
    headers = [
        *_ALWAYS,
        (b"access-control-allow-methods", methods.encode()),
        (b"access-control-allow-headers", asked.encode("latin-1")),
        (b"access-control-max-age", _DAY.encode()),
        (b"vary", b"Access-Control-Request-Headers"),
        (b"content-length", b"0"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
