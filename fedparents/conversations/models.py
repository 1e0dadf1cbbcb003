"""The tables of conversations: which there are, who is in them, and which letters are theirs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime, id_key, key_to


class MemberState(StrEnum):
    """request → accepted | ignored; ignored → accepted. Only the member themself knows it."""

    REQUEST = "request"
    """A stranger has written: it waits in a folder of its own."""
    ACCEPTED = "accepted"
    IGNORED = "ignored"
    """Like a request, but out of sight."""


class Conversation(SQLModel, table=True):
    """The letters among the same people about the same thing, or about none."""

    __table_args__ = (sa.Index("ix_conversation_started", "started_by_actor_id", "created_at"),)

    id: int = id_key()
    key: str = Field(unique=True)
    """Made of the people and the post: there is one conversation of each."""
    about_post_id: int | None = Field(
        default=None, sa_type=sa.BigInteger, foreign_key="post.id", ondelete="SET NULL", index=True
    )
    is_about_post: bool = False
    """Also when nothing is left of the post."""
    started_by_actor_id: int = Field(sa_type=sa.BigInteger, foreign_key="actor.id")
    last_at: datetime = Field(sa_type=UTCDateTime, index=True)
    """When the last letter was written; a year after it all of them go."""
    created_at: datetime = Field(sa_type=UTCDateTime)


class ConversationMember(SQLModel, table=True):
    """What a conversation is to one person in it."""

    __tablename__ = "conversation_member"
    __table_args__ = (
        sa.Index("ix_conversation_member_actor_id", "actor_id", "state", "last_post_id"),
        sa.Index(
            "ix_conversation_member_unread",
            "actor_id",
            "state",
            sqlite_where=sa.text("last_post_id > read_post_id"),
            postgresql_where=sa.text("last_post_id > read_post_id"),
        ),
    )

    conversation_id: int = key_to("conversation.id")
    actor_id: int = key_to("actor.id", cascades=False)
    state: MemberState = Field(sa_type=sa.String)
    last_post_id: int = Field(default=0, sa_type=sa.BigInteger)
    """The newest letter that is to catch this person's eye: orders their list."""
    read_post_id: int = Field(default=0, sa_type=sa.BigInteger)
    """All up to here have been on their screen."""
    left_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ConversationPost(SQLModel, table=True):
    """Which conversation a letter belongs to: each to exactly one."""

    __tablename__ = "conversation_post"
    __table_args__ = (sa.Index("ix_conversation_post_order", "conversation_id", "post_id"),)

    post_id: int = key_to("post.id")
    conversation_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="conversation.id", ondelete="CASCADE"
    )
