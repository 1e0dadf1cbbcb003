"""How many writes a second are durable when their callers go on: the database alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fedparents.actors.models import Actor, ActorKind
from fedparents.db import Database, Fact, UnitOfWork, open_database
from fedparents.jobs import Job, JobKind, outbox_of
from fedparents.jobs.outbox import job_values
from fedparents.jobs.queries import INSERT_JOB
from tests.rig.migrating import migrate

PRODUCERS = 64


@dataclass(frozen=True, slots=True)
class ActorAdded(Fact):
    actor_id: int


async def _never(job: Job[ActorAdded]) -> None:
    raise AssertionError("no worker runs here")


KINDS = (JobKind("bench.actor_added", ActorAdded, _never),)


def add_actor(uow: UnitOfWork) -> None:
    """A service like any other: a row through SQLModel, and the fact of it."""
    number = uow.new_id()
    uow.session.add(
        Actor(
            id=number,
            kind=ActorKind.PERSON,
            handle=f"parent_{number}",
            display_name="Chloé B.",
            created_at=uow.now,
        )
    )
    uow.record(ActorAdded(number))


def add_hot_rows(uow: UnitOfWork) -> None:
    """One row through a hot statement, alone in its call."""
    number = uow.new_id()
    row = job_values(number, "bench", ActorAdded(number), uow.now, uow.now)
    INSERT_JOB.run(uow.session.connection(), **row)


async def writes_per_second(folder: Path, service: Callable[[UnitOfWork], None], n: int) -> float:
    """Each call is durable before its caller goes on; 64 callers at once."""
    url = f"sqlite:///{folder / 'writes.db'}"
    migrate(url)
    db = open_database(url)
    db.hooks.before_commit = outbox_of(KINDS)
    await db.start()
    began = time.perf_counter()
    await asyncio.gather(*(_produce(db, service, n // PRODUCERS) for _ in range(PRODUCERS)))
    took = time.perf_counter() - began
    await db.close()
    return n / took


async def _produce(db: Database, service: Callable[[UnitOfWork], None], times: int) -> None:
    for _ in range(times):
        await db.write(service)
