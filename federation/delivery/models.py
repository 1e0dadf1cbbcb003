"""The tables of deliveries: towns as senders know them, inboxes, activities, and who gets which."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime, id_key, key_to


class DeliveryState(StrEnum):
    """waiting → sent | given_up. What was sent stays, so that it can be taken back there."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


class Trouble(StrEnum):
    """Why something did not arrive; the desk has words for each."""

    NO_ANSWER = "no_answer"
    """No connection, or no whole answer in time."""
    FAILING = "failing"
    """It answered that something is wrong on its side."""
    BUSY = "busy"
    UNSIGNED = "unsigned"
    """It does not accept our signature."""
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """There is no such inbox."""
    GONE = "gone"
    NOT_UNDERSTOOD = "not_understood"
    NO_TOWN = "no_town"
    """Its address is none that a town has."""
    TOO_OLD = "too_old"
    WITHDRAWN = "withdrawn"
    """It may not leave any more."""


class DeliveryHost(SQLModel, table=True):
    """How deliveries to one town go: whether it answers, what it understands, when to call."""

    __tablename__ = "delivery_host"
    __table_args__ = (
        sa.Index(
            "ix_delivery_host_due",
            "due_at",
            "id",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        ),
    )

    id: int = id_key()
    name: str = Field(unique=True)
    """As in its addresses, in lower case."""
    due_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When to look at it again, or the end of its lease; None: nothing waits."""
    is_leased: bool = False
    leased_by: int | None = None
    """The node number of the process that had its last lease."""
    turn: int = 0
    """Counts leases: who lost one in between has a smaller number and changes nothing."""
    has_more: bool = False
    """Something was queued while it was leased."""
    rests_until_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    failures: int = 0
    """In a row; any proper answer ends them."""
    failing_since_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    at_once: int = 2
    """Connections at a time: one after a failure, more with each round that went well."""
    scheme: str = ""
    """How it wants signatures, once that is known."""
    scheme_until_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    trouble: Trouble | None = Field(default=None, sa_type=sa.String)
    trouble_status: int = 0
    """The status that came with it; 0 without an answer."""
    troubled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Inbox(SQLModel, table=True):
    """An address that takes activities, of one actor or shared by a town."""

    id: int = id_key()
    url: str = Field(unique=True)
    host_id: int = Field(sa_type=sa.BigInteger, foreign_key="delivery_host.id", ondelete="CASCADE")
    gone_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """Since when it has answered that it is gone for good."""


class OutgoingActivity(SQLModel, table=True):
    """Something that was said to other towns, as the bytes that all of them get."""

    __tablename__ = "outgoing_activity"
    __table_args__ = (
        sa.Index("ix_outgoing_activity_post_id", "post_id", "id"),
        sa.Index("ix_outgoing_activity_actor_id", "actor_id", "id"),
        sa.Index(
            "ix_outgoing_activity_expires_at",
            "expires_at",
            sqlite_where=sa.text("body <> ''"),
            postgresql_where=sa.text("body <> ''"),
        ),
    )

    id: int = id_key()
    """The end of its address; its order among all that leaves."""
    actor_id: int = Field(sa_type=sa.BigInteger)
    """Whose key signs it; 0 for the place itself."""
    verb: str
    post_id: int | None = Field(
        default=None, sa_type=sa.BigInteger, foreign_key="post.id", ondelete="CASCADE"
    )
    """What it carries: with the post it goes, and so does the list of those who have it."""
    body: str
    """Empty once nobody is told any more."""
    expires_at: datetime = Field(sa_type=UTCDateTime)
    """Nobody is told any more after that."""


class Delivery(SQLModel, table=True):
    """One activity for one inbox."""

    __table_args__ = (
        sa.Index(
            "ix_delivery_waiting",
            "host_id",
            "due_at",
            "activity_id",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        sa.Index(
            "ix_delivery_lane",
            "host_id",
            "lane",
            "activity_id",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )

    activity_id: int = key_to("outgoing_activity.id")
    inbox_id: int = key_to("inbox.id", cascades=False)
    host_id: int = Field(sa_type=sa.BigInteger)
    """That of the inbox: what waits is looked for by town."""
    lane: int = Field(sa_type=sa.BigInteger)
    """What is about one thing has one number, and arrives in order."""
    state: DeliveryState = Field(default=DeliveryState.WAITING, sa_type=sa.String)
    due_at: datetime = Field(sa_type=UTCDateTime)
    attempts: int = 0
    blocks_until_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """Until when later ones of its lane wait for it; None: as long as it takes."""
    trouble: Trouble | None = Field(default=None, sa_type=sa.String)
