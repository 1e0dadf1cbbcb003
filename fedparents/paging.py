"""Which page of a list is wanted, newest first: what lies around ids that the reader has seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import sqlalchemy as sa

T = TypeVar("T")
SelectT = TypeVar("SelectT", bound=sa.Select[Any])
_HIGHEST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Paging:
    """The ids are of what the list is ordered by: a post, or the row that puts it into a list."""

    limit: int
    max_id: int | None = None
    """Only what is older than this."""
    since_id: int | None = None
    """Only what is newer than this, the newest of it first."""
    min_id: int | None = None
    """Only what is newer than this, and what comes right after it; goes before `since_id`."""

    @property
    def goes_up(self) -> bool:
        """Whether rows are wanted oldest first, to be turned round by `newest_first`."""
        return self.min_id is not None

    @property
    def above(self) -> int:
        """Every row's id is larger; 0 when there is no such bound."""
        return max(self.since_id or 0, self.min_id or 0)

    @property
    def below(self) -> int:
        """Every row's id is smaller."""
        return _HIGHEST if self.max_id is None else self.max_id

    def narrow(self, query: SelectT, column: sa.SQLColumnExpression[int]) -> SelectT:
        """The rows of this page alone; the caller turns them round with `newest_first`."""
        if self.above:
            query = query.where(column > self.above)
        if self.max_id is not None:
            query = query.where(column < self.max_id)
        return query.order_by(column.asc() if self.goes_up else column.desc()).limit(self.limit)

    def newest_first(self, rows: Sequence[T]) -> list[T]:
        """The rows of `narrow` as they are told."""
        return list(reversed(rows)) if self.goes_up else list(rows)
