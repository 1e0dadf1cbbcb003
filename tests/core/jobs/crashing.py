"""A process to be killed: it asks for work and does it, until somebody ends it.

`python -m tests.core.jobs.crashing URL FOLDER FIRST` writes two files, each line flushed to the
disk before anything else happens: `accepted` has the numbers whose commit returned, `done` the
numbers whose handler ran. Numbers begin with FIRST, so that no two runs ask the same.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from fedparents.db import Database, Fact, UnitOfWork, open_database
from fedparents.jobs import WAKE_CHANNEL, Bus, InProcessBus, Job, JobKind, Worker, outbox_of
from fedparents.jobs.postgres_bus import PostgresBus
from fedparents.settings import Settings

LEASE = timedelta(seconds=2)
CONCURRENCY = 20


@dataclass(frozen=True, slots=True)
class Asked(Fact):
    number: int


class Ledger:
    """A file in which a line is either whole and on the disk, or not there."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(self, number: int) -> None:
        os.write(self._file, b"%d\n" % number)
        os.fdatasync(self._file)


def ask(uow: UnitOfWork, number: int) -> None:
    uow.record(Asked(number))


async def main(url: str, folder: Path, first: int) -> None:
    accepted, done = Ledger(folder / "accepted"), Ledger(folder / "done")

    async def work(job: Job[Asked]) -> None:
        await asyncio.sleep(0.001)
        done.note(job.fact.number)

    kinds = (JobKind("work", Asked, work, attempts=50),)
    db, bus = open_database(url), _bus(url)
    db.hooks.before_commit = outbox_of(kinds)
    db.hooks.after_commit = lambda _facts: bus.publish(WAKE_CHANNEL)
    await db.start()
    await bus.start()
    worker = Worker(db, bus, kinds, lease=LEASE, concurrency=CONCURRENCY)
    if Settings(database_url=url).uses_sqlite:
        await worker.take_over()
    running = asyncio.create_task(worker.run())
    print("working", flush=True)
    await asyncio.gather(*(_ask_for_ever(db, accepted, first + n) for n in range(4)))
    await running


async def _ask_for_ever(db: Database, accepted: Ledger, first: int) -> None:
    for number in itertools.count(first, 4):
        await db.write(ask, number)
        accepted.note(number)
        await asyncio.sleep(0.002)


def _bus(url: str) -> Bus:
    return InProcessBus() if url.startswith("sqlite:") else PostgresBus(url)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
