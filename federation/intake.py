"""What arrives at one moment is kept in one commit: each that comes while another commit is under
way waits for the next one, and nobody is told that it is kept before it is.

Who waits for an answer goes before what can wait: a rush is answered first, and worked on meanwhile
as far as there is time. One that lasts gets no more than its half.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from federation.inbox import Receipt, accept_all, own_id_of
from fedparents import clock
from fedparents.db import Database
from fedparents.errors import Unavailable

if TYPE_CHECKING:
    from federation.signing import Signed

_AT_ONCE: Final = 100
_RUSH: Final = timedelta(seconds=5)
_LONGEST_PAUSE: Final = 0.25
_MOMENT: Final = 0.02
_MUCH: Final = 0.6
"""Of a processor; who has less to do than this is not in a hurry."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    signed: Signed
    body: bytes
    host: str
    kept: asyncio.Future[Receipt | None]


class Intake:
    """One for each process."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: list[_Waiting] = []
        self._task: asyncio.Task[None] | None = None
        self._kept_at = -_MOMENT

    async def give_way(self, since: datetime) -> None:
        """Wait while much arrives and is still to be answered, before working on what has been here
        since then: a moment, and not at all once that is long ago."""
        until = clock.stopwatch() + _LONGEST_PAUSE
        while clock.now() - since < _RUSH and clock.stopwatch() < until and self._has_just_kept():
            began, used = clock.stopwatch(), clock.processor_time()
            await asyncio.sleep(_MOMENT)
            if clock.processor_time() - used < _MUCH * (clock.stopwatch() - began):
                return

    def _has_just_kept(self) -> bool:
        return clock.stopwatch() - self._kept_at < _MOMENT

    async def keep(self, signed: Signed, body: bytes, *, host: str = "") -> Receipt | None:
        """Keep something. `host` is its sender's, as long as nobody has asked whether this place
        talks with it: None when it does not, and then nothing is kept. Raises as `accept` does."""
        own_id_of(signed)  # here it fails for itself: all of its moment would be kept one by one
        kept: asyncio.Future[Receipt | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(signed, body, host, kept))
        if self._task is None:
            self._task = asyncio.create_task(self._keep_all(), name="intake")
        return await kept

    async def _keep_all(self) -> None:
        try:
            while self._waiting:
                bite, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
                if not await self._keep(bite):
                    # One of them cannot be kept: it harms nobody else.
                    for each in bite:
                        await self._keep([each])
        finally:
            self._task = None

    async def _keep(self, bite: Sequence[_Waiting]) -> bool:
        """Whether they have been dealt with: kept, or told what is wrong with a single one, or with
        the database."""
        self._kept_at = clock.stopwatch()
        try:
            arrived = [(each.signed, each.body, each.host) for each in bite]
            receipts = await self._db.write(accept_all, arrived)
        except Exception as error:  # noqa: BLE001 - whatever it is, who waits must hear of it
            if len(bite) > 1 and not isinstance(error, Unavailable):
                return False
            for each in bite:
                _tell(each, error)
        else:
            for each, receipt in zip(bite, receipts, strict=True):
                _tell(each, receipt)
        return True


def _tell(waiting: _Waiting, outcome: Receipt | Exception | None) -> None:
    """Unless they have stopped waiting."""
    if waiting.kept.done():
        return
    if isinstance(outcome, Exception):
        waiting.kept.set_exception(outcome)
    else:
        waiting.kept.set_result(outcome)
