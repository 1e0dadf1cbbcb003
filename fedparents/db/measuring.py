"""How large a database is, which engine keeps it, and what its clock says; for the health page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class DatabaseMeasure:
    """What the engine says of itself."""

    engine: str
    """ "SQLite" or "PostgreSQL", with its version."""
    bytes: int
    told_at: datetime
    """The engine's own clock; on another machine it may differ from ours."""


def measure_database(session: Session) -> DatabaseMeasure:
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        version, size, seconds = connection.execute(
            sa.text(
                "SELECT sqlite_version(), page_count * page_size, strftime('%s', 'now')"
                " FROM pragma_page_count(), pragma_page_size()"
            )
        ).one()
        return DatabaseMeasure(f"SQLite {version}", size, datetime.fromtimestamp(int(seconds), UTC))
    version, size, now = connection.execute(
        sa.text(
            "SELECT current_setting('server_version'),"
            " pg_database_size(current_database()), clock_timestamp()"
        )
    ).one()
    return DatabaseMeasure(f"PostgreSQL {version}", size, now.astimezone(UTC))
