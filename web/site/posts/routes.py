"""All pages of posts, for the list of the site."""

from __future__ import annotations

from typing import Final

from web.site.posts import acting, answering, changing, composing, lists, showing

routes: Final = [
    *composing.routes,
    *lists.routes,
    *showing.routes,
    *answering.routes,
    *acting.routes,
    *changing.routes,
    *showing.THREAD_ROUTES,
]
