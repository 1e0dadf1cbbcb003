"""All routes of the client API, one module for each page of Mastodon's documentation."""

from __future__ import annotations

from typing import Final

from starlette.routing import BaseRoute

from web.api.accounts import routes as accounts_routes
from web.api.apps import routes as apps_routes
from web.api.instance import routes as instance_routes
from web.api.oauth import routes as oauth_routes

ROUTES: Final[tuple[BaseRoute, ...]] = (
    *accounts_routes,
    *apps_routes,
    *instance_routes,
    *oauth_routes,
)
