"""Lets days pass in a place that really runs, by the only seam there is: the clock."""

from __future__ import annotations

from datetime import timedelta

from fedparents import clock
from fedparents.retention.service import forget_what_is_due
from fedparents.settings import Settings
from tests.rig.live import LivePlace
from tests.rig.time import StoppedClock
from web.runtime import open_runtime


async def days_later(place: LivePlace, days: int) -> dict[str, int]:
    """The night job of that day, while the server is down; what it forgot."""
    place.stop()
    clock.set_source(StoppedClock(clock.now() + timedelta(days=days)))
    runtime = open_runtime(settings_of(place))
    try:
        await runtime.start()
        forgotten = await forget_what_is_due(runtime.db)
        await runtime.worker.work_until_idle()  # the last mails to those who are forgotten
        return forgotten
    finally:
        await runtime.close()
        clock.set_source(None)
        place.start()


def settings_of(place: LivePlace) -> Settings:
    """Those of the running server, for a process that leaves its jobs to it."""
    given = {
        name.removeprefix("FEDPARENTS_").lower(): value
        for name, value in place.environment.items()
        if name.startswith("FEDPARENTS_")
    }
    return Settings.model_validate({**given, "worker": "outside"})
