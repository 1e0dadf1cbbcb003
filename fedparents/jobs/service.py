"""What an administrator does with jobs that were given up."""

from __future__ import annotations

from fedparents.audit.service import record_audit
from fedparents.authority import Authority, require_administrator
from fedparents.db import UnitOfWork
from fedparents.errors import NotFound
from fedparents.jobs.models import JobRow, JobState


def retry_job(uow: UnitOfWork, job_id: int, *, by: Authority) -> JobRow:
    """Give a dead job all its attempts again, now."""
    job = _get_dead(uow, job_id, by)
    job.state = JobState.WAITING
    job.run_at = uow.now
    job.attempts = 0
    record_audit(uow, "job.retried", by=by.actor_id, subject=job_id, reason=job.name)
    return job


def discard_job(uow: UnitOfWork, job_id: int, *, by: Authority) -> None:
    """Throw a dead job away."""
    job = _get_dead(uow, job_id, by)
    record_audit(uow, "job.discarded", by=by.actor_id, subject=job_id, reason=job.name)
    uow.session.delete(job)


def _get_dead(uow: UnitOfWork, job_id: int, by: Authority) -> JobRow:
    require_administrator(by)
    job = uow.session.get(JobRow, job_id)
    if job is None or job.state != JobState.DEAD:
        raise NotFound("job_not_found")
    return job
