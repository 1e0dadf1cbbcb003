"""The table of pictures, and one picture as whoever serves it needs to know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime, id_key

ENDINGS: Final = {"image/jpeg": "jpg", "image/webp": "webp"}
"""What pictures are stored as, and how their files end."""


class MediaUse(StrEnum):
    PHOTO = "photo"
    """For something that is written: a post."""
    AVATAR = "avatar"
    COVER = "cover"


class MediaState(StrEnum):
    """processing → ready → released → (row gone); a picture may be released at any time."""

    PROCESSING = "processing"
    """The row is there before its files, so that no file can be left behind without one."""
    READY = "ready"
    RELEASED = "released"
    """Shown to nobody any more; a job deletes the files and then the row."""


class MediaAttachment(SQLModel, table=True):
    """One picture in two sizes. What a picture is attached to refers to it, never the other way."""

    __tablename__ = "media_attachment"
    __table_args__ = (
        sa.Index(
            "ix_media_attachment_waiting",
            "created_at",
            sqlite_where=sa.text("attached_at IS NULL"),
            postgresql_where=sa.text("attached_at IS NULL"),
        ),
    )

    id: int = id_key()
    by_actor_id: int = Field(sa_type=sa.BigInteger, foreign_key="actor.id", index=True)
    for_actor_id: int | None = Field(
        default=None, sa_type=sa.BigInteger, foreign_key="actor.id", index=True
    )
    """Whose avatar or cover it is."""
    use: MediaUse = Field(sa_type=sa.String)
    state: MediaState = Field(default=MediaState.PROCESSING, sa_type=sa.String)
    name: str = Field(unique=True)
    """Random: neither the address nor the file says anything about the picture."""
    mime: str = ""
    width: int = 0
    height: int = 0
    byte_size: int = 0
    small_width: int = 0
    small_height: int = 0
    small_byte_size: int = 0
    blurhash: str = ""
    description: str = ""
    """What is to be seen, for whoever does not see it."""
    focus_x: float = 0.0
    """What matters most in it, from -1 (left) to 1 (right)."""
    focus_y: float = 0.0
    """The same from -1 (bottom) to 1 (top)."""
    attached_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    kept_until_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """It waits so long at least for what it will be attached to."""
    created_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def file(self) -> str:
        """The end of its address."""
        return f"{self.name}.{ENDINGS[self.mime]}"


@dataclass(frozen=True, slots=True)
class MediaView:
    """A picture as it is served: what decides who may see it, and what the answer says of it."""

    id: int
    by_actor_id: int
    for_actor_id: int | None
    use: MediaUse
    is_attached: bool
    file: str
    mime: str
    byte_size: int
    small_byte_size: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is known of a picture once it has been drawn anew."""

    mime: str
    width: int
    height: int
    byte_size: int
    small_width: int
    small_height: int
    small_byte_size: int
    blurhash: str
