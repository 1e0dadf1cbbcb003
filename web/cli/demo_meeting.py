"""The first day on which the two towns of the demo know of each other: people find, follow and hear
each other over the wire, while both towns run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, select

from federation.delivery.models import Delivery, DeliveryState
from federation.keys import Keyring
from federation.towns import Towns
from fedparents import clock
from fedparents.db import Database
from fedparents.demo.neighbours import (
    DemoNeighbours,
    begin_to_follow,
    call_out,
    count_unanswered,
)
from fedparents.ids import ActorId
from fedparents.jobs.models import JobRow, JobState
from fedparents.settings import Settings
from web.cli.failures import Failed
from web.cli.place import open_place
from web.runtime import open_mailroom

_LOOK_EVERY_SECONDS: Final = 0.2
_PATIENCE_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the towns, as a command sees it."""

    settings: Settings
    neighbours: DemoNeighbours
    db: Database
    towns: Towns

    async def find(self, handle: str, there: _Side) -> ActorId:
        found = await self.towns.discovery.find_by_name(f"{handle}@{there.settings.domain}")
        return ActorId(found.id)


def let_meet(places: Sequence[tuple[Settings, DemoNeighbours]]) -> None:
    """Let them follow each other and say what they have to say; raises Failed when a town does not
    hear it. What was done before is not done again."""
    asyncio.run(_let_meet(places))


async def _let_meet(places: Sequence[tuple[Settings, DemoNeighbours]]) -> None:
    async with AsyncExitStack() as stack:
        one, other = [
            await stack.enter_async_context(_open(settings, neighbours))
            for settings, neighbours in places
        ]
        for here, there in ((one, other), (other, one)):
            for follower, followed in here.neighbours.follows:
                found = await here.find(followed, there)
                await here.db.write(begin_to_follow, follower, found)
        await _until(lambda: _is_quiet(one, other))
        for side in (one, other):
            for call in side.neighbours.calls:
                await side.db.write(call_out, call)
        await _until(lambda: _is_quiet(one, other))


@asynccontextmanager
async def _open(settings: Settings, neighbours: DemoNeighbours) -> AsyncIterator[_Side]:
    async with open_place(settings) as db:
        towns = Towns(settings, db, Keyring(db, open_mailroom(settings, db).secret))
        try:
            yield _Side(settings, neighbours, db, towns)
        finally:
            await towns.close()


async def _until(is_done: Callable[[], Awaitable[bool]]) -> None:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while not await is_done():  # noqa: ASYNC110 - other processes do it
                await asyncio.sleep(_LOOK_EVERY_SECONDS)
    except TimeoutError:
        raise Failed("the two towns do not hear each other; their logs say why") from None


async def _is_quiet(*sides: _Side) -> bool:
    """Whether nobody has anything to do, to say or to answer; asked twice, since what one has just
    sent is work of the other's that was not there when it was asked."""
    for _ in range(2):
        for side in sides:
            if await side.db.read(_count_open):
                return False
    return True


def _count_open(session: Session) -> int:
    jobs = select(JobRow.id).where(
        col(JobRow.schedule).is_(None),
        JobRow.state != JobState.DEAD,
        col(JobRow.is_leased) | (col(JobRow.run_at) <= clock.now()),
    )
    letters = select(Delivery.activity_id).where(Delivery.state == DeliveryState.WAITING)
    work = len(session.exec(jobs).all()) + len(session.exec(letters).all())
    return work + count_unanswered(session)
