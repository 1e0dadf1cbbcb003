"""`fedparents jobs`: background work that waits, and work that was given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from fedparents import clock
from fedparents.authority import OPERATOR
from fedparents.jobs import JobRow, JobState
from fedparents.jobs.queries import count_jobs, find_oldest_due, list_dead_jobs
from fedparents.jobs.service import retry_job
from fedparents.settings import Settings
from web.cli.output import moment, say, table
from web.cli.place import with_place


@dataclass(frozen=True, slots=True)
class _Standing:
    counts: dict[JobState, int]
    due_since: datetime | None
    dead: list[JobRow]


def list_all(settings: Settings) -> None:
    """How much waits, since when, and a table of what was given up."""
    standing = with_place(settings, lambda database: database.read(_look, clock.now()))
    waiting, dead = standing.counts[JobState.WAITING], standing.counts[JobState.DEAD]
    since = f", due since {moment(standing.due_since)}" if standing.due_since else ""
    say(f"Waiting: {waiting}{since}. Given up: {dead}.")
    if standing.dead:
        headings = ("ID", "WORK", "SINCE", "ATTEMPTS", "WHY")
        say(table(headings, map(_line, standing.dead)))
        say("`fedparents jobs retry ID` tries one again.")


def retry(settings: Settings, *, id: int) -> None:
    """Give a job all its attempts again."""
    job = with_place(settings, lambda database: database.write(retry_job, id, by=OPERATOR))
    say(f"Job {id} ({job.name}) is waiting again; the server takes it up within a second.")


def _look(session: Session, now: datetime) -> _Standing:
    dead = list_dead_jobs(session, by=OPERATOR)
    return _Standing(count_jobs(session), find_oldest_due(session, now=now), dead)


def _line(job: JobRow) -> tuple[str, ...]:
    reason = " ".join((job.last_error or "").split())
    return str(job.id), job.name, moment(job.created_at), str(job.attempts), reason
