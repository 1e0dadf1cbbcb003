"""Hot statements: written in Core, compiled once per engine, run on the driver itself.

The ORM costs about ten times the driver for a row. A statement that runs for every request or every
job is therefore named, kept here as a `HotStatement` in the `queries.py` of its feature, and tested
like any other query.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ColumnElement
from sqlmodel import Session, SQLModel

from fedparents.db.tables import table_of

M = TypeVar("M", bound=SQLModel)
Convert = Callable[[Any], Any]
_WORD: Final = re.compile(r"[a-z_]*")
_LIMIT: Final = re.compile(r"(?<=\bLIMIT )[:?]\w*")
_BITE: Final = 30
_NONE: Final = 0
"""No row has this number."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    sql: str
    binds: Mapping[str, Convert]
    """Only the parameters that the driver does not take as they are."""
    defaults: Mapping[str, Any]
    results: tuple[tuple[int, Convert], ...]
    """Only the columns that the driver does not give as they are."""


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
        return [_converted(row, compiled.results) for row in rows] if compiled.results else rows

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


@dataclass(slots=True)
class HotRows(Generic[M]):
    """The rows of a table, added by a hot statement and held by the session from then on as if they
    had been read: the ORM takes longer to make one than everything else that a job does with it."""

    model: type[M]
    _insert: HotStatement = field(init=False)
    _defaults: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self._insert = HotStatement(table_of(self.model).insert())
        fields = self.model.model_fields.items()
        self._defaults = {
            name: _plain(each.default) for name, each in fields if not each.is_required()
        }

    def add(self, session: Session, **values: Any) -> M:
        """One that has these values, and the defaults of all others that have one."""
        row = self._defaults | {name: _plain(value) for name, value in values.items()}
        self._insert.run(session.connection(), **row)
        added: M = sa.inspect(self.model).class_manager.new_instance()
        instance_dict(added).update(row)
        make_transient_to_detached(added)
        session.add(added)
        return added


def constant(word: StrEnum) -> sa.ColumnClause[str]:
    """A word of ours, spelled out: a bound value would hide it from the choice of an index."""
    return sa.literal_column(f"'{word.value}'", sa.String)


def is_one_of(
    column: sa.SQLColumnExpression[Any], words: Iterable[StrEnum]
) -> sa.ColumnElement[bool]:
    """IN for hot statements, whose lists have to be spelled out."""
    return sa.or_(*(column == constant(word) for word in words))


def is_in_bite(column: sa.SQLColumnExpression[int]) -> sa.ColumnElement[bool]:
    """Whether a number is one of the few that `in_bites` gives; lists of every length are one
    statement that way."""
    slots = [sa.bindparam(f"slot_{number}", type_=sa.BigInteger) for number in range(_BITE)]
    return column.in_(slots)


def in_bites(numbers: Sequence[int]) -> Iterator[dict[str, int]]:
    """Parameters for `is_in_bite`, as often as the statement has to run for all of the numbers."""
    for begin in range(0, len(numbers), _BITE):
        bite = numbers[begin : begin + _BITE]
        yield {f"slot_{n}": bite[n] if n < len(bite) else _NONE for n in range(_BITE)}


class _AnyOf(ColumnElement[bool]):
    """Whether a number is one of however many, which one parameter carries."""

    inherit_cache = False
    # Of what has the type of a truth, SQLite would be asked whether it is 1, and use no index.
    type = sa.types.NULLTYPE  # type: ignore[assignment]  # a truth it is all the same

    def __init__(self, column: sa.SQLColumnExpression[int], name: str) -> None:
        self.column = sa.type_coerce(column, sa.BigInteger)
        self.numbers: sa.BindParameter[str] = sa.bindparam(name, type_=sa.String)


@compiles(_AnyOf, "sqlite")
def _any_of_json(element: _AnyOf, compiler: SQLCompiler, **options: Any) -> str:
    column, wanted = compiler.process(element.column), compiler.process(element.numbers)
    return f"{column} IN (SELECT value FROM json_each({wanted}))"  # noqa: S608 - both are the compiler's


@compiles(_AnyOf, "postgresql")
def _any_of_array(element: _AnyOf, compiler: SQLCompiler, **options: Any) -> str:
    column, wanted = compiler.process(element.column), compiler.process(element.numbers)
    return f"{column} = ANY (translate({wanted}, '[]', '{{}}')::bigint[])"


def is_any_of(column: sa.SQLColumnExpression[int], name: str) -> sa.ColumnElement[bool]:
    """Whether a number is one of those that `numbers` makes into the parameter of this name: for
    lists that are too long for bites."""
    return _AnyOf(column, name)


def numbers(wanted: Iterable[int]) -> str:
    """The parameter of `is_any_of`."""
    return json.dumps(list(wanted))


def _cursor(connection: Connection) -> Any:
    return connection.connection.cursor()


def _compile(statement: sa.Executable, dialect: Dialect) -> _Compiled:
    spelling = _spelling(dialect.statement_compiler)
    compiled = spelling(dialect, statement)  # type: ignore[arg-type]  # Executable does not say that it compiles
    binds: dict[str, Convert] = {}
    for bind, name in compiled.bind_names.items():
        convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None:
            binds[name] = convert
    converters = (_result_converter(column, dialect) for column in _columns(statement))
    results = tuple((n, convert) for n, convert in enumerate(converters) if convert is not None)
    # The others are required: what nobody gave must not become NULL without a word.
    defaults = {
        name: _plain(bind.effective_value)
        for bind, name in compiled.bind_names.items()
        if not bind.required
    }
    return _Compiled(_steady(str(compiled), dialect), binds, defaults, results)


def _spelling(compiler: Any) -> type[SQLCompiler]:
    """A compiler that spells the words of ours a statement compares with. A bound value hides them
    from the choice of an index that holds only some rows; or worse, SQLite looks at it, and makes
    the statement anew for each value, which costs more than most statements."""

    class Spelling(compiler):  # type: ignore[misc]  # each dialect brings its own
        def visit_bindparam(self, bindparam: sa.BindParameter[Any], **options: Any) -> str:
            word = bindparam.value
            if isinstance(word, str) and _WORD.fullmatch(word):
                return f"'{word}'"
            return str(super().visit_bindparam(bindparam, **options))

    return Spelling


def _steady(sql: str, dialect: Dialect) -> str:
    """SQLite looks into a bound limit too, and makes the statement anew; not into a sum."""
    return _LIMIT.sub(r"\g<0> + 0", sql) if dialect.name == "sqlite" else sql


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


def _converted(row: Sequence[Any], results: Iterable[tuple[int, Convert]]) -> tuple[Any, ...]:
    values = list(row)
    for number, convert in results:
        value = values[number]
        if value is not None:  # in every type of ours nothing stays nothing
            values[number] = convert(value)
    return tuple(values)
