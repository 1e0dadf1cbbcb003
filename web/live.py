"""Live events: who has a page open here, and a hint for them when there is something new.

A hint names accounts and nothing else. Whoever is woken reads anew what the person may see, so a
hint that gets lost, or comes too often, changes nothing but the moment.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Iterator
from typing import Final

from fedparents.jobs import Bus

CHANNEL: Final = "live"
MOST_FOR_ONE: Final = 6
"""Pages of one account that are looked at at the same time."""
MOST: Final = 5000
_ACCOUNTS_A_HINT: Final = 300
"""PostgreSQL carries 8000 bytes; an id has up to 19 digits."""


class Ear:
    """One open page."""

    def __init__(self) -> None:
        self._is_woken = asyncio.Event()

    def wake(self) -> None:
        self._is_woken.set()

    async def wait(self, seconds: float) -> None:
        """Until there is a hint, but no longer than this."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._is_woken.wait(), seconds)
        self._is_woken.clear()


class Hub:
    """The open pages of this process, by account."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._ears: dict[int, set[Ear]] = {}
        self._count = 0
        self.is_closing = False
        self._stop_hearing = bus.subscribe(CHANNEL, self._hear)

    def tell(self, account_ids: Iterable[int]) -> None:
        """Wake the open pages of these accounts, in whichever process they are."""
        ids = [str(each) for each in account_ids]
        for first in range(0, len(ids), _ACCOUNTS_A_HINT):
            self._bus.publish(CHANNEL, ",".join(ids[first : first + _ACCOUNTS_A_HINT]))

    def has_room(self, account_id: int) -> bool:
        own = len(self._ears.get(account_id, ()))
        return not self.is_closing and own < MOST_FOR_ONE and self._count < MOST

    @contextlib.contextmanager
    def listening(self, account_id: int) -> Iterator[Ear]:
        """An ear for as long as a page is open."""
        ear = Ear()
        self._ears.setdefault(account_id, set()).add(ear)
        self._count += 1
        try:
            yield ear
        finally:
            self._count -= 1
            self._ears[account_id].discard(ear)
            if not self._ears[account_id]:
                del self._ears[account_id]

    def close(self) -> None:
        """Let every page go: the server ends."""
        self.is_closing = True
        self._stop_hearing()
        for ears in self._ears.values():
            for ear in ears:
                ear.wake()

    def _hear(self, message: str) -> None:
        for text in message.split(","):
            for ear in self._ears.get(int(text), ()):
                ear.wake()
