"""The table of jobs: everything that was accepted and is not yet done."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime, id_key


class JobState(StrEnum):
    WAITING = "waiting"
    """Due at `run_at`; while a worker has it (`is_leased`), `run_at` is the end of the lease."""
    DEAD = "dead"
    """Given up; shown on the admin page, where it can be tried again or thrown away."""


class JobRow(SQLModel, table=True):
    """One piece of work. A row that is done is deleted."""

    __tablename__ = "job"
    __table_args__ = (
        sa.Index("ix_job_due", "run_at", "id", sqlite_where=sa.text("state = 'waiting'"),
                 postgresql_where=sa.text("state = 'waiting'")),
        sa.Index("ix_job_order", "ordering_key", "id",
                 sqlite_where=sa.text("ordering_key IS NOT NULL"),
                 postgresql_where=sa.text("ordering_key IS NOT NULL")),
    )  # fmt: skip

    id: int = id_key()
    name: str
    payload: str
    """The fact's fields as JSON."""
    ordering_key: str | None = None
    """Jobs with one key run one after the other, oldest first."""
    schedule: str | None = Field(default=None, unique=True)
    """Set on the one row of a periodic job, which is put back instead of deleted."""
    state: JobState = Field(default=JobState.WAITING, sa_type=sa.String)
    run_at: datetime = Field(sa_type=UTCDateTime)
    is_leased: bool = False
    attempts: int = 0
    last_error: str | None = None
    created_at: datetime = Field(sa_type=UTCDateTime)
