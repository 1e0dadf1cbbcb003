"""All pages of people, for the list of the site."""

from __future__ import annotations

from typing import Final

from web.site.people import acting, filters, hashtags, lists, moving, own_lists, profile, towns

routes: Final = [
    *profile.routes,
    *acting.routes,
    *lists.routes,
    *own_lists.routes,
    *hashtags.routes,
    *towns.routes,
    *filters.routes,
    *moving.routes,
]
