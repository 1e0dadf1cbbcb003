"""The tables of what people are to each other, and of what they would rather not read.

All of it is private to whoever made it, except that a follow is known to both sides.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime, id_key, key_to


class FollowState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"


class FilterContext(StrEnum):
    """Where a filter holds, in the words that apps use."""

    HOME = "home"
    NOTIFICATIONS = "notifications"
    PUBLIC = "public"
    THREAD = "thread"
    ACCOUNT = "account"


class FilterAction(StrEnum):
    WARN = "warn"
    HIDE = "hide"


class Follow(SQLModel, table=True):
    """Somebody wants to hear what somebody else says, or asks to. `id` orders lists by age."""

    __table_args__ = (
        sa.Index("ix_follow_following", "follower_actor_id", "state", "id"),
        sa.Index("ix_follow_followers", "followed_actor_id", "state", "id"),
    )

    follower_actor_id: int = key_to("actor.id", cascades=False)
    followed_actor_id: int = key_to("actor.id", cascades=False)
    id: int = Field(sa_type=sa.BigInteger)
    state: FollowState = Field(sa_type=sa.String)
    shows_shares: bool = True
    """Also what they pass on from others."""
    notifies: bool = False
    """A notification for each post."""
    languages: str = ""
    """Only posts in these; codes with a space between, empty for all."""
    created_at: datetime = Field(sa_type=UTCDateTime)


class Block(SQLModel, table=True):
    """The two do not see each other; only who made it knows. The key is looked up in both
    directions."""

    __table_args__ = (sa.Index("ix_block_by_actor_id", "by_actor_id", "id"),)

    by_actor_id: int = key_to("actor.id", cascades=False)
    actor_id: int = key_to("actor.id", cascades=False, index=True)
    id: int = Field(sa_type=sa.BigInteger)


class Mute(SQLModel, table=True):
    """One does not want to hear from somebody, who does not notice."""

    __table_args__ = (sa.Index("ix_mute_by_actor_id", "by_actor_id", "id"),)

    by_actor_id: int = key_to("actor.id", cascades=False)
    actor_id: int = key_to("actor.id", cascades=False, index=True)
    id: int = Field(sa_type=sa.BigInteger)
    hides_notifications: bool = True
    until_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    """None: for good."""


class ActorNote(SQLModel, table=True):
    """What one wants to remember of somebody: "Léa's mother, from the choir"."""

    __tablename__ = "actor_note"

    by_actor_id: int = key_to("actor.id", cascades=False)
    actor_id: int = key_to("actor.id", cascades=False, index=True)
    text: str


class Filter(SQLModel, table=True):
    """Words that one would rather not read. It belongs to the account and goes with it."""

    __tablename__ = "word_filter"

    id: int = id_key()
    account_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="account.id", ondelete="CASCADE", index=True
    )
    title: str
    contexts: str
    """`FilterContext`s with a space between, in their order there."""
    action: FilterAction = Field(default=FilterAction.WARN, sa_type=sa.String)
    expires_at: datetime | None = Field(default=None, sa_type=UTCDateTime)

    @property
    def places(self) -> tuple[FilterContext, ...]:
        return tuple(FilterContext(name) for name in self.contexts.split())


class FilterWord(SQLModel, table=True):
    """One word or phrase of a filter."""

    __tablename__ = "filter_word"

    id: int = id_key()
    filter_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="word_filter.id", ondelete="CASCADE", index=True
    )
    text: str
    is_whole: bool = True
    """Not as a part of a longer word."""
