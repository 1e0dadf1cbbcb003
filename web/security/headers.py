"""What every answer tells the browser about how far to trust it, and which names we answer to."""

from __future__ import annotations

from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fedparents.settings import Settings, is_local_name
from web.security.bodies import LARGEST_HEAD
from web.visit import Visit, visit_of

POLICY: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
)
_FEATURES: Final = (
    "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(self),"
    " gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
)
_ANY_NAME: Final = ("/healthz", "/readyz")
"""Asked by programs of the same machine, which know an address and no name."""
_KEEPS_OPENER: Final = (b"cross-origin-opener-policy", b"unsafe-none")
_YEAR: Final = 31_536_000


class SecurityHeaders:
    """ASGI: adds what an answer does not say itself."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._headers = [
            (name.lower().encode(), value.encode()) for name, value in _defaults(settings)
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: list[tuple[bytes, bytes]] = message["headers"]
                if visit_of(scope).keeps_opener:
                    headers.append(_KEEPS_OPENER)
                told = {name for name, _ in headers}
                headers.extend(pair for pair in self._headers if pair[0] not in told)
            await send(message)

        await self._app(scope, receive, add if scope["type"] == "http" else send)


class OurNamesOnly:
    """ASGI: lets requests in that are meant for this place, with a head of reasonable size."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._domain = settings.domain
        self._is_development = settings.is_development

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"}:
            self._check(scope, visit_of(scope))
        await self._app(scope, receive, send)

    def _check(self, scope: Scope, visit: Visit) -> None:
        size = sum(len(name) + len(value) for name, value in scope["headers"])
        if size + len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LARGEST_HEAD:
            raise HTTPException(431)
        _without_nulls(scope)
        if scope["path"] in _ANY_NAME:
            return
        host = visit.header(b"host").lower()
        if not host or "," in host:
            raise HTTPException(400)
        if not self._is_ours(host):
            raise HTTPException(421)

    def _is_ours(self, host: str) -> bool:
        if host in (self._domain, f"{self._domain}:443"):
            return True
        return self._is_development and is_local_name(_name(host))


def _without_nulls(scope: Scope) -> None:
    """No database takes a null character, and no page of ours has one in its address."""
    if "\x00" in scope["path"]:
        raise HTTPException(404)
    while b"%00" in scope["query_string"]:
        scope["query_string"] = scope["query_string"].replace(b"%00", b"")


def _name(host: str) -> str:
    """A Host header without its port and without the brackets of IPv6."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _defaults(settings: Settings) -> list[tuple[str, str]]:
    policy = list(POLICY)
    headers = [
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", _FEATURES),
        ("Referrer-Policy", "same-origin"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Robots-Tag", "noai, noimageai"),
        ("Cache-Control", "no-store"),
    ]
    if not settings.is_development:
        policy.append("upgrade-insecure-requests")
        headers.append(("Strict-Transport-Security", f"max-age={_YEAR}"))
    return [("Content-Security-Policy", "; ".join(policy)), *headers]
