"""The only place that asks what time it is, so that a test can say it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime


def _system_time() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_time


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _source()


def set_source(source: Callable[[], datetime] | None) -> None:
    """Let `source` tell the time; None gives it back to the machine's clock."""
    global _source  # noqa: PLW0603 - the clock is one of the four seams, and there is one clock
    _source = source or _system_time


def stopwatch() -> float:
    """Seconds on a clock that never goes back; only differences mean anything."""
    return time.monotonic()


def processor_time() -> float:
    """Seconds for which this process has had a processor; only differences mean anything."""
    return time.process_time()


def rest(seconds: float) -> None:
    """Let so much real time pass; for threads, never on the event loop."""
    time.sleep(seconds)
