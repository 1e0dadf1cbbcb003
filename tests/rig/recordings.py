"""Databases of earlier revisions, kept as SQL, so that every one of them can be brought forward.

`make migration` records the present head, with a few rows in every table, before the next revision
is written: `tests/migrations/heads/<revision>.<engine>.sql`. A recording is never changed.
"""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, get_args

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

from fedparents.db.sqlite import sqlite_path
from fedparents.search.models import INDEX
from tests.rig.migrating import engine_of
from tests.rig.postgres import PostgresServer
from tests.rig.time import A_MONDAY
from web.tables import METADATA

HEADS = Path(__file__).parents[1] / "migrations" / "heads"
ROWS = 3


def recordings(engine: str) -> list[Path]:
    return sorted(HEADS.glob(f"*.{engine}.sql"))


def fill(url: str) -> None:
    """A few rows in every table, with every kind of value that the models know.

    The models may be ahead of the database by the migration that is about to be written.
    """
    models = {mapper.local_table: mapper.class_ for mapper in SQLModel._sa_registry.mappers}
    with engine_of(url) as engine, engine.begin() as connection:
        present = sa.inspect(connection)
        for table in METADATA.sorted_tables:
            if not present.has_table(table.name):
                continue
            there = {column["name"] for column in present.get_columns(table.name)}
            rows = [_row(table, models[table], number) for number in range(1, ROWS + 1)]
            known = [{name: row[name] for name in row if name in there} for row in rows]
            connection.execute(sa.table(table.name, *_bare(table, there)).insert(), known)


def _bare(table: sa.Table, names: set[str]) -> list[sa.ColumnClause[Any]]:
    return [sa.column(column.name, column.type) for column in table.columns if column.name in names]


def count(url: str) -> dict[str, int]:
    """How many rows each table holds."""
    with engine_of(url) as engine, engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        return {
            name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0
            for name in tables
            if not name.startswith(f"{INDEX}_")  # the index writes these as it likes
        }


def count_values(url: str) -> dict[str, int]:
    """How many values each column holds, by "table.column"."""
    counts: dict[str, int] = {}
    with engine_of(url) as engine, engine.connect() as connection:
        inspector = sa.inspect(connection)
        for table in inspector.get_table_names():
            names = [column["name"] for column in inspector.get_columns(table)]
            there = [sa.func.count(sa.column(name)) for name in names]
            row = connection.execute(sa.select(*there).select_from(sa.table(table))).one()
            counts |= {f"{table}.{name}": n for name, n in zip(names, row, strict=True)}
    return counts


def dump_sqlite(url: str, target: Path) -> None:
    # The standard library's own: only it can write out a whole database.
    with closing(sqlite3.connect(sqlite_path(url))) as connection:
        lines = [line for line in map(_as_loaded, connection.iterdump()) if line]
    lines.insert(-1, f"INSERT INTO {INDEX}({INDEX}) VALUES('rebuild');")  # before COMMIT
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _as_loaded(line: str) -> str:
    """A line of a dump as it can be run: the full-text index by its own statement, without the
    tables that it keeps for itself, which are written again at the end."""
    if line.startswith("PRAGMA writable_schema") or f"{INDEX}_" in line.split("(", 1)[0]:
        return ""
    if line.startswith("INSERT INTO sqlite_master"):
        return line[line.index("CREATE VIRTUAL") :].removesuffix("');").replace("''", "'") + ";"
    return line


def load_sqlite(source: Path, url: str) -> None:
    with closing(sqlite3.connect(sqlite_path(url))) as connection:
        connection.executescript(source.read_text(encoding="utf-8"))


def dump_postgres(server: PostgresServer, url: str, target: Path) -> None:
    arguments = ("--no-owner", "--no-privileges", "--inserts", f"--dbname={url}")
    done = _run(server, "pg_dump", *arguments)
    target.write_text(done, encoding="utf-8")


def load_postgres(server: PostgresServer, source: Path, url: str) -> None:
    _run(server, "psql", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={source}", url)


def _run(server: PostgresServer, program: str, *arguments: str) -> str:
    done = subprocess.run(
        [server.binaries / program, *arguments], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{program} failed:\n{done.stderr}")
    return done.stdout


def _row(table: sa.Table, model: type[SQLModel], number: int) -> dict[str, Any]:
    return {
        column.name: _value(column, model.model_fields[column.name].annotation, number)
        for column in table.columns
    }


def _value(column: sa.Column[Any], annotation: Any, number: int) -> Any:
    """The same number in every table, so that references find what they name."""
    words = [kind for kind in (annotation, *get_args(annotation)) if _is_words(kind)]
    if words:
        return list(words[0])[number % len(list(words[0]))].value
    if column.nullable and number == ROWS and not column.primary_key:
        return None
    return _plain_value(column, number)


def _plain_value(column: sa.Column[Any], number: int) -> Any:
    values: dict[type, Any] = {
        datetime: A_MONDAY + timedelta(hours=number),
        date: A_MONDAY.date() + timedelta(days=number),
        bool: number % 2 == 0,
        int: number,
        float: number + 0.5,
        bytes: bytes([number]),
        str: f"{column.name} {number}: Chloé",
    }
    kind = column.type
    return values[(kind.impl_instance if isinstance(kind, TypeDecorator) else kind).python_type]


def _is_words(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)
