"""The pages: one folder for each feature, named here with its routes."""

from __future__ import annotations

from typing import Final

from starlette.routing import BaseRoute

from web.health import routes as health_routes
from web.site.accounts.routes import routes as accounts_routes
from web.site.admin.routes import routes as admin_routes
from web.site.devmail.routes import routes as devmail_routes
from web.site.groups.routes import routes as groups_routes
from web.site.home.routes import routes as home_routes
from web.site.invites.routes import routes as invites_routes
from web.site.legal.routes import routes as legal_routes
from web.site.media.routes import routes as media_routes
from web.site.messages.routes import routes as messages_routes
from web.site.moderation.routes import routes as moderation_routes
from web.site.notifications.routes import routes as notifications_routes
from web.site.people.routes import routes as people_routes
from web.site.posts.routes import routes as posts_routes
from web.site.preferences.routes import routes as preferences_routes
from web.site.programs.routes import routes as programs_routes
from web.site.pwa.routes import routes as pwa_routes
from web.site.robots import routes as robots_routes
from web.site.search.routes import routes as search_routes
from web.site.setup.routes import routes as setup_routes
from web.site.style.routes import routes as style_routes
from web.site.swaps.routes import routes as swaps_routes

FEATURES: Final = (
    "frame",
    "about",
    "accounts",
    "admin",
    "devmail",
    "errors",
    "groups",
    "home",
    "invites",
    "legal",
    "media",
    "messages",
    "moderation",
    "notifications",
    "people",
    "posts",
    "preferences",
    "programs",
    "pwa",
    "search",
    "setup",
    "style",
    "swaps",
)
"""Folders with templates: `<feature>/<file>.html` is `web/site/<feature>/templates/<file>.html`."""

ROUTES: Final[tuple[BaseRoute, ...]] = (
    *home_routes,
    *accounts_routes,
    *groups_routes,
    *invites_routes,
    *people_routes,
    *legal_routes,
    *media_routes,
    *messages_routes,
    *notifications_routes,
    *posts_routes,  # after those of people, whose names begin addresses too
    *swaps_routes,
    *moderation_routes,
    *setup_routes,
    *admin_routes,
    *search_routes,
    *preferences_routes,
    *programs_routes,
    *pwa_routes,
    *robots_routes,
    *health_routes,
)
"""In the order in which they are tried; the first that fits wins."""

DEVELOPMENT_ROUTES: Final[tuple[BaseRoute, ...]] = (*style_routes, *devmail_routes)
"""Only outside production."""
