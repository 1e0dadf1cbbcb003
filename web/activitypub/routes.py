"""All routes for other servers."""

from __future__ import annotations

from typing import Final

from starlette.routing import BaseRoute

from web.activitypub.actors import routes as actor_routes
from web.activitypub.around import routes as around_routes
from web.activitypub.collections import routes as collection_routes
from web.activitypub.documents import Side
from web.activitypub.followers import routes as follower_routes
from web.activitypub.inbox import routes as inbox_routes
from web.activitypub.notes import routes as note_routes
from web.activitypub.wellknown import routes as wellknown_routes

_ALL: Final = (
    *wellknown_routes,
    *actor_routes,
    *collection_routes,
    *follower_routes,
    *note_routes,
    *around_routes,
    *inbox_routes,
)

SIDES: Final[tuple[BaseRoute, ...]] = tuple(each for each in _ALL if isinstance(each, Side))
"""Those that share an address with a page; they are tried before it."""
ROUTES: Final[tuple[BaseRoute, ...]] = tuple(each for each in _ALL if not isinstance(each, Side))
"""The others, which come last: people do not wait for them."""
