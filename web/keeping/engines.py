"""How the database itself gets into a backup and out of it: one file, or one for each table.

Both ways are made beside the database in use and put into its place in one step; what stood there
before is kept beside it under another name until somebody throws it away.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import sqlalchemy as sa

from fedparents import clock, migrations
from fedparents.settings import Settings
from web.keeping.archive import SQLITE, Manifest
from web.keeping.errors import Unfit
from web.tables import METADATA

if TYPE_CHECKING:
    from sqlite3 import Connection

    import psycopg
    from psycopg.sql import Composed, Identifier

LEAP: Final = 1_000_000
"""How far the database's own counting goes on: what was counted after the backup was made is known
to apps, and has to stay what it was."""
_BACKUP_OF_POSTGRESQL: Final = (
    "the backup is of PostgreSQL, but FEDPARENTS_DATABASE_URL names SQLite"
)
_BACKUP_OF_SQLITE: Final = "the backup is of SQLite, but FEDPARENTS_DATABASE_URL names PostgreSQL"
_BACKUP_STRANGE: Final = "this is no backup of fedparents, or a damaged one"
_DATABASE_DAMAGED: Final = "the database is damaged"
_BESIDE: Final = "fedparents_restored"


@dataclass(frozen=True, slots=True)
class Copied:
    """Files below the folder that was given, by their names in the backup."""

    engine: str
    files: dict[str, Path]
    columns: dict[str, list[str]] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)


class Engine(Protocol):
    """Blocks, and belongs into a thread."""

    name: str

    def copy(self, folder: Path) -> Copied:
        """The database as it is at one moment, while others write to it."""
        ...

    def stand_beside(self, folder: Path, manifest: Manifest) -> None:
        """Make a database of what was in a backup; the one in use is not touched."""
        ...

    def replace(self) -> str | None:
        """Put it into the place of the one in use; the name under which that is kept."""
        ...


class SQLiteEngine:
    name = "sqlite"

    def __init__(self, settings: Settings) -> None:
        from fedparents.db.sqlite import sqlite_path  # loads only the driver that is used

        self._path = sqlite_path(settings.database)
        self._beside = self._path.with_name(f".{self._path.name}.restored")

    def copy(self, folder: Path) -> Copied:
        target = folder / SQLITE
        source, copy = self._connect(self._path), self._connect(target)
        try:
            # In one go: with pauses it would begin again whenever another process has written.
            # Nobody waits for it, since readers of a WAL hold nobody up.
            source.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
            self._require_whole(copy)
        finally:
            source.close()
            copy.close()
        return Copied(self.name, {SQLITE: target})

    def stand_beside(self, folder: Path, manifest: Manifest) -> None:
        if manifest.engine != self.name:
            raise Unfit(_BACKUP_OF_POSTGRESQL)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._beside.unlink(missing_ok=True)
        (folder / SQLITE).replace(self._beside)
        copy = self._connect(self._beside)
        try:
            self._require_whole(copy)
            copy.execute(_NEVER_COUNTED)
            copy.execute("UPDATE sqlite_sequence SET seq = seq + ?", (LEAP,))
        finally:
            copy.close()

    def replace(self) -> str | None:
        kept = self._path.with_name(f"{self._path.name}.before-{clock.now():%Y%m%d-%H%M%S}")
        is_there = self._path.exists()
        if is_there:
            for ending in ("-wal", "-shm", ""):
                part = self._path.with_name(self._path.name + ending)
                if part.exists():
                    part.rename(kept.with_name(kept.name + ending))
        self._beside.rename(self._path)
        handle = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(handle)
        os.close(handle)
        return str(kept) if is_there else None

    @staticmethod
    def _connect(path: Path) -> Connection:
        from fedparents.db.sqlite import connect_bare  # as above

        connection: Connection = connect_bare(path)
        return connection

    @staticmethod
    def _require_whole(copy: Connection) -> None:
        from fedparents.db.sqlite import DatabaseError  # as above

        try:
            found = copy.execute("PRAGMA quick_check").fetchall()
            broken = copy.execute("PRAGMA foreign_key_check").fetchall()
        except DatabaseError as error:
            raise Unfit(_DATABASE_DAMAGED) from error
        if found != [("ok",)] or broken:
            raise Unfit(_DATABASE_DAMAGED)


class PostgresEngine:
    name = "postgresql"

    def __init__(self, settings: Settings) -> None:
        from fedparents.db.postgres import driver_url, sqlalchemy_url  # as above

        self._url, self._alchemy = driver_url(settings.database), sqlalchemy_url(settings.database)

    def copy(self, folder: Path) -> Copied:
        from psycopg import IsolationLevel, sql  # as above

        copied = Copied(self.name, {})
        with self._connect() as connection:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            for table, columns in connection.execute(_COLUMNS).fetchall():
                copied.columns[table] = columns
                copied.files[f"tables/{table}"] = path = folder / table
                copying = sql.SQL("COPY {} ({}) TO STDOUT").format(*_named(table, columns))
                with path.open("wb") as file, connection.cursor().copy(copying) as rows:
                    for bite in rows:
                        file.write(bite)
            copied.counters.update(dict(connection.execute(_COUNTERS).fetchall()))
        return copied

    def stand_beside(self, folder: Path, manifest: Manifest) -> None:
        if manifest.engine != self.name:
            raise Unfit(_BACKUP_OF_SQLITE)
        with self._connect() as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {_BESIDE} CASCADE")
            connection.execute(f"CREATE SCHEMA {_BESIDE}")
        there = f"-c timezone=UTC -c search_path={_BESIDE}"
        engine = sa.create_engine(
            self._alchemy, poolclass=sa.pool.NullPool, connect_args={"options": there}
        )
        migrations.upgrade(engine, METADATA, to=manifest.revision)
        reflected = sa.MetaData()
        reflected.reflect(engine)
        if not set(reflected.tables) <= set(manifest.columns):  # others are somebody else's
            raise Unfit(_BACKUP_STRANGE)
        with self._connect(options=there) as connection:
            tables = [table.name for table in reflected.sorted_tables]
            _fill(connection, tables, folder, manifest)

    def replace(self) -> str | None:
        from psycopg import sql  # as above

        with self._connect() as connection:
            found = connection.execute("SELECT current_schema()::text").fetchone()
            name = found[0] if found else "public"
            kept = f"before_{clock.now():%Y%m%d_%H%M%S}"
            is_empty = not connection.execute(_COLUMNS).fetchall()
            rename = sql.SQL("ALTER SCHEMA {} RENAME TO {}")
            if is_empty:
                connection.execute(sql.SQL("DROP SCHEMA {}").format(sql.Identifier(name)))
            else:
                connection.execute(rename.format(sql.Identifier(name), sql.Identifier(kept)))
            connection.execute(rename.format(sql.Identifier(_BESIDE), sql.Identifier(name)))
        return None if is_empty else f"the schema {kept}"

    def _connect(self, options: str = "") -> psycopg.Connection:
        import psycopg  # as above

        return psycopg.connect(self._url, connect_timeout=5, options=options)


_NEVER_COUNTED: Final = """
    INSERT INTO sqlite_sequence (name, seq) SELECT name, 0 FROM sqlite_master
    WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'
      AND name NOT IN (SELECT name FROM sqlite_sequence)
