"""How long a place that became free is kept for the next: hours in which people are awake."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

USUALLY: Final = timedelta(hours=12)
SOON: Final = timedelta(hours=2)
"""When there is less than a day left."""
_A_DAY: Final = timedelta(days=1)
_EVENING: Final = time(21)
_MORNING: Final = time(9)
"""What would end at night ends then (features 4.25)."""


def kept_until(now: datetime, starts_at: datetime, zone: ZoneInfo) -> datetime | None:
    """Until when a place is kept for somebody; never beyond the start, and None from then on."""
    if now >= starts_at:
        return None
    ends = now + (SOON if starts_at - now < _A_DAY else USUALLY)
    local = ends.astimezone(zone)
    if local.time() >= _EVENING:
        ends = datetime.combine(local.date() + _A_DAY, _MORNING, zone)
    elif local.time() < _MORNING:
        ends = datetime.combine(local.date(), _MORNING, zone)
    return min(ends.astimezone(now.tzinfo), starts_at)
