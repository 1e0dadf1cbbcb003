"""The tables of notifications: what somebody was told, what they want to be told, and where."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime, key_to
from fedparents.notifications.alerts import From
from fedparents.notifications.channels import USUAL_BEGIN, USUAL_END, Level
from fedparents.notifications.kinds import Kind

SMALL_ID: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""Counted by the database: apps keep these ids in numbers that hold no larger ones."""

HOPELESS_AFTER: Final = timedelta(days=8)
"""A push service that has failed for so long reaches nobody: mail takes its place."""


class Sifting(StrEnum):
    """What becomes of what some people do, in the words that apps use."""

    ACCEPT = "accept"
    FILTER = "filter"
    """It waits for a yes, and rings nowhere."""
    DROP = "drop"


class Notification(SQLModel, table=True):
    """One thing that one person was told. What it says is read from what it is about."""

    __table_args__ = (
        # The cause first: a post that goes to 250 people writes 250 neighbours here.
        sa.UniqueConstraint("cause", "account_id"),
        sa.Index("ix_notification_account_id", "account_id", "id"),
        sa.Index(
            "ix_notification_rung_at",
            "account_id",
            "kind",
            "rung_at",
            sqlite_where=sa.text("rung_at IS NOT NULL"),
            postgresql_where=sa.text("rung_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_notification_held_until_at",
            "held_until_at",
            sqlite_where=sa.text("held_until_at IS NOT NULL"),
            postgresql_where=sa.text("held_until_at IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_type=SMALL_ID, primary_key=True)
    account_id: int = Field(sa_type=sa.BigInteger, foreign_key="account.id", ondelete="CASCADE")
    kind: Kind = Field(sa_type=sa.String)
    cause: str
    """What it comes from; a job that runs twice finds it there."""
    bundle: str
    """What is shown as one line: "four people would like to join"."""
    actor_id: int | None = Field(default=None, sa_type=sa.BigInteger, foreign_key="actor.id")
    """Who did it."""
    group_id: int | None = Field(default=None, sa_type=sa.BigInteger, foreign_key="actor.id")
    subject_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    """What it is about, by its kind: a request, a session."""
    detail: str = ""
    """How it went, in a word of ours: "approved", "moderator"."""
    read_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When it was read by itself; `NotificationReader.seen_id` says up to where all were."""
    held_until_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """It has still to ring, and not before then."""
    rung_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When the push or mail was handed on."""
    is_sifted: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """It waits until its reader says that they want to hear from whoever did it."""
    created_at: datetime = Field(sa_type=UTCDateTime, index=True)


class NotificationReader(SQLModel, table=True):
    """What somebody has seen, and how they want to hear. Who has no row wants what is usual."""

    __tablename__ = "notification_reader"

    account_id: int = key_to("account.id")
    seen_id: int = Field(default=0, sa_type=sa.BigInteger)
    """All up to here have been on their screen."""
    level: Level = Field(default=Level.ALL, sa_type=sa.String)
    choices: str = ""
    """JSON: what they said about single kinds."""
    quiet_begin: int = USUAL_BEGIN.hour * 60 + USUAL_BEGIN.minute
    """Minutes after midnight, on the clocks of the place; the same as the end: never quiet."""
    quiet_end: int = USUAL_END.hour * 60 + USUAL_END.minute
    weekday: int = 6
    """Of the weekly digest; Monday is 0."""
    gets_daily: bool = Field(default=True, sa_column_kwargs={"server_default": sa.true()})
    """A digest each morning after which there is something in it."""
    gets_weekly: bool = Field(default=True, sa_column_kwargs={"server_default": sa.true()})
    shows_words: bool = False
    """Names and first words on the lock screen."""
    daily_on: date | None = None
    """The day of their last daily digest."""
    weekly_on: date | None = None


class SiftingRule(SQLModel, table=True):
    """From whom somebody wants to hear at once. Who has no row hears of everybody. What is said in
    one's own groups is never held back."""

    __tablename__ = "notification_sifting"

    account_id: int = key_to("account.id")
    not_following: Sifting = Field(default=Sifting.ACCEPT, sa_type=sa.String)
    """Of people whom they do not follow."""
    not_followers: Sifting = Field(default=Sifting.ACCEPT, sa_type=sa.String)
    """Of people who do not follow them."""
    new_accounts: Sifting = Field(default=Sifting.ACCEPT, sa_type=sa.String)
    """Of people who have been here for less than a month."""


class WelcomeSender(SQLModel, table=True):
    """Somebody from whom a person wants to hear, whatever their rule says of others."""

    __tablename__ = "notification_welcome"

    account_id: int = key_to("account.id")
    actor_id: int = key_to("actor.id", index=True)


class GroupWish(SQLModel, table=True):
    """What somebody wants to hear of one group, other than of everything."""

    __tablename__ = "notification_group_wish"

    account_id: int = key_to("account.id")
    group_id: int = key_to("parents_group.actor_id", index=True)
    level: Level | None = Field(default=None, sa_type=sa.String)
    """None: as for everything."""
    choices: str = ""
    """JSON, as above."""


class PushSubscription(SQLModel, table=True):
    """One browser that takes pushes, for as long as somebody is signed in there."""

    __tablename__ = "push_subscription"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, sa_type=SMALL_ID, primary_key=True)
    account_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="account.id", ondelete="CASCADE", index=True
    )
    session_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="browser_session.id", ondelete="CASCADE", index=True
    )
    endpoint: str = Field(unique=True)
    """Where its push service takes them."""
    p256dh: str
    """The browser's public key, in base64url."""
    auth: str
    """The secret that the browser shares with us, in base64url."""
    failing_since_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """Since when nothing has arrived, although it was tried."""
    created_at: datetime = Field(sa_type=UTCDateTime)
    used_at: datetime = Field(sa_type=UTCDateTime)
    """When a push was last taken, or the subscription made."""


class AppSubscription(SQLModel, table=True):
    """One app that takes pushes, for as long as its token is good."""

    __tablename__ = "app_subscription"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, sa_type=SMALL_ID, primary_key=True)
    account_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="account.id", ondelete="CASCADE", index=True
    )
    token_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="access_token.id", ondelete="CASCADE", unique=True
    )
    sealed_token: bytes
    """The token itself under the place's key: it goes into each push, by which the app knows for
    which of its accounts it is."""
    endpoint: str
    """Where its push service takes them; several tokens of one browser may share it."""
    p256dh: str
    auth: str
    is_standard: bool
    """It reads RFC 8291; else the draft before it, as most apps do."""
    alerts: str = ""
    """The words of those that it wants, between spaces."""
    pushes_from: From = Field(default=From.ALL, sa_type=sa.String)
    failing_since_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)
    used_at: datetime = Field(sa_type=UTCDateTime)
