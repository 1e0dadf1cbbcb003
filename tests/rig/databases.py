"""Empty, migrated databases for tests, one engine at a time, quickly.

SQLite: a file migrated once, then copied to where one was given back; at another address all
statements would be compiled anew, which is a third of a test's time. PostgreSQL: a database
migrated once, then cloned; the tests take turns in one clone, which is emptied between them (under
a millisecond, where another clone costs forty).
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql

from fedparents.migrations import head
from tests.rig.migrating import furnish, migrate
from tests.rig.postgres import PostgresServer, database_name


class Databases(Protocol):
    def fresh(self) -> str:
        """The URL of an empty, migrated database that nobody else has."""
        ...

    def furnished(self) -> str:
        """The same with the communes of France, as `fedparents db upgrade` leaves it."""
        ...

    def give_back(self, url: str) -> None:
        """The test is over: whoever is still connected is not waited for."""
        ...


class SQLiteFiles:
    """Every test has a new file; those that follow each other have it at one address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        self._furnished = folder / "furnished.db"
        self._made = 0
        self._free: list[Path] = []
        migrate(f"sqlite:///{self._template}")

    def fresh(self) -> str:
        return self._copy(self._template)

    def furnished(self) -> str:
        if not self._furnished.exists():
            furnish(f"sqlite:///{self._furnished}")
        return self._copy(self._furnished)

    def _copy(self, template: Path) -> str:
        folder = self._free.pop() if self._free else self._new_folder()
        folder.mkdir()
        shutil.copyfile(template, folder / "place.db")
        return f"sqlite:///{folder / 'place.db'}"

    def _new_folder(self) -> Path:
        self._made += 1
        return self._folder / f"{self._made}"

    def give_back(self, url: str) -> None:
        folder = Path(url.removeprefix("sqlite:///")).parent
        shutil.rmtree(folder)
        self._free.append(folder)


class PostgresDatabases:
    """Tests take turns in one database; one who needs a second at the same time gets a clone."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._template = server.create()
        migrate(self._template)
        self._furnished = ""
        self._shared = self._clone(self._template)
        self._is_lent = False
        self._emptier = psycopg.connect(self._shared, autocommit=True)
        self._emptying = _emptying(self._emptier)

    def fresh(self) -> str:
        if self._is_lent:
            return self._clone(self._template)
        self._is_lent = True
        return self._shared

    def furnished(self) -> str:
        if not self._furnished:
            self._furnished = self._server.create()
            furnish(self._furnished)
        return self._clone(self._furnished)

    def give_back(self, url: str) -> None:
        if url != self._shared:
            self._server.drop(url)
            return
        self._emptier.execute(_END_THE_OTHERS)
        self._emptier.execute(self._emptying)
        self._is_lent = False

    def close(self) -> None:
        self._emptier.close()

    def _clone(self, template: str) -> str:
        return self._server.create(template=database_name(template))


_END_THE_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def _emptying(connection: psycopg.Connection) -> sql.Composed:
    """One statement that leaves the tables as the migrations did: empty, at the newest revision.

    The revision is written anew, because tests pretend that a database is older or newer.
    """
    names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    deletes = [
        sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for (name,) in names.fetchall()
    ]
    revision = sql.SQL("INSERT INTO alembic_version (version_num) VALUES ({})")
    # A replica does not check foreign keys, so that the order does not matter.
    return sql.SQL("; ").join(
        [
            sql.SQL("BEGIN"),
            sql.SQL("SET LOCAL session_replication_role = replica"),
            *deletes,
            revision.format(sql.Literal(head())),
            sql.SQL("COMMIT"),
        ]
    )
