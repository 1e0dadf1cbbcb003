"""All pages of notifications, for the list of the site."""

from __future__ import annotations

from typing import Final

from web.site.notifications import events, fewer, settings, showing, strangers

routes: Final = [
    *showing.routes,
    *events.routes,
    *settings.routes,
    *strangers.routes,
    *fewer.routes,
]
