"""What somebody says of what they invite to, and what cannot be so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from fedparents.errors import Invalid
from fedparents.events.models import Band, CountedIn, EventKind, Facility, Whom
from fedparents.events.moments import zone_named
from fedparents.text import clean_line, clean_text, has_letter_or_digit

TITLE_LENGTH: Final = (3, 120)
DESCRIPTION_LENGTH: Final = 4000
PLACE_LENGTH: Final = 200
PRICE_LENGTH: Final = 120
CAPACITY_AT_MOST: Final = 10_000
SUPPOSED: Final = timedelta(hours=2)
"""How long it is where nobody has said."""
LASTS_AT_MOST: Final = timedelta(days=14)
AHEAD_AT_MOST: Final = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """All that its page says. Times are moments; `time_zone` says which clocks show them."""

    title: str
    starts_at: datetime
    ends_at: datetime | None = None
    time_zone: str
    place: str
    exact_place: str = ""
    description: str = ""
    kind: EventKind = EventKind.OUTING
    whom: Whom = Whom.EITHER
    bands: frozenset[Band] = frozenset()
    """For all ages where there are none."""
    facilities: frozenset[Facility] = frozenset()
    price_note: str = ""
    capacity: int | None = None
    counted_in: CountedIn = CountedIn.FAMILIES

    @property
    def end(self) -> datetime:
        """When it is over, supposed where nobody has said."""
        return self.ends_at or self.starts_at + SUPPOSED


def checked_details(details: Details, now: datetime, *, may_have_begun: bool = False) -> Details:
    """As they are stored; raises Invalid with every complaint at its field."""
    zone_named(details.time_zone)
    cleaned = replace(
        details,
        title=clean_line(details.title),
        place=clean_line(details.place),
        exact_place=clean_line(details.exact_place),
        description=clean_text(details.description),
        price_note=clean_line(details.price_note),
        bands=frozenset() if details.whom == Whom.ADULTS else details.bands,
    )
    complaints = _complaints_of_words(cleaned) | _complaints_of_times(cleaned, now, may_have_begun)
    if cleaned.capacity is not None and not 1 <= cleaned.capacity <= CAPACITY_AT_MOST:
        complaints["capacity"] = "event_capacity"
    if complaints:
        raise Invalid(complaints, at_most=CAPACITY_AT_MOST)
    return cleaned


def _complaints_of_words(details: Details) -> dict[str, str]:
    shortest, longest = TITLE_LENGTH
    complaints = {
        field: "event_words_too_long"
        for field, words, at_most in (
            ("title", details.title, longest),
            ("place", details.place, PLACE_LENGTH),
            ("exact_place", details.exact_place, PLACE_LENGTH),
            ("description", details.description, DESCRIPTION_LENGTH),
            ("price_note", details.price_note, PRICE_LENGTH),
        )
        if len(words) > at_most
    }
    if len(details.title) < shortest or not has_letter_or_digit(details.title):
        complaints["title"] = "event_title"
    if not has_letter_or_digit(details.place):
        complaints["place"] = "event_place"
    return complaints


def _complaints_of_times(details: Details, now: datetime, may_have_begun: bool) -> dict[str, str]:
    if details.end <= details.starts_at:
        return {"ends_at": "event_ends_first"}
    if details.end - details.starts_at > LASTS_AT_MOST:
        return {"ends_at": "event_too_long"}
    if details.starts_at < now and not (may_have_begun and details.end > now):
        return {"starts_at": "event_in_past"}
    if details.starts_at > now + AHEAD_AT_MOST:
        return {"starts_at": "event_too_far"}
    return {}
