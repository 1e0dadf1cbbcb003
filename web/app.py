"""The application: routes, and the layers that every request passes on its way in and out."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.types import ASGIApp
from starlette_compress import CompressMiddleware
from typing_extensions import override

from web.api.cors import OpenToOtherSites
from web.assets import PREFIX, HashedFiles
from web.errors import ErrorAnswers
from web.logs import RequestLog
from web.runtime import Runtime
from web.security.headers import OurNamesOnly, SecurityHeaders
from web.visit import Reception

_WORTH_COMPRESSING = 500


class App(Starlette):
    """Starlette without its own error layers: ours stand where the headers reach their answers."""

    @override
    def build_middleware_stack(self) -> ASGIApp:
        app: ASGIApp = self.router
        for layer, args, kwargs in reversed(self.user_middleware):
            app = layer(app, *args, **kwargs)
        return app


def create_app(runtime: Runtime) -> App:
    """The ASGI application of a started runtime."""
    settings = runtime.settings
    app = App(
        routes=[*runtime.routes, Mount(PREFIX, HashedFiles(runtime.assets), name="static")],
        middleware=[
            Middleware(Reception, runtime),
            Middleware(RequestLog),
            Middleware(SecurityHeaders, settings),
            Middleware(CompressMiddleware, minimum_size=_WORTH_COMPRESSING),
            Middleware(OpenToOtherSites),
            Middleware(ErrorAnswers),
            Middleware(OurNamesOnly, settings),
        ],
    )
    app.state.runtime = runtime
    return app
