"""The pages: one folder for each feature, named here with its routes."""

from __future__ import annotations

from typing import Final

from starlette.routing import BaseRoute

from web.health import routes as health_routes
from web.site.legal.routes import routes as legal_routes
from web.site.preferences.routes import routes as preferences_routes
from web.site.pwa.routes import routes as pwa_routes
from web.site.robots import routes as robots_routes
from web.site.style.routes import routes as style_routes

FEATURES: Final = ("frame", "errors", "legal", "preferences", "pwa", "style")
"""Folders with templates: `<feature>/<file>.html` is `web/site/<feature>/templates/<file>.html`."""

ROUTES: Final[tuple[BaseRoute, ...]] = (
    *legal_routes,
    *preferences_routes,
    *pwa_routes,
    *robots_routes,
    *health_routes,
)
"""In the order in which they are tried; the first that fits wins."""

DEVELOPMENT_ROUTES: Final[tuple[BaseRoute, ...]] = (*style_routes,)
"""Only outside production."""
