"""The tables of the agenda: what a post adds when somebody invites, and who has answered."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime, id_key, key_to
from fedparents.events.machine import RsvpState


class EventKind(StrEnum):
    OUTING = "outing"
    COFFEE = "coffee"
    WORKSHOP = "workshop"
    DEBATE = "debate"
    MEETING = "meeting"
    PARTY = "party"


class EventState(StrEnum):
    """on → cancelled. Whether it is full, was moved or is over is seen in numbers and times."""

    ON = "on"
    CANCELLED = "cancelled"


class Whom(StrEnum):
    ADULTS = "adults"
    WITH_CHILDREN = "with_children"
    EITHER = "either"


class CountedIn(StrEnum):
    """What a capacity counts."""

    FAMILIES = "families"
    PEOPLE = "people"


class Event(SQLModel, table=True):
    """When and where, for whom and for how many. Who may see it is what the post says."""

    __table_args__ = (
        sa.Index("ix_event_ends_at", "ends_at", "post_id"),
        sa.CheckConstraint("taken >= 0", name="taken"),
        sa.CheckConstraint("waiting >= 0", name="waiting"),
    )

    post_id: int = key_to("post.id")
    kind: EventKind = Field(default=EventKind.OUTING, sa_type=sa.String)
    state: EventState = Field(default=EventState.ON, sa_type=sa.String)
    title: str
    description: str = ""
    starts_at: datetime = Field(sa_type=UTCDateTime)
    ends_at: datetime = Field(sa_type=UTCDateTime)
    """Two hours after the start, where nobody has said."""
    shows_end: bool = False
    time_zone: str
    """IANA: the clocks that people there look at."""
    place: str
    """Whoever sees the event may know."""
    exact_place: str = ""
    """For those alone who come and have a place, and whoever invites."""
    whom: Whom = Field(default=Whom.EITHER, sa_type=sa.String)
    bands: str = ""
    """Ages that it is meant for, between spaces."""
    facilities: str = ""
    price_note: str = ""
    capacity: int | None = None
    counted_in: CountedIn = Field(default=CountedIn.FAMILIES, sa_type=sa.String)
    taken: int = 0
    """Of those who come, and those for whom a place is kept; changed under the lock of this row."""
    waiting: int = 0
    """Answers that wait."""
    last_in_line: int = 0
    """The number of whoever came last to those who wait."""
    sequence: int = 0
    """How often its time, place or state has changed: calendars go by that."""
    reason: str = ""
    """Why it was cancelled."""


class Rsvp(SQLModel, table=True):
    """What one family has answered: numbers only, and never a child's name."""

    __table_args__ = (
        sa.UniqueConstraint("event_id", "actor_id"),
        sa.Index("ix_rsvp_actor_id", "actor_id", "event_id"),
        sa.Index("ix_rsvp_line", "event_id", "state", "in_line"),
    )

    id: int = id_key()
    event_id: int = Field(sa_type=sa.BigInteger, foreign_key="event.post_id", ondelete="CASCADE")
    actor_id: int = Field(sa_type=sa.BigInteger, foreign_key="actor.id")
    state: RsvpState = Field(sa_type=sa.String)
    adults: int = 1
    children_0_1: int = 0
    children_1_3: int = 0
    children_3_6: int = 0
    children_6_11: int = 0
    children_11_15: int = 0
    children_15_18: int = 0
    note: str = ""
    """For whoever invites."""
    shows_name: bool = True
    """To the others who come; else they are "one more family"."""
    in_line: int = 0
    """Their number among those who wait; given under the lock of the event."""
    offered_until_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    answered_at: datetime = Field(sa_type=UTCDateTime)
