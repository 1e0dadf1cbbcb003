"""The manifest, the service worker with what it may keep, and the page it shows without network."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from web.assets import DIRECTORY, Assets
from web.routing import Endpoint, Page
from web.site.page import render
from web.site.rooms import rooms_for
from web.visit import instance_of, runtime_of, visit_of

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
    "js/site.js",
    "vendor/icons.svg",
    "images/logo.svg",
    "images/calm.svg",
)
WORKER: Final = "js/worker.js"

OFF_SWITCH: Final = "service-worker-off"
"""An empty file of this name in the data folder makes every browser drop its worker and caches."""


_ICONS: Final = (
    ("built/app-192.png", "192x192", "any"),
    ("built/app-512.png", "512x512", "any"),
    ("built/app-maskable-512.png", "512x512", "maskable"),
)
_MOST_SHORTCUTS: Final = 4


async def manifest(request: Request) -> Response:
    visit, instance = visit_of(request), instance_of(request)
    home = visit.runtime.urls.path("home")
    content = {
        "id": home,
        "name": instance.name,
        "short_name": instance.name,
        "description": instance.tagline,
        "lang": visit.language.tag,
        "dir": visit.language.direction,
        "start_url": home,
        "scope": "/",
        "display": "standalone",
        "theme_color": "#0f6b5c",
        "background_color": "#fbf7f1",
        "icons": _icons(visit.runtime.assets),
        "shortcuts": [
            {"name": room["label"], "url": room["url"]}
            for room in rooms_for(visit)
            if room["url"] != home
        ][:_MOST_SHORTCUTS],
    }
    headers = {"Cache-Control": "private, no-cache", "Vary": "Accept-Language, Cookie"}
    return JSONResponse(content, headers=headers, media_type="application/manifest+json")


def _icons(assets: Assets) -> list[dict[str, str]]:
    return [
        {"src": assets.url(path), "sizes": sizes, "type": "image/png", "purpose": purpose}
        for path, sizes, purpose in _ICONS
    ]


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
    response = render(request, "pwa/offline.html", {"viewer": None, "bell": None, "toasts": []})
    # Those messages are for the next page that somebody looks at.
    del response.headers["set-cookie"]
    return response


def worker_script(assets: Assets, *, offline: str, enabled: bool) -> str:
    """The worker's text after its constants; any change in the shell makes it a new version."""
    shell = [assets.url(path) for path in SHELL]
    source = (DIRECTORY / WORKER).read_text(encoding="utf-8")
    version = hashlib.sha256(repr((shell, source)).encode()).hexdigest()[:12]
    constants = {
        "VERSION": version,
        "SHELL": shell,
        "OFFLINE": offline,
        "ENABLED": enabled,
        "ICON": assets.url(_ICONS[0][0]),
    }
    lines = [f"const {name} = {json.dumps(value)};" for name, value in constants.items()]
    return "\n".join([*lines, source])


routes = [
    Page("/manifest.webmanifest", manifest, name="manifest", opens_early=True),
    Endpoint("/sw.js", service_worker, name="service_worker"),
    Page("/offline", offline_page, name="offline", opens_early=True),
]
