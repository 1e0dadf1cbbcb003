"""All routes of the client API, one module for each page of Mastodon's documentation.

Of two that could be meant the first is: what has a name of its own stands before what has a number.
"""

from __future__ import annotations

from typing import Final

from starlette.routing import BaseRoute

from web.api.about import routes as about_routes
from web.api.accounts import routes as accounts_routes
from web.api.admin_accounts import routes as admin_account_routes
from web.api.apps import routes as apps_routes
from web.api.conversations import routes as conversation_routes
from web.api.directory import routes as directory_routes
from web.api.filters import routes as filter_routes
from web.api.grouped import routes as grouped_routes
from web.api.hashtags import routes as hashtag_routes
from web.api.instance import routes as instance_routes
from web.api.kept import routes as kept_routes
from web.api.lists import routes as list_routes
from web.api.markers import routes as markers_routes
from web.api.media import routes as media_routes
from web.api.notifications import routes as notification_routes
from web.api.oauth import routes as oauth_routes
from web.api.oembed import routes as oembed_routes
from web.api.old_filters import routes as old_filter_routes
from web.api.own.routes import routes as own_routes
from web.api.people import routes as people_routes
from web.api.polls import routes as poll_routes
from web.api.posting import routes as posting_routes
from web.api.push import routes as push_routes
from web.api.relations import routes as relation_routes
from web.api.reports import routes as report_routes
from web.api.scheduling import routes as scheduling_routes
from web.api.search import routes as search_routes
from web.api.sifting import routes as sifting_routes
from web.api.sign_up import routes as sign_up_routes
from web.api.statuses import routes as status_routes
from web.api.streaming.events import routes as streaming_routes
from web.api.timelines import routes as timeline_routes
from web.api.towns import routes as town_routes

ROUTES: Final[tuple[BaseRoute, ...]] = (
    *about_routes,
    *accounts_routes,
    *apps_routes,
    *instance_routes,
    *markers_routes,
    *oauth_routes,
    *directory_routes,
    *people_routes,
    *town_routes,
    *relation_routes,
    *status_routes,
    *oembed_routes,
    *posting_routes,
    *timeline_routes,
    *list_routes,
    *kept_routes,
    *sifting_routes,
    *grouped_routes,
    *notification_routes,
    *poll_routes,
    *media_routes,
    *filter_routes,
    *old_filter_routes,
    *search_routes,
    *hashtag_routes,
    *conversation_routes,
    *report_routes,
    *own_routes,
    *streaming_routes,
    *push_routes,
    *sign_up_routes,
    *scheduling_routes,
    *admin_account_routes,
)
