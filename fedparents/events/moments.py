"""From what clocks of a place show to moments: not every hour exists, and some come twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from enum import IntEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fedparents.errors import Invalid


class Turn(IntEnum):
    """Which of two, where clocks are put back and show an hour twice."""

    FIRST = 0
    SECOND = 1


def zone_named(name: str) -> ZoneInfo:
    """An IANA zone; raises Invalid on `time_zone`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid({"time_zone": "timezone_unknown"}) from None


def moment_of(
    field: str, day: date, clock: time, zone: ZoneInfo, turn: Turn | None = None
) -> datetime:
    """The moment, in UTC, at which clocks in `zone` show this.

    Raises Invalid on `field`: "time_skipped" with `earlier` and `later`, the two nearest times that
    clocks show instead, as far from each other as they were put forward; "time_twice" where `turn`
    has to say which one is meant; "not_a_date" at the ends of the calendar.
    """
    try:
        first, second = (
            datetime.combine(day, clock, zone).replace(fold=turn)
            for turn in (Turn.FIRST, Turn.SECOND)
        )
        moments = first.astimezone(UTC), second.astimezone(UTC)
        shown = first.utcoffset(), second.utcoffset()
        if shown[0] == shown[1]:
            return moments[0]
        if moments[0] > moments[1]:  # clocks were put forward over it
            earlier, later = (each.astimezone(zone).time() for each in reversed(moments))
            raise Invalid({field: "time_skipped"}, earlier=earlier, later=later)
    except OverflowError:
        raise Invalid({field: "not_a_date"}) from None
    if turn is None:
        raise Invalid({field: "time_twice"})
    return moments[turn]
