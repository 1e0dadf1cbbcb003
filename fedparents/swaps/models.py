"""The table of asks and offers; the agenda of swaps will add to it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime, key_to


class Direction(StrEnum):
    ASK = "ask"
    OFFER = "offer"


class Swap(SQLModel, table=True):
    """What a post adds when somebody needs or gives something."""

    post_id: int = key_to("post.id")
    direction: Direction = Field(sa_type=sa.String)
    category: str = ""
    """Empty until somebody says."""
    urgent_reason: str = ""
    """A word on why it cannot wait: "leaving tonight"."""
    urgent_until_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
