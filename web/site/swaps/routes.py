"""All pages of asks and offers, for the list of the site."""

from __future__ import annotations

from typing import Final

from web.site.swaps import leafing, showing

routes: Final = [*leafing.routes, *showing.routes]
