"""What a job is to the worker: a name, the fact that it is about, and a function to await."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, Generic, TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session

from fedparents.db import Fact
from fedparents.ids import JobId

F = TypeVar("F", bound=Fact)

HEAD_START: Final = timedelta(seconds=10)
"""Urgent work goes before what has come within this time, and after what has waited longer: a rush
of it makes the rest late, not never."""

# After the n-th failure; the last one repeats. Every pause gets up to a fifth of jitter.
BACK_OFF = tuple(
    timedelta(seconds=seconds) for seconds in (10, 30, 120, 600, 1800, 7200, 21600, 43200)
)


class TryLater(Exception):
    """The world is not ready: keep the job; it does not count as an attempt that failed."""

    def __init__(self, after: timedelta, reason: str = "") -> None:
        self.after = after
        super().__init__(reason or f"again in {after}")


class GiveUp(Exception):
    """Trying again cannot help: the job is over, without being an error of ours."""


@dataclass(frozen=True, slots=True)
class Job(Generic[F]):
    """One job as its handler sees it."""

    id: JobId
    """The same for every attempt: what makes a repetition recognisable (a mail's Message-ID)."""
    fact: F
    attempt: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class JobKind(Generic[F]):
    """One subscriber of one kind of fact, or one periodic piece of work."""

    name: str
    fact: type[F]
    run: Callable[[Job[F]], Awaitable[None]]
    concerns: Callable[[Session, F], bool] | None = None
    """A first look, in the commit that records the fact: without work there is no job. One quick
    question, about what does not change afterwards."""
    is_urgent: bool = False
    """Somebody waits for it, with a phone in their hand."""
    attempts: int = 8
    next_run: Callable[[datetime], datetime] | None = None
    """Periodic: the first moment after the given one. Nothing has to be recorded."""
    run_all: Callable[[Sequence[Job[F]]], Awaitable[Sequence[Job[F]]]] | None = None
    """The same for many of them in one commit, where many wait; it gives back those that have still
    to be run each by itself. Where it fails, nothing has happened, and that is all of them."""


def daily(at: time, zone: ZoneInfo) -> Callable[[datetime], datetime]:
    """Once a day at this local time; a clock change moves it, but never skips a day."""

    def next_run(after: datetime) -> datetime:
        local = after.astimezone(zone)
        today = datetime.combine(local.date(), at, zone)
        return today if today > local else datetime.combine(local.date() + timedelta(1), at, zone)

    return next_run
