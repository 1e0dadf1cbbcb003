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


class Mode(StrEnum):
    """How something changes hands. An ask without one takes it any way."""

    GIVE = "give"
    LEND = "lend"
    SWAP = "swap"
    SELL = "sell"


class Condition(StrEnum):
    """From the best to the worst, in the words of the wire (federation 5.3)."""

    NEW = "new"
    VERY_GOOD = "very-good"
    GOOD = "good"
    WORN = "worn"
    FOR_PARTS = "for-parts"


class Swap(SQLModel, table=True):
    """What a post adds when somebody needs or gives something."""

    __table_args__ = (
        sa.Index("ix_swap_category", "category", "post_id"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
    )

    post_id: int = key_to("post.id")
    direction: Direction = Field(sa_type=sa.String)
    category: str = ""
    """A key of `categories.TREE`; empty until somebody says."""
    mode: Mode | None = Field(default=None, sa_type=sa.String)
    size: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """As people say it: "4 ans", "pointure 26", "86"."""
    age_from: int | None = None
    """Months of a child whom it fits, from this one …"""
    age_to: int | None = None
    """… up to this one."""
    condition: Condition | None = Field(default=None, sa_type=sa.String)
    price_cents: int | None = None
    """Of euros, for all of it; only of what is sold."""
    quantity: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    made_in: int | None = None
    """The year, of what grows unsafe with age."""
    is_declared_safe: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """Its giver says: never in an accident, complete, not recalled."""
    urgent_reason: str = ""
    """A word on why it cannot wait: "leaving tonight"."""
    urgent_until_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    expires_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    """Off the lists from then on, unless its author says that it is still there."""
