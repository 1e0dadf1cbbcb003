"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

A_MONDAY = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)


class StoppedClock:
    """What `fedparents.clock.now()` says while a test has it."""

    def __init__(self, start: datetime = A_MONDAY) -> None:
        self._now = start

    def __call__(self) -> datetime:
        return self._now

    def set(self, moment: datetime) -> None:
        self._now = moment

    def advance(self, step: timedelta | None = None, **parts: float) -> datetime:
        """`advance(days=8)`; the new time."""
        self._now += step or timedelta(**parts)
        return self._now
