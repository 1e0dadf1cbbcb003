"""Column types that mean the same on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine
from typing_extensions import override

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC; a naive one is refused.

    TIMESTAMP WITH TIME ZONE on PostgreSQL; whole microseconds since 1970 on SQLite, which has no
    type for time: they sort, compare and index as numbers.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.BigInteger())
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone cannot be stored")
        if dialect.name == "sqlite":
            return (value - EPOCH) // _MICROSECOND
        return value

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return _moment(value)
        stamp: datetime = value
        return stamp.astimezone(UTC)

    @override
    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        if dialect.name == "sqlite":
            return _maybe_moment
        return super().result_processor(dialect, coltype)


@lru_cache(maxsize=16_384)
def _moment(microseconds: int) -> datetime:
    """The rows of a page are read again and again, and one object is quicker to compare, too."""
    return EPOCH + timedelta(microseconds=microseconds)


def _maybe_moment(value: int | None) -> datetime | None:
    return None if value is None else _moment(value)
