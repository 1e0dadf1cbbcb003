"""Hot statements: written in Core, compiled once per engine, run on the driver itself.

The ORM costs about ten times the driver for a row. A statement that runs for every request or every
job is therefore named, kept here as a `HotStatement` in the `queries.py` of its feature, and tested
like any other query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    sql: str
    binds: Mapping[str, Convert]
    """Only the parameters that the driver does not take as they are."""
    defaults: Mapping[str, Any]
    results: tuple[Convert | None, ...]


@dataclass(slots=True)
class HotStatement:
    """A statement with named parameters; results are plain tuples of Python values."""

    statement: sa.Executable
    _compiled: dict[str, _Compiled] = field(default_factory=dict)

    def rows(self, connection: Connection, **params: Any) -> list[tuple[Any, ...]]:
        """Run once and fetch all rows."""
        compiled = self._for(connection.dialect)
        cursor = _cursor(connection)
        try:
            cursor.execute(compiled.sql, _bound(compiled, params))
            rows = cursor.fetchall() if cursor.description else []
        finally:
            cursor.close()
        return [_converted(row, compiled.results) for row in rows]

    def run(self, connection: Connection, **params: Any) -> int:
        """Run once; the number of rows that it touched."""
        return self.run_many(connection, [params])

    def run_many(self, connection: Connection, many: Iterable[Mapping[str, Any]]) -> int:
        """Run for each set of parameters; the number of rows touched in all."""
        compiled = self._for(connection.dialect)
        cursor = _cursor(connection)
        try:
            cursor.executemany(compiled.sql, [_bound(compiled, params) for params in many])
            return int(cursor.rowcount)
        finally:
            cursor.close()

    def _for(self, dialect: Dialect) -> _Compiled:
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _compile(self.statement, dialect)
        return found


def constant(word: StrEnum) -> sa.ColumnClause[str]:
    """A word of ours, spelled out: a bound value would hide it from the choice of an index."""
    return sa.literal_column(f"'{word.value}'", sa.String)


def is_one_of(
    column: sa.SQLColumnExpression[Any], words: Iterable[StrEnum]
) -> sa.ColumnElement[bool]:
    """IN for hot statements, whose lists have to be spelled out."""
    return sa.or_(*(column == constant(word) for word in words))


def _cursor(connection: Connection) -> Any:
    return connection.connection.cursor()


def _compile(statement: sa.Executable, dialect: Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # every Core statement has it, Executable does not say so
    binds: dict[str, Convert] = {}
    for bind, name in compiled.bind_names.items():
        convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None:
            binds[name] = convert
    results = tuple(_result_converter(column, dialect) for column in _columns(statement))
    # The others are required: what nobody gave must not become NULL without a word.
    defaults = {
        name: _plain(bind.effective_value)
        for bind, name in compiled.bind_names.items()
        if not bind.required
    }
    return _Compiled(str(compiled), binds, defaults, results)


def _plain(value: Any) -> Any:
    """A stored word as its letters: each driver would take an enum in a way of its own."""
    return value.value if isinstance(value, StrEnum) else value


def _columns(statement: sa.Executable) -> Sequence[Any]:
    if isinstance(statement, sa.Select):
        return tuple(statement.selected_columns)
    returning = getattr(statement, "exported_columns", None)
    return tuple(returning) if returning is not None else ()


def _result_converter(column: Any, dialect: Dialect) -> Convert | None:
    if isinstance(column.type, sa.Float):
        return None  # both drivers give floats; SQLAlchemy would want to see the result first
    converter: Convert | None = column.type.dialect_impl(dialect).result_processor(dialect, None)
    return converter


def _bound(compiled: _Compiled, params: Mapping[str, Any]) -> dict[str, Any]:
    bound = {**compiled.defaults, **params}
    for name, convert in compiled.binds.items():
        bound[name] = convert(bound[name])
    return bound


def _converted(row: Sequence[Any], results: tuple[Convert | None, ...]) -> tuple[Any, ...]:
    return tuple(
        value if convert is None else convert(value)
        for value, convert in zip(row, results, strict=True)
    )
