"""The tables of the agenda: what a post adds when somebody invites, and the times of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime, id_key, key_to


class EventKind(StrEnum):
    OUTING = "outing"
    COFFEE = "coffee"
    WORKSHOP = "workshop"
    DEBATE = "debate"
    MEETING = "meeting"
    PARTY = "party"


class Whom(StrEnum):
    """Children come with their adult: there is nothing for children alone (features 4.5)."""

    ADULTS = "adults"
    WITH_CHILDREN = "with_children"
    EITHER = "either"


class Band(StrEnum):
    """Ages in years, up to and without the second."""

    UP_TO_1 = "0-1"
    FROM_1 = "1-3"
    FROM_3 = "3-6"
    FROM_6 = "6-11"
    FROM_11 = "11-15"
    FROM_15 = "15-18"


class Facility(StrEnum):
    """What is worth knowing before one sets out."""

    PUSHCHAIR = "pushchair"
    CHANGING_TABLE = "changing_table"
    LIFT = "lift"
    FOOD = "food"
    QUIET = "quiet"


class CountedIn(StrEnum):
    """What a capacity counts."""

    FAMILIES = "families"
    PEOPLE = "people"


class Event(SQLModel, table=True):
    """For whom it is, where, and for how many. Who may see it is what the post says."""

    post_id: int = key_to("post.id")
    kind: EventKind = Field(sa_type=sa.String)
    title: str
    description: str = ""
    time_zone: str
    """IANA: the clocks that people there look at."""
    rule: str = ""
    """RRULE of RFC 5545 by which it comes again; empty for once."""
    place: str
    """Whoever sees the event may know."""
    exact_place: str = ""
    """For those alone who come and have a place, and whoever invites."""
    whom: Whom = Field(sa_type=sa.String)
    bands: str = ""
    """Ages that it is meant for, between spaces; empty for all."""
    facilities: str = ""
    """Between spaces."""
    price_note: str = ""
    capacity: int | None = None
    """For each time; None for as many as come."""
    counted_in: CountedIn = Field(sa_type=sa.String)
    cancelled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """All of it, whatever its single times say."""
    reason: str = ""
    """Why."""
    sequence: int = 0
    """How often its times, place or state have changed: calendars go by that."""


class Occurrence(SQLModel, table=True):
    """One time at which it is: the only one of most. Answers are about one of these."""

    __tablename__ = "event_occurrence"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "planned_at"),
        sa.Index("ix_event_occurrence_starts_at", "starts_at", "id"),
        sa.CheckConstraint("taken >= 0", name="taken"),
        sa.CheckConstraint("waiting >= 0", name="waiting"),
    )

    id: int = id_key()
    event_id: int = Field(sa_type=sa.BigInteger, foreign_key="event.post_id", ondelete="CASCADE")
    planned_at: datetime = Field(sa_type=UTCDateTime)
    """The start that was announced first: the name of this one, however often it is moved."""
    starts_at: datetime = Field(sa_type=UTCDateTime)
    ends_at: datetime = Field(sa_type=UTCDateTime)
    shows_end: bool = False
    """Else nobody has said, and two hours are supposed."""
    cancelled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """This one alone."""
    taken: int = 0
    """Of those who come, and those for whom a place is kept; changed under the lock of this row."""
    waiting: int = 0
    """Answers that wait."""
    last_in_line: int = 0
    """The number of whoever came last to those who wait."""
