"""The tables of the audit log (features 4.0: every change of state writes a row)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime, id_key


class AuditEntry(SQLModel, table=True):
    """One change of state. Kept 36 months, after the first year without its reason.

    The database itself refuses to change or delete what is younger than `AuditGate` says.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.Index(
            "ix_audit_entry_group_id",
            "group_id",
            "id",
            sqlite_where=sa.text("group_id IS NOT NULL"),
            postgresql_where=sa.text("group_id IS NOT NULL"),
        ),
    )

    id: int = id_key()
    by_actor_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    """None: the place itself, on its timer or from the command line."""
    action: str
    subject_id: int | None = Field(default=None, sa_type=sa.BigInteger, index=True)
    group_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    """In which group it happened: its managers may read the entry."""
    reason: str | None = None
    """A code; where somebody looked at what is not theirs to see, why they say they did."""
    created_at: datetime = Field(sa_type=UTCDateTime, index=True)


class AuditGate(SQLModel, table=True):
    """Open only inside the transaction in which retention forgets: what is older may go."""

    __tablename__ = "audit_gate"

    id: int = id_key()
    before_at: datetime = Field(sa_type=UTCDateTime)
