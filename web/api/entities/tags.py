"""Hashtags: Tag and FeaturedTag."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from federation.uris import tag_url
from fedparents import clock
from fedparents.search.tags import OwnUse, TagUse
from fedparents.social.hashtags import TagStanding
from fedparents.social.models import FeaturedTag
from web.api.entities.reader import Json, Reader

DAYS: Final = 7
"""Of which it is told how often a hashtag was used."""
_DAY: Final = 86_400
_NONE: Final = TagUse(0, 0)


def tag_entity(
    name: str, reader: Reader, uses: Mapping[int, TagUse], own: TagStanding | None = None
) -> Json:
    """A hashtag; `uses` by the day, counted since 1970."""
    today = int(clock.now().timestamp()) // _DAY
    used = [(day, uses.get(day, _NONE)) for day in range(today, today - DAYS, -1)]
    found: Json = {
        "id": name,
        "name": name,
        "url": tag_url(reader.base_url, name),
        "history": [
            {"day": str(day * _DAY), "uses": str(use.posts), "accounts": str(use.people)}
            for day, use in used
        ],
    }
    if reader.is_somebody:
        own = own or TagStanding()
        found |= {"following": own.is_followed, "featuring": own.is_featured}
    return found


def featured_tag(found: FeaturedTag, use: OwnUse, reader: Reader) -> Json:
    """What somebody shows on their page, with how often they used it themself."""
    return {
        "id": str(found.id),
        "name": found.tag,
        "url": tag_url(reader.base_url, found.tag),
        "statuses_count": str(use.posts),
        "last_status_at": use.last_on.isoformat() if use.last_on else None,
    }
