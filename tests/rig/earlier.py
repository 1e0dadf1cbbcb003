"""Rows in every table of a database of any revision, and what is left of them later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, get_args

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

from fedparents.search.models import INDEX
from tests.rig.migrating import engine_of
from tests.rig.time import A_MONDAY
from web.tables import METADATA

ROWS = 3


def fill(url: str, *, after: int = 0) -> None:
    """A few rows in every table, with every kind of value that the models know; they have the
    numbers that follow. The database may be of an earlier revision than the models."""
    models = {mapper.local_table: mapper.class_ for mapper in SQLModel._sa_registry.mappers}
    with engine_of(url) as engine, engine.begin() as connection:
        for table in _tables(connection):
            known = METADATA.tables.get(table.name)
            fields = models[known].model_fields if known is not None else {}
            columns = [_known(column, known) for column in table.columns]
            rows = [
                {each.name: _value(each, _annotation(each, fields), number) for each in columns}
                for number in range(after + 1, after + ROWS + 1)
            ]
            bare = [sa.column(each.name, each.type) for each in columns]
            connection.execute(sa.table(table.name, *bare).insert(), rows)


def _tables(connection: sa.Connection) -> Iterator[sa.Table]:
    """As the database has them; those that others refer to first. The full-text index writes its
    own."""
    there = sa.MetaData()
    there.reflect(connection, only=lambda name, _: not name.startswith((INDEX, "alembic_")))
    yield from there.sorted_tables


def _known(column: sa.Column[Any], table: sa.Table | None) -> sa.Column[Any]:
    """As the models have it, if they still do: they know more of what it holds."""
    return column if table is None else table.columns.get(column.name, column)


def _annotation(column: sa.Column[Any], fields: dict[str, Any]) -> Any:
    return fields[column.name].annotation if column.name in fields else None


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


def _value(column: sa.Column[Any], annotation: Any, number: int) -> Any:
    """The same number in every table, so that references find what they name."""
    words = [kind for kind in (annotation, *get_args(annotation)) if _is_words(kind)]
    if words:
        return list(words[0])[number % len(list(words[0]))].value
    if column.nullable and number % ROWS == 0 and not column.primary_key:
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
