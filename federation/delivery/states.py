"""What an answer means for a delivery and for its town, and when to knock again. Pure.

A delivery is tried again for a week. A town that does not answer is left alone for longer and
longer, from a minute to twelve hours; after a week it sleeps and is called once a day. While it
fails, one delivery at a time asks how it is; once it answers, the others follow slowly at first,
so that a town that comes back is not buried under what it missed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from federation.delivery.models import Trouble

LASTS: Final = timedelta(days=7)
"""How long something is tried."""
LASTS_WHEN_TAKING_BACK: Final = timedelta(days=30)
"""What was deleted here should not stay elsewhere because a town was away."""
TAKES_BACK: Final = frozenset({"Delete", "Undo", "Remove", "Reject"})

BACK_OFF: Final = tuple(
    timedelta(seconds=seconds) for seconds in (60, 300, 900, 3600, 10_800, 21_600, 43_200)
)
"""After the n-th failure of a town; the last one repeats."""
ASLEEP_AFTER: Final = timedelta(days=7)
PROBE: Final = timedelta(days=1)
AT_ONCE: Final = (1, 4)
ROUND: Final = 8
"""Deliveries of one round for each connection."""
BLOCKS: Final = timedelta(hours=1)
"""A delivery that alone is not taken holds up its lane no longer."""

_ROW_PAUSES: Final = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
_KNOCKS_UNSIGNED: Final = 3
_LONGEST_WAIT: Final = timedelta(days=1)
_SHORTEST_WAIT: Final = timedelta(seconds=10)
_BEHIND: Final = timedelta(seconds=1)
_NEVER: Final = frozenset({501, 505})
_BUSY: Final = frozenset({408, 424, 425, 429})
_REFUSALS: Final = {401: Trouble.UNSIGNED, 403: Trouble.REFUSED, 404: Trouble.UNKNOWN}


class Verdict(StrEnum):
    SENT = "sent"
    LATER = "later"
    """The town is there, but did not take this one."""
    GIVEN_UP = "given_up"
    GONE = "gone"
    """The inbox will not come back."""
    DOWN = "down"
    BUSY = "busy"
    SKIPPED = "skipped"
    """It was not tried: the town had failed just before."""


_ANSWERS: Final = frozenset({Verdict.SENT, Verdict.LATER, Verdict.GIVEN_UP, Verdict.GONE})
"""Verdicts by which a town shows that it is there."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of one attempt."""

    verdict: Verdict
    trouble: Trouble | None = None
    status: int = 0
    after: timedelta = timedelta(0)
    """When to come back, if the town said so."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a town stands with us."""

    failures: int = 0
    failing_since: datetime | None = None
    rests_until: datetime | None = None
    at_once: int = 2

    def is_asleep(self, now: datetime) -> bool:
        return self.failing_since is not None and now - self.failing_since >= ASLEEP_AFTER


def read_status(status: int, retry_after: timedelta | None, *, attempts: int) -> Reading:
    """An answer, read. `attempts` is how often this delivery has been tried before."""
    if 200 <= status < 300:  # noqa: PLR2004 - RFC 9110 section 15.3
        return Reading(Verdict.SENT, status=status)
    if status in _BUSY or (status == 503 and retry_after is not None):  # noqa: PLR2004 - the same
        return Reading(Verdict.BUSY, Trouble.BUSY, status, retry_after or timedelta(0))
    if status >= 500 and status not in _NEVER:  # noqa: PLR2004 - RFC 9110 section 15.6
        return Reading(Verdict.DOWN, Trouble.FAILING, status)
    if status == 410:  # noqa: PLR2004 - RFC 9110 section 15.5.11
        return Reading(Verdict.GONE, Trouble.GONE, status)
    knocks_again = status == 401 and attempts + 1 < _KNOCKS_UNSIGNED  # noqa: PLR2004 - section 15.5.2
    verdict = Verdict.LATER if knocks_again else Verdict.GIVEN_UP
    return Reading(verdict, _REFUSALS.get(status, Trouble.NOT_UNDERSTOOD), status)


def next_standing(
    standing: Standing,
    readings: Collection[Reading],
    *,
    now: datetime,
    jitter: Callable[[], float],
) -> Standing:
    """How a town stands after a round; `jitter` gives a share of the pause, so that towns that
    failed together are not called together."""
    verdicts = {reading.verdict for reading in readings}
    answers = bool(verdicts & _ANSWERS)
    waits = max((r.after for r in readings if r.verdict == Verdict.BUSY), default=timedelta(0))
    if Verdict.BUSY in verdicts and (answers or waits):
        wait = min(max(waits, _SHORTEST_WAIT), _LONGEST_WAIT) * (1 + jitter())
        return replace(standing, rests_until=now + wait, at_once=AT_ONCE[0])
    if answers:
        well = not verdicts & {Verdict.DOWN, Verdict.LATER}
        at_once = standing.at_once * 2 if well else standing.at_once
        return Standing(at_once=min(max(at_once, AT_ONCE[0]), AT_ONCE[1]))
    if not verdicts & {Verdict.DOWN, Verdict.BUSY}:
        return standing  # nothing was tried
    since = standing.failing_since or now
    pause = BACK_OFF[min(standing.failures, len(BACK_OFF) - 1)]
    if now - since >= ASLEEP_AFTER:
        pause = PROBE
    return Standing(
        failures=standing.failures + 1,
        failing_since=since,
        rests_until=now + pause * (1 + jitter()),
        at_once=AT_ONCE[0],
    )


def next_attempt(reading: Reading, standing: Standing, *, attempts: int, now: datetime) -> datetime:
    """When one delivery is tried again, after a round that left its town standing so.

    One that asked in vain how the town is goes behind the others, so that the next question is
    not the same: perhaps it was this one that the town cannot take.
    """
    rests_until = standing.rests_until or now
    if reading.verdict == Verdict.BUSY:
        return rests_until
    # Of a town that fails, only a failure of our own is `later`: it says nothing about the town.
    if standing.failures and reading.verdict != Verdict.LATER:
        return rests_until + _BEHIND
    return now + _ROW_PAUSES[min(attempts, len(_ROW_PAUSES) - 1)]


def lasts(verb: str) -> timedelta:
    return LASTS_WHEN_TAKING_BACK if verb in TAKES_BACK else LASTS
