"""The database: the one writer, reads, hot statements; the only place that knows which engine."""

from __future__ import annotations

from fedparents.db.database import Database
from fedparents.db.keys import id_key, key_to, position_key
from fedparents.db.statements import (
    HotRows,
    HotStatement,
    constant,
    in_bites,
    is_any_of,
    is_in_bite,
    is_one_of,
    numbers,
)
from fedparents.db.tables import table_of
from fedparents.db.types import EPOCH, UTCDateTime
from fedparents.db.unit_of_work import Fact, UnitOfWork

__all__ = [
    "EPOCH",
    "Database",
    "Fact",
    "HotRows",
    "HotStatement",
    "UTCDateTime",
    "UnitOfWork",
    "constant",
    "id_key",
    "in_bites",
    "is_any_of",
    "is_in_bite",
    "is_one_of",
    "key_to",
    "numbers",
    "open_database",
    "position_key",
    "table_of",
]


def open_database(url: str, *, pool: int = 8) -> Database:
    """The database behind a URL; `await database.start()` before the first use."""
    if url.startswith("sqlite:"):
        from fedparents.db.sqlite import SQLiteDatabase  # loads only the driver that is used

        return SQLiteDatabase(url)
    from fedparents.db.postgres import PostgresDatabase  # loads only the driver that is used

    return PostgresDatabase(url, pool=pool)
