"""What was written in apps to be said later is said when its time has come, once."""

from __future__ import annotations

from typing import Any

from federation.naming import look_up_named
from federation.towns import Towns
from fedparents import clock
from fedparents.db import Database, UnitOfWork
from fedparents.errors import Conflict, FedparentsError, Unavailable
from fedparents.jobs import Job, JobKind
from fedparents.posts.facts import PostScheduled
from fedparents.posts.scheduled import Due, find_due, note_problem, take_due
from web.api.posting import NewStatus, say


def scheduled_jobs(db: Database, towns: Towns) -> tuple[JobKind[Any], ...]:
    async def scheduled(job: Job[PostScheduled]) -> None:
        due = await db.read(find_due, job.fact.scheduled_id, clock.now())
        if due is None:
            return
        await look_up_named(db, towns, due.text)
        try:
            await db.write(_say, due)
        except Unavailable:
            raise
        except FedparentsError as error:
            await db.write(note_problem, due, error.code)

    return (JobKind("posts.scheduled", PostScheduled, scheduled),)


def _say(uow: UnitOfWork, due: Due) -> None:
    """Whether it may be said, and who reads it, is as it is now."""
    if not take_due(uow, due):
        return
    try:
        say(uow, due.viewer, NewStatus.model_validate_json(due.draft))
    except Conflict as error:
        if "post_id" not in error.params:
            raise
        # Its author has said it already, a moment ago.
