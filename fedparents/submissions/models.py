"""The table of forms that were carried out, kept for a day."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime


class SubmittedForm(SQLModel, table=True):
    __tablename__ = "submitted_form"

    key: str = Field(primary_key=True)
    """The random key that was hidden in the form."""
    location: str
    """Where the first sending led to."""
    created_at: datetime = Field(sa_type=UTCDateTime, index=True)
