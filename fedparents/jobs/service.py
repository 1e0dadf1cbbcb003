"""What an administrator does with jobs that were given up."""

from __future__ import annotations

from fedparents.db import UnitOfWork
from fedparents.errors import NotFound
from fedparents.jobs.models import JobRow, JobState


def retry_job(uow: UnitOfWork, job_id: int) -> JobRow:
    """Give a dead job all its attempts again, now."""
    job = _get_dead(uow, job_id)
    job.state = JobState.WAITING
    job.run_at = uow.now
    job.attempts = 0
    return job


def discard_job(uow: UnitOfWork, job_id: int) -> None:
    """Throw a dead job away."""
    uow.session.delete(_get_dead(uow, job_id))


def _get_dead(uow: UnitOfWork, job_id: int) -> JobRow:
    job = uow.session.get(JobRow, job_id)
    if job is None or job.state != JobState.DEAD:
        raise NotFound("job_not_found")
    return job
