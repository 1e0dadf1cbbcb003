"""All pages of people, for the list of the site."""

from __future__ import annotations

from typing import Final

from web.site.people import acting, filters, lists, moving, profile

routes: Final = [*profile.routes, *acting.routes, *lists.routes, *filters.routes, *moving.routes]
