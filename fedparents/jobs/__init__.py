"""A queue of named jobs in the database; it has no idea what the jobs do.

Facts become job rows in the commit that made them true. A worker leases rows, runs the handler
that the composition named, and deletes the row; of some kinds, many run as one where many wait. A
worker that dies lets its lease run out.
"""

from __future__ import annotations

from fedparents.jobs.bus import Bus, InProcessBus
from fedparents.jobs.kinds import GiveUp, Job, JobKind, TryLater, daily
from fedparents.jobs.models import JobRow, JobState
from fedparents.jobs.outbox import outbox_of
from fedparents.jobs.worker import WAKE_CHANNEL, Worker

__all__ = [
    "WAKE_CHANNEL",
    "Bus",
    "GiveUp",
    "InProcessBus",
    "Job",
    "JobKind",
    "JobRow",
    "JobState",
    "TryLater",
    "Worker",
    "daily",
    "outbox_of",
]
