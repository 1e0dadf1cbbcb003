"""Columns of primary keys: numbers of ours, which no database counts up."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import Field


def id_key() -> int:
    """A row's own number, as the unit of work makes them."""
    return _key()


def key_to(column: str, *, cascades: bool = True, index: bool = False) -> int:
    """The number of another row: this one is deleted with it, or has to be gone before it."""
    ends: dict[str, Any] = {"ondelete": "CASCADE"} if cascades else {}
    return _key(foreign_key=column, index=index, **ends)


def position_key() -> int:
    """Which one of several it is."""
    return _key()


def _key(**more: Any) -> int:
    field: int = Field(
        sa_type=sa.BigInteger,
        primary_key=True,
        sa_column_kwargs={"autoincrement": False},
        **more,
    )
    return field
