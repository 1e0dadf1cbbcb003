"""All pages of messages, for the list of the site."""

from __future__ import annotations

from typing import Final

from web.site.messages import beginning, lists, talking

routes: Final = [
    *lists.routes,  # before "/messages/{id}", which would take "requests" for a number
    *beginning.routes,
    *talking.routes,
]
