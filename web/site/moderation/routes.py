"""All pages about reports and decisions, for the list of the site."""

from __future__ import annotations

from typing import Final

from web.site.moderation import deciding, decisions, log, notices, posts, queues, reporting

routes: Final = [
    *reporting.routes,
    *notices.routes,
    *decisions.routes,
    *deciding.routes,
    *posts.routes,
    *queues.routes,
    *log.routes,
]
