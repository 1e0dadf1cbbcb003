"""The application: routes, and the layers that every request passes on its way in and out."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Match, Mount, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette_compress import CompressMiddleware, remove_compress_type
from typing_extensions import override

from web.api.cors import OpenToOtherSites
from web.api.streaming.sockets import StreamSockets
from web.assets import PREFIX, HashedFiles
from web.errors import ErrorAnswers
from web.logs import RequestLog
from web.runtime import Runtime
from web.security.headers import OurNamesOnly, SecurityHeaders
from web.visit import Reception

_WORTH_COMPRESSING = 500
_HEAD = 3
_BROTLI = 2
"""A quarter of the time of the usual 4, for a few hundred bytes of a page."""
# A compressor holds a megabyte for as long as the answer lasts; a live page lasts for hours.
remove_compress_type("text/event-stream")


class App(Starlette):
    """Starlette without its own error layers: ours stand where the headers reach their answers."""

    @override
    def build_middleware_stack(self) -> ASGIApp:
        app: ASGIApp = Shortcut(self.router)
        for layer, args, kwargs in reversed(self.user_middleware):
            app = layer(app, *args, **kwargs)
        runtime: Runtime = self.state.runtime
        return Doors(app, Reception(StreamSockets(runtime), runtime))


class Doors:
    """ASGI: sockets stay open for hours, and are led past what only answers have to pass."""

    def __init__(self, pages: ASGIApp, sockets: ASGIApp) -> None:
        self._pages = pages
        self._sockets = sockets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._sockets if scope["type"] == "websocket" else self._pages
        await app(scope, receive, send)


class Shortcut:
    """ASGI: asks only those routes that can be meant; trying all in turn adds up."""

    def __init__(self, router: Router) -> None:
        self._router = router
        routes = [route for route in router.routes if isinstance(route, Route)]
        # Reversed, because the first of two routes with one path wins.
        self._exact = {
            (method, route.path): route
            for route in reversed(routes)
            if not route.param_convertors
            for method in route.methods or ()
        }
        heads = {head for route in routes if _is_literal(head := _head(route.path))}
        self._alike = {
            head: [route for route in routes if _may_begin_with(head, route)] for head in heads
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._find(scope) if scope["type"] == "http" else None
        if route is None:  # also what is there for other methods, which the router tells
            await self._router(scope, receive, send)
            return
        scope["route"] = route
        await route.handle(scope, receive, send)

    def _find(self, scope: Scope) -> Route | None:
        exact = self._exact.get((scope["method"], scope["path"]))
        if exact is not None:
            scope.update(endpoint=exact.endpoint, path_params={})
            return exact
        for route in self._alike.get(_head(scope["path"]), ()):
            match, found = route.matches(scope)
            if match == Match.FULL:
                scope.update(found)
                return route
        return None


def _head(path: str) -> tuple[str, ...]:
    """The first parts of a path; many calls of programs differ in the third."""
    return tuple(path.split("/", _HEAD + 1)[1 : _HEAD + 1])


def _is_literal(head: tuple[str, ...]) -> bool:
    return len(head) == _HEAD and not any("{" in part for part in head)


def _may_begin_with(head: tuple[str, ...], route: Route) -> bool:
    """Whether the paths of a route can begin like this; a parameter may be whatever it wants."""
    parts = _head(route.path)
    until = next((n for n, part in enumerate(parts) if "{" in part), len(parts))
    return parts[:until] == head[:until]


def create_app(runtime: Runtime) -> App:
    """The ASGI application of a started runtime."""
    settings = runtime.settings
    app = App(
        routes=[*runtime.routes, Mount(PREFIX, HashedFiles(runtime.assets), name="static")],
        middleware=[
            Middleware(Reception, runtime),
            Middleware(RequestLog),
            Middleware(SecurityHeaders, settings),
            Middleware(CompressMiddleware, minimum_size=_WORTH_COMPRESSING, brotli_quality=_BROTLI),
            Middleware(OpenToOtherSites),
            Middleware(ErrorAnswers),
            Middleware(OurNamesOnly, settings),
        ],
    )
    app.state.runtime = runtime
    return app
