"""The worker: leases jobs, runs their handlers side by side, and settles the rows."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from fedparents import clock
from fedparents.db import Database, UnitOfWork
from fedparents.errors import Unavailable
from fedparents.ids import JobId
from fedparents.jobs.bus import Bus
from fedparents.jobs.kinds import BACK_OFF, GiveUp, Job, JobKind, TryLater
from fedparents.jobs.queries import (
    BURY_JOB,
    END_ALL_LEASES,
    FINISH_JOB,
    INSERT_SCHEDULE,
    LEASE_JOBS,
    LEASE_MORE,
    POSTPONE_JOB,
)

log = structlog.get_logger(__name__)

WAKE_CHANNEL = "jobs"
_POLL_SECONDS = 1.0
_JITTER = 0.2
_ERROR_LENGTH = 500
_TOGETHER = 50
"""So many jobs of one kind share a commit: whoever writes meanwhile waits for these."""
_Leased = tuple[JobId, str, str, int, datetime]
"""A row: its number, its name, its fact as JSON, the attempt, and since when it is there."""


@dataclass(slots=True)
class _Places:
    """How many of those of the worker a task has: no more than jobs that it has still to run."""

    taken: int


class Worker:
    """Runs the jobs of one process; any number of them may share a database."""

    def __init__(
        self,
        db: Database,
        bus: Bus,
        kinds: Iterable[JobKind[Any]],
        *,
        lease: timedelta,
        concurrency: int = 20,
    ) -> None:
        self._db = db
        self._bus = bus
        self._kinds = {kind.name: kind for kind in kinds}
        self._together = [name for name, kind in self._kinds.items() if kind.run_all is not None]
        self._lease = lease
        self._free = concurrency
        self._running: set[asyncio.Task[None]] = set()
        self._done: list[tuple[JobId, int]] = []
        """Jobs that went well, with their attempts: their rows go when more work is looked for."""
        self._wake = asyncio.Event()
        self._is_stopping = False
        self._has_planned = False

    async def run(self) -> None:
        """Work until `stop` is called, then wait for what is under way.

        A database that is away is waited for: the worker outlives it.
        """
        unsubscribe = self._bus.subscribe(WAKE_CHANNEL, lambda _message: self._wake.set())
        try:
            while not self._is_stopping:
                self._wake.clear()
                if not await self._look_for_work():
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._wake.wait(), _POLL_SECONDS)
        finally:
            unsubscribe()
            await asyncio.gather(*self._running, return_exceptions=True)
            await self._settle()

    def stop(self) -> None:
        """Take no more jobs; `run` returns when those under way have ended."""
        self._is_stopping = True
        self._wake.set()

    async def work_until_idle(self) -> int:
        """Run everything that is due now, and what it brings about; how many jobs that was."""
        done = 0
        while started := await self._start_due():
            done += started
            await asyncio.gather(*self._running)
        return done

    async def take_over(self) -> None:
        """End the leases of a process that is known to be gone (one file has one server)."""
        await self._db.write(_end_all_leases)

    async def plan_schedules(self) -> None:
        """Make sure that every periodic job has its row."""
        for kind in self._kinds.values():
            if kind.next_run is not None:
                await self._db.write(_plan, kind.name, kind.next_run(clock.now()))

    async def _look_for_work(self) -> int:
        try:
            if not self._has_planned:
                await self.plan_schedules()
                self._has_planned = True
            return await self._start_due()
        except Unavailable as error:
            log.warning("jobs.database_unavailable", reason=error.log)
            return 0

    async def _start_due(self) -> int:
        if self._free <= 0:
            return 0
        done, self._done = self._done, []
        try:
            leased = await self._db.write(
                _finish_and_lease, done, self._free, self._lease, self._together
            )
        except BaseException:
            self._done += done
            raise
        room = self._free
        for rows in self._grouped(leased):
            # What was leased beyond the room shares the place of others of its kind.
            taken = min(len(rows), room)
            room -= taken
            self._start(rows, taken)
        return len(leased)

    def _grouped(self, leased: list[_Leased]) -> list[list[_Leased]]:
        """Those that run together, and all others by themselves."""
        alone = [[row] for row in leased if row[1] not in self._together]
        groups = [sorted(row for row in leased if row[1] == name) for name in self._together]
        return [*alone, *(group for group in groups if group)]

    def _start(self, rows: list[_Leased], taken: int) -> None:
        places = _Places(taken)

        def ended(task: asyncio.Task[None]) -> None:
            self._running.discard(task)
            self._give_back(places, keep=0)

        self._free -= taken
        running = self._run_one(*rows[0]) if len(rows) == 1 else self._run_all(rows, places)
        task = asyncio.create_task(running)
        self._running.add(task)
        task.add_done_callback(ended)

    def _give_back(self, places: _Places, *, keep: int) -> None:
        """All but so many; whatever was given back before is not given back again."""
        kept = min(places.taken, keep)
        self._free += places.taken - kept
        places.taken = kept
        self._wake.set()

    async def _settle(self) -> None:
        """Finish what is done without looking for more."""
        done, self._done = self._done, []
        try:
            await self._db.write(_finish_and_lease, done, 0, self._lease, ())
        except Unavailable as error:
            # Their leases run out and somebody does them again.
            log.warning("jobs.not_settled", jobs=len(done), reason=error.log)

    async def _run_all(self, rows: list[_Leased], places: _Places) -> None:
        """Many of one kind in one commit, and then those by themselves for which that was not
        meant, or who were tried before: one that ends the process ends it alone the next time.

        Nobody else waits for a slow one of these longer than for a slow one that came alone."""
        kind = self._kinds[rows[0][1]]
        first = [row for row in rows if row[3] == 1]
        jobs = [_job_of(kind, row) for row in first]
        try:
            left = {job.id for job in await self._attempt_all(kind, jobs)} if jobs else set()
        except TimeoutError:
            # Nobody knows what became of it: their leases run out, and each is tried alone.
            log.warning("jobs.not_settled", job=kind.name, reason="it took too long together")
            return
        self._done += [(job.id, job.attempt) for job in jobs if job.id not in left]
        rest = [row for row in rows if row not in first or row[0] in left]
        await self._run_rest(rest, places)

    async def _run_rest(self, rows: list[_Leased], places: _Places) -> None:
        left = len(rows)
        self._give_back(places, keep=left)

        async def run(row: _Leased) -> None:
            nonlocal left
            try:
                await self._run_one(*row)
            finally:
                left -= 1
                self._give_back(places, keep=left)

        await asyncio.gather(*(run(row) for row in rows))

    async def _attempt_all(self, kind: JobKind[Any], jobs: list[Job[Any]]) -> Sequence[Job[Any]]:
        if kind.run_all is None:
            return jobs
        try:
            async with asyncio.timeout(self._lease.total_seconds() * 0.2):
                return await kind.run_all(jobs)
        except TimeoutError:
            raise
        except Exception as error:  # noqa: BLE001 - whoever it was says so when it runs alone
            log.info("jobs.not_together", job=kind.name, jobs=len(jobs), reason=_in_words(error))
            return jobs

    async def _run_one(
        self, job_id: JobId, name: str, payload: str, attempt: int, created_at: datetime
    ) -> None:
        kind = self._kinds.get(name)
        try:
            if kind is None:
                await self._bury(job_id, name, attempt, f"nothing here does {name!r}")
            elif attempt > kind.attempts and kind.next_run is None:
                await self._bury(job_id, name, attempt, "the process ended each time it ran")
            else:
                job = _job_of(kind, (job_id, name, payload, attempt, created_at))
                await self._attempt(kind, job)
        except Unavailable as error:
            # The row could not be settled: its lease runs out and somebody tries again.
            log.warning("jobs.not_settled", job=name, reason=error.log)

    async def _attempt(self, kind: JobKind[Any], job: Job[Any]) -> None:
        try:
            async with asyncio.timeout(self._lease.total_seconds() * 0.8):
                await kind.run(job)
        except GiveUp as reason:
            log.info("jobs.given_up", job=kind.name, reason=str(reason))
            await self._finish(kind, job, "")
        except TryLater as reason:
            await self._postpone(job, reason.after, job.attempt - 1, str(reason))
        except Exception as error:
            log.exception("jobs.failed", job=kind.name, attempt=job.attempt)
            await self._failed(kind, job, _in_words(error))
        else:
            await self._finish(kind, job, "")

    async def _failed(self, kind: JobKind[Any], job: Job[Any], error: str) -> None:
        if job.attempt < kind.attempts:
            await self._postpone(job, _pause(job.attempt), job.attempt, error)
        elif kind.next_run is not None:
            await self._finish(kind, job, error)
        else:
            await self._bury(job.id, kind.name, job.attempt, error)

    async def _finish(self, kind: JobKind[Any], job: Job[Any], error: str) -> None:
        if kind.next_run is None:
            self._done.append((job.id, job.attempt))
        else:
            await self._db.write(
                _postpone, job.id, job.attempt, kind.next_run(clock.now()), 0, error
            )

    async def _postpone(self, job: Job[Any], after: timedelta, counted: int, error: str) -> None:
        await self._db.write(_postpone, job.id, job.attempt, clock.now() + after, counted, error)

    async def _bury(self, job_id: JobId, name: str, attempt: int, error: str) -> None:
        log.error("jobs.dead", job=name, reason=error)
        await self._db.write(_bury, job_id, attempt, error)


def _job_of(kind: JobKind[Any], row: _Leased) -> Job[Any]:
    job_id, _, payload, attempt, created_at = row
    return Job(job_id, kind.fact(**json.loads(payload)), attempt, created_at)


def _finish_and_lease(
    uow: UnitOfWork,
    done: list[tuple[JobId, int]],
    most: int,
    lease: timedelta,
    together: Collection[str],
) -> list[Any]:
    """`together` are the names of kinds of which many may run as one: when more waits than there is
    room for, more of them are leased."""
    connection = uow.session.connection()
    if done:
        FINISH_JOB.run_many(connection, [{"job_id": job, "attempt": at} for job, at in done])
    if not most:
        return []
    until = uow.now + lease
    rows = LEASE_JOBS.rows(connection, now=uow.now, most=most, until=until)
    names = Counter(row[1] for row in rows) if len(rows) == most else {}
    for name in together:
        if (more := _TOGETHER - names.get(name, _TOGETHER)) > 0:
            rows += LEASE_MORE.rows(connection, now=uow.now, most=more, until=until, name=name)
    return rows


def _postpone(
    uow: UnitOfWork, job_id: JobId, attempt: int, later: datetime, counted: int, error: str
) -> None:
    POSTPONE_JOB.run(
        uow.session.connection(),
        job_id=job_id,
        attempt=attempt,
        later=later,
        counted=counted,
        error=error or None,
    )


def _bury(uow: UnitOfWork, job_id: JobId, attempt: int, error: str) -> None:
    BURY_JOB.run(uow.session.connection(), job_id=job_id, attempt=attempt, error=error)


def _plan(uow: UnitOfWork, name: str, run_at: datetime) -> None:
    INSERT_SCHEDULE.run(
        uow.session.connection(), id=uow.new_id(), name=name, run_at=run_at, now=uow.now
    )


def _end_all_leases(uow: UnitOfWork) -> None:
    END_ALL_LEASES.run(uow.session.connection(), now=uow.now)


def _pause(attempt: int) -> timedelta:
    pause = BACK_OFF[min(attempt, len(BACK_OFF)) - 1]
    return pause * (1 + random.uniform(0, _JITTER))  # noqa: S311 - spreads work, hides nothing


def _in_words(error: Exception) -> str:
    # The first line only: below it, a database may quote what somebody typed.
    first = next(iter(str(error).splitlines()), "")
    return f"{type(error).__name__}: {first}"[:_ERROR_LENGTH]
