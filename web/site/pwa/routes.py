"""The manifest, the service worker with what it may keep, and the page it shows without network."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from web.assets import DIRECTORY, Assets
from web.routing import Endpoint, Page
from web.site.page import render
from web.visit import runtime_of, visit_of

# All that the service worker keeps. Nothing in it differs from one person to the next.
SHELL: Final = (
    "vendor/modern-normalize.css",
    "css/tokens.css",
    "css/base.css",
    "css/forms.css",
    "css/parts.css",
    "css/frame.css",
    "css/print.css",
    "vendor/htmx.min.js",
    "vendor/idiomorph.min.js",
    "js/site.js",
    "vendor/icons.svg",
    "images/logo.svg",
    "images/calm.svg",
)
WORKER: Final = "js/worker.js"

OFF_SWITCH: Final = "service-worker-off"
"""An empty file of this name in the data folder makes every browser drop its worker and caches."""


async def manifest(request: Request) -> Response:
    response = render(request, "pwa/manifest.webmanifest", {})
    response.headers["Content-Type"] = "application/manifest+json"
    return response


async def service_worker(request: Request) -> Response:
    runtime = runtime_of(request)
    script = worker_script(
        runtime.assets,
        offline=runtime.urls.path("offline"),
        enabled=not (runtime.settings.data_dir / OFF_SWITCH).exists(),
    )
    headers = {"Service-Worker-Allowed": "/", "Cache-Control": "no-cache"}
    return Response(script, media_type="text/javascript", headers=headers)


async def offline_page(request: Request) -> Response:
    """Kept by browsers, so it shows nobody's name and none of the messages waiting for them."""
    response = render(request, "pwa/offline.html", {"viewer": None, "toasts": []})
    response.headers["Content-Language"] = visit_of(request).language.tag
    return response


def worker_script(assets: Assets, *, offline: str, enabled: bool) -> str:
    """The worker's text after its constants; any change in the shell makes it a new version."""
    shell = [assets.url(path) for path in SHELL]
    source = (DIRECTORY / WORKER).read_text(encoding="utf-8")
    version = hashlib.sha256(repr((shell, source)).encode()).hexdigest()[:12]
    constants = {"VERSION": version, "SHELL": shell, "OFFLINE": offline, "ENABLED": enabled}
    lines = [f"const {name} = {json.dumps(value)};" for name, value in constants.items()]
    return "\n".join([*lines, source])


routes = [
    Page("/manifest.webmanifest", manifest, name="manifest"),
    Endpoint("/sw.js", service_worker, name="service_worker"),
    Page("/offline", offline_page, name="offline"),
]
