"""The table of home: which posts reached whom."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class HomeEntry(SQLModel, table=True):
    """A post in somebody's home. Only a shortcut: whether they may read it is asked again."""

    __tablename__ = "home_entry"
    __table_args__ = (
        sa.Index("ix_home_entry_post_id", "post_id"),
        {"sqlite_with_rowid": False},
    )

    account_id: int = Field(
        sa_type=sa.BigInteger,
        foreign_key="account.id",
        ondelete="CASCADE",
        primary_key=True,
        sa_column_kwargs={"autoincrement": False},
    )
    post_id: int = Field(
        sa_type=sa.BigInteger,
        foreign_key="post.id",
        ondelete="CASCADE",
        primary_key=True,
        sa_column_kwargs={"autoincrement": False},
    )
