"""Several whole places in this process, each behind a real socket: what they say to each other goes
over the loopback, through the transport, the signatures and the inbox of real life."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from sqlmodel import Session, col, select
from typing_extensions import override

from federation.delivery.models import Delivery, DeliveryState
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.authority import OPERATOR
from fedparents.db import UnitOfWork
from fedparents.ids import ActorId
from fedparents.instance.models import FederationMode
from fedparents.instance.service import change_federation
from fedparents.jobs.models import JobRow, JobState
from fedparents.settings import Settings
from tests.rig.builders import a_viewer, open_the_doors
from tests.rig.weather import Line, a_line
from web.app import create_app
from web.runtime import Runtime, open_runtime

_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Town:
    """A place that runs, open to all towns."""

    place: Runtime
    line: Line
    """What others have to go through in order to reach it."""

    @property
    def url(self) -> str:
        return self.place.settings.base_url

    @property
    def domain(self) -> str:
        return self.place.settings.domain

    async def somebody(self, handle: str, **changes: object) -> Viewer:
        """Somebody who lets everybody find them; `changes` are to their actor."""
        viewer = await a_viewer(self.place.db, handle)

        def change(uow: UnitOfWork) -> None:
            actor = uow.session.get_one(Actor, viewer.actor_id)
            for name, value in {"is_discoverable": True, **changes}.items():
                setattr(actor, name, value)
            uow.session.add(actor)

        await self.place.db.write(change)
        return viewer

    async def finds(self, handle: str, there: Town) -> ActorId:
        """Somebody in another town, as this one knows them from now on."""
        found = await self.place.towns.discovery.find_by_name(f"{handle}@{there.domain}")
        return ActorId(found.id)


class _Server(uvicorn.Server):
    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # they are pytest's


async def count_open(town: Town) -> int:
    """How much it still has to do or to say, now or later."""

    def count(session: Session) -> int:
        jobs = select(JobRow.id).where(
            col(JobRow.schedule).is_(None), JobRow.state == JobState.WAITING
        )
        letters = select(Delivery.activity_id).where(Delivery.state == DeliveryState.WAITING)
        return len(session.exec(jobs).all()) + len(session.exec(letters).all())

    return await town.place.db.read(count)


async def settle(*towns: Town) -> None:
    """Until nobody has anything to do, to say or to hear any more."""
    was_quiet = False
    for _ in range(_ROUNDS):
        done = 0
        for town in towns:
            done += await town.place.worker.work_until_idle()
            await town.place.carrier.work_until_idle()
        if was_quiet and not done:
            return  # what was carried last was nothing that anybody had to work on
        was_quiet = not done
    raise AssertionError("the towns go on talking")


@asynccontextmanager
async def running_towns(
    folder: Path, urls: Sequence[str], cache: Path
) -> AsyncIterator[list[Town]]:
    """One town for each of these empty databases; the cache is of templates."""
    async with AsyncExitStack() as stack:
        running = [_running(folder / str(number), url, cache) for number, url in enumerate(urls)]
        yield [await stack.enter_async_context(each) for each in running]


@asynccontextmanager
async def _running(folder: Path, database_url: str, cache: Path) -> AsyncIterator[Town]:
    listener = socket.create_server(("127.0.0.1", 0))
    moments = random.Random(folder.name)  # noqa: S311 - the weather is the same each time
    async with (
        a_line(listener.getsockname()[1], moments) as line,
        _behind(line, listener, folder, database_url, cache) as town,
    ):
        yield town


@asynccontextmanager
async def _behind(
    line: Line, listener: socket.socket, folder: Path, database_url: str, cache: Path
) -> AsyncIterator[Town]:
    (folder / "cache").mkdir(parents=True)
    (folder / "cache" / "templates").symlink_to(cache)
    settings = Settings.model_validate(
        {
            "domain": f"localhost:{line.port}",
            "data_dir": folder,
            "database_url": database_url,
            "allowed_private_networks": "127.0.0.0/8 ::1/128",
            "rate_limits": "off",
            "worker": "outside",
        }
    )
    place = open_runtime(settings)
    await place.start()
    await place.db.write(open_the_doors, domain=settings.domain)
    await place.db.write(change_federation, FederationMode.OPEN, by=OPERATOR)
    config = uvicorn.Config(create_app(place), ws="none", lifespan="off", log_config=None)
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield Town(place, line)
    finally:
        server.should_exit = True
        await serving
        await place.close()
