"""What an association changed of the default periods."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class RetentionPeriod(SQLModel, table=True):
    __tablename__ = "retention_period"

    name: str = Field(primary_key=True)
    days: int