"""
_COLUMNS: Final = """
    SELECT table_name::text, array_agg(column_name::text ORDER BY ordinal_position)
    FROM information_schema.columns JOIN information_schema.tables
      USING (table_catalog, table_schema, table_name)
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
    GROUP BY table_name ORDER BY table_name
"""
_COUNTERS: Final = """
    SELECT sequencename::text, coalesce(last_value, 0) FROM pg_sequences
    WHERE schemaname = current_schema()
"""


def _named(table: str, columns: list[str]) -> tuple[Identifier, Composed]:
    from psycopg import sql  # as above

    return sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))


def _fill(
    connection: psycopg.Connection, tables: list[str], folder: Path, manifest: Manifest
) -> None:
    """All in one transaction; `tables` are in the order of their references."""
    from psycopg import errors, sql  # as above

    try:
        for table in reversed(tables):  # a migration may have put something into one
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        for table in tables:
            into = sql.SQL("COPY {} ({}) FROM STDIN").format(
                *_named(table, manifest.columns[table])
            )
            with (folder / table).open("rb") as file, connection.cursor().copy(into) as rows:
                while bite := file.read(1 << 20):
                    rows.write(bite)
        for name, value in manifest.counters.items():
            connection.execute("SELECT setval(%s::regclass, %s)", (name, value + LEAP))
    except (errors.DataError, errors.IntegrityError, errors.ProgrammingError) as error:
        raise Unfit(_DATABASE_DAMAGED) from error


def engine_of(settings: Settings) -> Engine:
    return SQLiteEngine(settings) if settings.uses_sqlite else PostgresEngine(settings)
