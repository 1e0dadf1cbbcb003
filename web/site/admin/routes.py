"""All pages of the desk, for the list of the site."""

from __future__ import annotations

from typing import Final

from web.site.admin import (
    accounts,
    communes,
    desk,
    groups,
    health,
    jobs,
    legal,
    settings,
    sign_ups,
    town_lists,
    towns,
)

routes: Final = [
    *desk.routes,
    *sign_ups.routes,
    *accounts.routes,
    *groups.routes,
    *settings.routes,
    *communes.routes,
    *legal.routes,
    *jobs.routes,
    *towns.routes,
    *town_lists.routes,
    *health.routes,
]
