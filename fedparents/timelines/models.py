"""The table of home: which posts reached whom."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import SQLModel

from fedparents.db import key_to


class HomeEntry(SQLModel, table=True):
    """A post in somebody's home. Only a shortcut: whether they may read it is asked again."""

    __tablename__ = "home_entry"
    __table_args__ = (
        sa.Index("ix_home_entry_post_id", "post_id"),
        {"sqlite_with_rowid": False},
    )

    account_id: int = key_to("account.id")
    post_id: int = key_to("post.id")
