"""The statements of the queue, and what the admin page asks of it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select

from fedparents.authority import Authority, require_administrator
from fedparents.db import HotStatement, UTCDateTime, constant, table_of
from fedparents.jobs.models import JobRow, JobState

_job = table_of(JobRow)
_earlier = _job.alias("earlier")
_next = _job.alias("next")
_LOOKED_THROUGH: Final = 1000

INSERT_JOB = HotStatement(sa.insert(_job))

INSERT_SCHEDULE = HotStatement(
    sa.text(
        "INSERT INTO job"
        " (id, name, payload, schedule, state, run_at, is_leased, attempts, created_at)"
        " VALUES (:id, :name, '{}', :name, 'waiting', :run_at, false, 0, :now)"
        " ON CONFLICT (schedule) DO NOTHING"
    ).bindparams(bindparam("run_at", type_=UTCDateTime), bindparam("now", type_=UTCDateTime))
)

# A job with an ordering key is free only when no earlier one of that key is waiting or leased.
_is_first_of_its_key = sa.or_(
    _job.c.ordering_key.is_(None),
    ~sa.exists().where(
        _earlier.c.ordering_key == _job.c.ordering_key,
        _earlier.c.id < _job.c.id,
        _earlier.c.state == constant(JobState.WAITING),
    ),
)

_is_due = sa.and_(
    _job.c.state == constant(JobState.WAITING),
    _job.c.run_at <= bindparam("now", type_=UTCDateTime),
    _is_first_of_its_key,
)
_is_among_the_next = _job.c.id.in_(
    sa.select(_next.c.id)
    .where(
        _next.c.state == constant(JobState.WAITING),
        _next.c.run_at <= bindparam("now", type_=UTCDateTime),
    )
    .order_by(_next.c.run_at, _next.c.id)
    .limit(sa.literal_column(str(_LOOKED_THROUGH)))
)


def _leasing(*conditions: sa.ColumnElement[bool]) -> HotStatement:
    free = (
        sa.select(_job.c.id)
        .where(*conditions)
        .order_by(_job.c.run_at, _job.c.id)
        .limit(bindparam("most", type_=sa.Integer))
        .with_for_update(skip_locked=True)
    )
    lease = sa.update(_job).where(_job.c.id.in_(free))
    return HotStatement(
        lease.values(
            run_at=bindparam("until", type_=UTCDateTime),
            is_leased=sa.true(),
            attempts=_job.c.attempts + 1,
        ).returning(_job.c.id, _job.c.name, _job.c.payload, _job.c.attempts, _job.c.created_at)
    )


LEASE_JOBS = _leasing(_is_due)
# However much else waits, finding those of one name takes no longer.
LEASE_MORE = _leasing(
    _is_due, _job.c.name == bindparam("name", type_=sa.String), _is_among_the_next
)

# Whoever lost the lease in between has a smaller number of attempts and touches nothing.
_still_mine = sa.and_(
    _job.c.id == bindparam("job_id", type_=sa.BigInteger),
    _job.c.attempts == bindparam("attempt", type_=sa.Integer),
)

FINISH_JOB = HotStatement(sa.delete(_job).where(_still_mine))

POSTPONE_JOB = HotStatement(
    sa.update(_job)
    .where(_still_mine)
    .values(
        run_at=bindparam("later", type_=UTCDateTime),
        is_leased=sa.false(),
        attempts=bindparam("counted", type_=sa.Integer),
        last_error=bindparam("error", type_=sa.String),
    )
)

BURY_JOB = HotStatement(
    sa.update(_job)
    .where(_still_mine)
    .values(
        state=constant(JobState.DEAD),
        is_leased=sa.false(),
        last_error=bindparam("error", type_=sa.String),
    )
)

END_ALL_LEASES = HotStatement(
    sa.update(_job)
    .where(_job.c.is_leased)
    .values(run_at=bindparam("now", type_=UTCDateTime), is_leased=sa.false())
)


def given_up(cutoff: datetime) -> sa.ColumnElement[bool]:
    """Jobs that were last tried before then, and will not be again."""
    return sa.and_(col(JobRow.state) == JobState.DEAD, col(JobRow.run_at) < cutoff)


def list_dead_jobs(session: Session, *, by: Authority, limit: int = 100) -> list[JobRow]:
    """Jobs that were given up, newest first; for administrators, else NotFound."""
    require_administrator(by)
    dead = select(JobRow).where(JobRow.state == JobState.DEAD)
    return list(session.exec(dead.order_by(col(JobRow.id).desc()).limit(limit)))


def count_jobs(session: Session) -> dict[JobState, int]:
    """How many jobs there are in each state: numbers, which say nothing of anybody."""
    counted = session.exec(select(JobRow.state, func.count()).group_by(JobRow.state))
    found = {JobState(state): count for state, count in counted}
    return {state: found.get(state, 0) for state in JobState}


def find_oldest_due(session: Session, *, now: datetime) -> datetime | None:
    """Since when the job has been due that has waited longest; None when nothing waits."""
    due = select(func.min(JobRow.run_at)).where(
        JobRow.state == JobState.WAITING, col(JobRow.run_at) <= now
    )
    return session.exec(due).one()


def find_schedule(session: Session, name: str) -> JobRow | None:
    """The one row of a periodic job."""
    return session.exec(select(JobRow).where(JobRow.schedule == name)).first()


def find_last_error(session: Session, prefix: str, *, by: Authority) -> str:
    """Why a waiting job whose name begins so failed the last time; "" when none did. For
    administrators, else NotFound."""
    require_administrator(by)
    failed = select(JobRow.last_error).where(
        JobRow.state == JobState.WAITING,
        col(JobRow.name).startswith(prefix),
        col(JobRow.last_error).is_not(None),
    )
    return session.exec(failed.order_by(col(JobRow.id).desc()).limit(1)).first() or ""
