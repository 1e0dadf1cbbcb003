"""The application: routes, and the layers that every request passes on its way in and out."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route, Router
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
    """ASGI: finds a route whose path has no parameters at once; trying all in turn adds up."""

    def __init__(self, router: Router) -> None:
        self._router = router
        # Reversed, because the first of two routes with one path wins.
        self._routes = {
            route.path: route
            for route in reversed(router.routes)
            if isinstance(route, Route) and not route.param_convertors
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._routes.get(scope["path"]) if scope["type"] == "http" else None
        if route is None or not route.methods or scope["method"] not in route.methods:
            await self._router(scope, receive, send)
            return
        scope["route"] = route
        scope["endpoint"] = route.endpoint
        scope["path_params"] = {}
        await route.handle(scope, receive, send)


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
