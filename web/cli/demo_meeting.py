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
from federation.models import Twinning
from federation.posts import find_post
from federation.towns import Towns
from federation.trust import get_town
from federation.twinning import accept_twinning, offer_twinning
from federation.uris import actor_uri, note_uri
from fedparents import clock
from fedparents.actors.models import ActorKind
from fedparents.authority import OPERATOR
from fedparents.db import Database
from fedparents.demo.neighbours import (
    DemoCall,
    DemoNeighbours,
    DemoVisit,
    answer_call,
    begin_to_follow,
    call_out,
    come_in,
    count_unanswered,
    get_demo_group,
    let_through,
    say_there,
    thank_for_call,
    vote_there,
    write_letter,
)
from fedparents.ids import ActorId, GroupId, PostId
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

    async def find_group(self, name: str, there: _Side) -> GroupId:
        number = await there.db.read(get_demo_group, name)
        uri = actor_uri(there.base_url, number, ActorKind.GROUP)
        return GroupId((await self.towns.discovery.get(uri)).id)

    @property
    def base_url(self) -> str:
        return self.settings.base_url


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
        both = ((one, other), (other, one))
        await _offer_twins(one, other)
        for steps in _STEPS:
            await _until(lambda: _is_quiet(one, other))
            for step in steps:
                for here, there in both:
                    await step(here, there)
        await _until(lambda: _is_quiet(one, other))


async def _offer_twins(here: _Side, there: _Side) -> None:
    host = there.settings.domain
    await here.towns.neighbours.look_at(host)
    town = await here.db.read(get_town, host)
    if town.twinning == Twinning.NONE:
        await here.db.write(offer_twinning, here.base_url, host, by=OPERATOR)


async def _accept_twins(here: _Side, there: _Side) -> None:
    host = there.settings.domain
    town = await here.db.read(get_town, host)
    if town.twinning == Twinning.ASKED:
        await here.db.write(accept_twinning, here.base_url, host, by=OPERATOR)


async def _follow(here: _Side, there: _Side) -> None:
    for follower, followed in here.neighbours.follows:
        await here.db.write(begin_to_follow, follower, await here.find(followed, there))


async def _call(here: _Side, _there: _Side) -> None:
    for call in here.neighbours.calls:
        await here.db.write(call_out, call)


async def _answer(here: _Side, there: _Side) -> None:
    """What the other town says of what was called out here."""
    for call in here.neighbours.calls:
        heard = await _heard(here, there, await here.db.write(call_out, call))
        for by, choice in call.votes:
            await there.db.write(vote_there, by, heard, choice)
        await _react(there, heard, call)


async def _welcome(here: _Side, there: _Side) -> None:
    """What the group's own people say of what a guest from here has said in it."""
    for visit in here.neighbours.visits:
        group = await here.find_group(visit.group, there)
        heard = await _heard(here, there, await here.db.write(say_there, visit, group))
        await there.db.write(let_through, visit.welcomed_by, heard)
        await _react(there, heard, visit)


async def _heard(here: _Side, there: _Side, said: PostId) -> PostId:
    """What was said here, as the other town has it."""
    found = await there.db.read(find_post, there.base_url, note_uri(here.base_url, said))
    if found is None:
        raise Failed(f"{there.settings.domain} did not hear what {here.settings.domain} said")
    return PostId(found.id)


async def _react(side: _Side, heard: PostId, said: DemoCall | DemoVisit) -> None:
    for by, text in said.answers:
        await side.db.write(answer_call, by, heard, text)
    for by in said.thanked_by:
        await side.db.write(thank_for_call, by, heard)


async def _write(here: _Side, there: _Side) -> None:
    for letter in here.neighbours.letters:
        to = await here.find(letter.to, there)
        await here.db.write(write_letter, letter.by, to, letter.text)


async def _write_back(here: _Side, there: _Side) -> None:
    for letter in here.neighbours.letters:
        to = await there.find(letter.by, here)
        await there.db.write(write_letter, letter.to, to, letter.answer)


async def _come_in(here: _Side, there: _Side) -> None:
    for visit in here.neighbours.visits:
        await here.db.write(come_in, visit.by, await here.find_group(visit.group, there))


async def _say_there(here: _Side, there: _Side) -> None:
    for visit in here.neighbours.visits:
        await here.db.write(say_there, visit, await here.find_group(visit.group, there))


_STEPS: Final = (
    (_accept_twins, _follow, _come_in),
    (_call, _say_there, _write),
    (_welcome, _write_back),
    (_answer,),
)
"""Each when all that came before has been heard."""


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
