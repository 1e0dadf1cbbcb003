"""The table of actors: what may be known of somebody without being signed in as them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime, id_key


class ActorKind(StrEnum):
    PERSON = "person"
    GROUP = "group"
    APPLICATION = "application"


class Standing(StrEnum):
    """How this place stands to another town; each may do what the ones before it may, and more."""

    BLOCKED = "blocked"
    """It is kept out: nothing of it is taken, shown or asked for, and nothing goes there."""
    LIMITED = "limited"
    """Only those who follow somebody there hear of them."""
    KNOWN = "known"
    """As any town of which nobody has said anything."""
    ALLY = "ally"
    """Both sides have agreed to be twins: what is for nearby goes there."""


class Actor(SQLModel, table=True):
    """A person, a group or a server, local (`domain` empty) or elsewhere."""

    __table_args__ = (sa.UniqueConstraint("handle", "domain"),)

    id: int = id_key()
    kind: ActorKind = Field(sa_type=sa.String)
    handle: str
    domain: str = ""
    display_name: str
    summary: str = ""
    fields: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """What they say in lines of a name and a value, as `actors/fields.py` writes them."""
    avatar: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The file of its picture; empty for initials. Kept here because every list of people asks."""
    cover: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The file of the wide picture over its page."""
    is_discoverable: bool = False
    """Whether searches and directories may list it; off until the person says so."""
    is_indexable: bool = False
    """Whether search engines may keep its public posts; off until the person says so."""
    is_locked: bool = Field(default=True, sa_column_kwargs={"server_default": sa.true()})
    """Whether a person decides on each follower by hand; off once they say so."""
    standing: Standing = Field(
        default=Standing.KNOWN,
        sa_type=sa.String,
        sa_column_kwargs={"server_default": Standing.KNOWN.value},
    )
    """That of their town, for those who are elsewhere. Kept here because every list asks."""
    created_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def address(self) -> str:
        """The name under which somebody is found here: with their town, if it is another."""
        return f"{self.handle}@{self.domain}" if self.domain else self.handle


class RetiredHandle(SQLModel, table=True):
    """A handle that was somebody's: never given again, and not readable from here."""

    __tablename__ = "retired_handle"

    digest: str = Field(primary_key=True)
    """SHA-256 of the handle, in hexadecimal."""
    retired_at: datetime = Field(sa_type=UTCDateTime)
