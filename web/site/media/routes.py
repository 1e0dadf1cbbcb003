"""All routes of pictures."""

from __future__ import annotations

from typing import Final

from web.site.media import photos, showing

routes: Final = [*photos.routes, *showing.routes]
