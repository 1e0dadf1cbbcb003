"""The table of the audit log (features 4.0: every change of state writes a row)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime


class AuditEntry(SQLModel, table=True):
    """One change of state. Kept 36 months; holds ids and codes, no words of people."""

    __tablename__ = "audit_entry"

    id: int = Field(
        sa_type=sa.BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    by_actor_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    """None: the place itself, on its timer or from the command line."""
    action: str
    subject_id: int | None = Field(default=None, sa_type=sa.BigInteger, index=True)
    reason: str | None = None
    created_at: datetime = Field(sa_type=UTCDateTime, index=True)
