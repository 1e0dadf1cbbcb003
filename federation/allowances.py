"""How much others may have this place do: counted for each of those who cause it, so that nobody
uses up what is another one's."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from federation.errors import TryLater
from fedparents import clock

_KEPT: Final = 5000


class Allowance:
    """So many times within so much time for each; counted in this process, and from its start."""

    def __init__(self, times: int, per: timedelta, what: str) -> None:
        self.times: Final = times
        self._per = per
        self._what = what
        self._used: OrderedDict[str, tuple[datetime, int]] = OrderedDict()

    def use(self, who: str) -> None:
        """Raises TryLater, and counts nothing, for whoever has used up theirs."""
        now = clock.now()
        since, used = self._used.pop(who, (now, 0))
        if now - since >= self._per:
            since, used = now, 0
        is_left = used < self.times
        self._used[who] = (since, used + is_left)
        while len(self._used) > _KEPT:
            self._used.popitem(last=False)
        if not is_left:
            raise TryLater(self._per - (now - since), f"too much {self._what} for {who[:200]}")
