"""All pages of accounts, in the order in which their paths are tried."""

from __future__ import annotations

from web.site.accounts.devices import routes as device_routes
from web.site.accounts.factor import routes as factor_routes
from web.site.accounts.joining import routes as joining_routes
from web.site.accounts.leaving import routes as leaving_routes
from web.site.accounts.picture import routes as picture_routes
from web.site.accounts.second_step import routes as second_step_routes
from web.site.accounts.settings import routes as settings_routes
from web.site.accounts.signing_in import routes as sign_in_routes

routes = [
    *joining_routes,
    *second_step_routes,
    *sign_in_routes,
    *settings_routes,
    *picture_routes,
    *factor_routes,
    *device_routes,
    *leaving_routes,
]
