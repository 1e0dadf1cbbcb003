"""The table of home: which posts reached whom."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import id_key, key_to


class HomeEntry(SQLModel, table=True):
    """A post in somebody's home, once. Only a shortcut: whether they may read it is asked again."""

    __tablename__ = "home_entry"
    __table_args__ = (
        sa.Index("ix_home_entry_post_id", "post_id", "account_id", unique=True),
        {"sqlite_with_rowid": False},
    )

    account_id: int = key_to("account.id")
    entry_id: int = id_key()
    """Its place: the number of the post, or that of the share by which it came."""
    post_id: int = Field(sa_type=sa.BigInteger, foreign_key="post.id", ondelete="CASCADE")
