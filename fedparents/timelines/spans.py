"""Lists that can be read from either end: programs ask for what is between two ids."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam

from fedparents.db import HotStatement
from fedparents.paging import Paging

_LIMIT: Final = bindparam("limit", type_=sa.Integer)
_BELOW: Final = bindparam("below", type_=sa.BigInteger)
_ABOVE: Final = bindparam("above", type_=sa.BigInteger)


class Spanned:
    """A list in the two directions in which it can be read; `key` orders it."""

    def __init__(self, found: sa.Select[Any], key: sa.ColumnElement[int]) -> None:
        within = found.where(key < _BELOW, key > _ABOVE).limit(_LIMIT)
        self._down = HotStatement(within.order_by(key.desc()))
        self._up = HotStatement(within.order_by(key.asc()))

    def towards(self, paging: Paging) -> HotStatement:
        """The statement of this direction; `paging.newest_first` turns its rows round."""
        return self._up if paging.goes_up else self._down


def span_of(paging: Paging) -> dict[str, int]:
    """A page, as the statements of `Spanned` take it."""
    return {"limit": paging.limit, "below": paging.below, "above": paging.above}
