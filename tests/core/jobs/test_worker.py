"""Jobs: as many times as needed, in order where it matters, and never silently lost."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from fedparents.authority import OPERATOR
from fedparents.db import Fact
from fedparents.errors import NotFound
from fedparents.jobs import (
    GiveUp,
    InProcessBus,
    JobKind,
    JobRow,
    JobState,
    TryLater,
    Worker,
    daily,
    outbox_of,
)
from fedparents.jobs import worker as workers
from fedparents.jobs.queries import count_jobs, find_oldest_due, list_dead_jobs
from fedparents.jobs.service import discard_job, retry_job

pytestmark = pytest.mark.anyio
LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Asked(Fact):
    number: int


@dataclass(frozen=True, slots=True)
class Edited(Fact):
    ordered_by: ClassVar[str | None] = "post"

    post: int
    version: int


class Desk:
    """Handlers that note what they saw and fail as they are told."""

    def __init__(self):
        self.seen = []
        self.attempts = []
        self.fails_with = None
        self.has_seen = asyncio.Event()

    async def note(self, job):
        self.attempts.append(job.attempt)
        if self.fails_with is not None:
            raise self.fails_with
        self.seen.append(job.fact)
        self.has_seen.set()


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def new_worker(db):
    def make(*kinds, lease=LEASE):
        db.hooks.before_commit = outbox_of(kinds)
        return Worker(db, InProcessBus(), kinds, lease=lease)

    return make


@pytest.fixture
def worker(new_worker, desk):
    return new_worker(
        JobKind("note", Asked, desk.note, attempts=3), JobKind("edit", Edited, desk.note)
    )


def ask(uow, *numbers, at=None):
    for number in numbers:
        uow.record(Asked(number), at=at)


def list_rows(session):
    return list(session.exec(select(JobRow)))


async def test_a_fact_becomes_work_and_then_nothing(db, worker, desk):
    await db.write(ask, 1, 2)
    assert [row.name for row in await db.read(list_rows)] == ["note", "note"]
    assert await worker.work_until_idle() == 2
    assert sorted(fact.number for fact in desk.seen) == [1, 2]
    assert await db.read(list_rows) == []


async def test_every_subscriber_gets_the_fact(db, new_worker, desk):
    worker = new_worker(JobKind("one", Asked, desk.note), JobKind("two", Asked, desk.note))
    await db.write(ask, 7)
    await worker.work_until_idle()
    assert desk.seen == [Asked(7), Asked(7)]


async def test_whom_a_fact_does_not_concern_gets_no_job(db, new_worker, desk):
    """It is asked in the commit itself, of what the commit says."""

    def has_even_row(session, fact):
        return fact.number % 2 == 0 and len(list_rows(session)) == 0

    worker = new_worker(JobKind("note", Asked, desk.note, concerns=has_even_row))
    await db.write(ask, 1, 2, 3)
    assert await worker.work_until_idle() == 1
    assert desk.seen == [Asked(2)]


async def test_a_fact_that_nobody_subscribed_to_costs_nothing(db, worker):
    @dataclass(frozen=True, slots=True)
    class Unheard(Fact):
        pass

    await db.write(lambda uow: uow.record(Unheard()))
    assert await db.read(list_rows) == []


class Table:
    """Works on many at once, and notes how many; some of them it leaves to be done alone."""

    def __init__(self, desk):
        self.desk = desk
        self.sizes = []
        self.leaves = lambda _job: False
        self.fails_with = None

    async def run_all(self, jobs):
        self.sizes.append(len(jobs))
        if self.fails_with is not None:
            raise self.fails_with
        left = [job for job in jobs if self.leaves(job)]
        for job in jobs:
            if job not in left:
                self.desk.seen.append(("together", job.fact.number))
        return left


@pytest.fixture
def table(desk):
    return Table(desk)


async def test_where_many_wait_they_are_run_together(db, new_worker, desk, table):
    other = JobKind("edit", Edited, desk.note)
    worker = new_worker(JobKind("note", Asked, desk.note, run_all=table.run_all), other)
    await db.write(ask, 1)
    await db.write(lambda uow: [uow.record(Edited(1, version)) for version in range(3)])
    await db.write(ask, *range(2, 131))
    await worker.work_until_idle()
    assert sum(table.sizes) == 130
    assert max(table.sizes) == 50
    together = [each[1] for each in desk.seen if not isinstance(each, Edited)]
    assert together == list(range(1, 131))
    assert [each.version for each in desk.seen if isinstance(each, Edited)] == [0, 1, 2]
    assert await db.read(list_rows) == []


async def test_a_single_one_is_run_alone(db, new_worker, desk, table):
    worker = new_worker(JobKind("note", Asked, desk.note, run_all=table.run_all))
    await db.write(ask, 1)
    await worker.work_until_idle()
    assert (desk.seen, table.sizes) == ([Asked(1)], [])


async def test_what_cannot_be_run_together_is_run_alone(db, new_worker, desk, table, clock):
    table.leaves = lambda job: job.fact.number % 2 == 0
    worker = new_worker(JobKind("note", Asked, desk.note, run_all=table.run_all))
    await db.write(ask, *range(4))
    await worker.work_until_idle()
    assert desk.seen == [("together", 1), ("together", 3), Asked(0), Asked(2)]
    table.fails_with = RuntimeError("no")
    await db.write(ask, *range(4, 6))
    desk.seen.clear()
    await worker.work_until_idle()
    assert desk.seen == [Asked(4), Asked(5)]
    assert await db.read(list_rows) == []


async def test_what_was_tried_before_is_tried_alone(db, new_worker, desk, table, clock):
    """Whatever ends the process takes nobody with it the next time."""
    worker = new_worker(JobKind("note", Asked, desk.note, run_all=table.run_all))
    await db.write(ask, 1, 2, 3)
    table.leaves, desk.fails_with = (lambda job: job.fact.number < 3), RuntimeError("no")
    await worker.work_until_idle()
    desk.fails_with = None
    clock.advance(minutes=1)
    await worker.work_until_idle()
    assert sorted(fact.number for fact in desk.seen[1:]) == [1, 2]
    assert (table.sizes, desk.attempts) == ([3], [1, 1, 2, 2])


async def test_what_takes_too_long_together_is_left_to_the_end_of_its_lease(
    db, new_worker, desk, clock
):
    """Nobody knows whether its commit came through: it is not begun a second time beside it."""

    async def hang(_jobs):
        await asyncio.Event().wait()

    kind = JobKind("note", Asked, desk.note, run_all=hang)
    worker = new_worker(kind, lease=timedelta(seconds=0.5))
    await db.write(ask, 1, 2)
    await worker.work_until_idle()
    assert (desk.seen, len(await db.read(list_rows))) == ([], 2)
    clock.advance(seconds=1)
    await worker.work_until_idle()
    assert sorted(fact.number for fact in desk.seen) == [1, 2]


class Door:
    """Handlers that come no further until it opens, and how many stand there."""

    def __init__(self):
        self.opens = asyncio.Event()
        self.standing = 0
        self.most = 0
        self.somebody_stands = asyncio.Event()

    async def wait(self, _job=None):
        self.standing += 1
        self.most = max(self.most, self.standing)
        self.somebody_stands.set()
        try:
            await self.opens.wait()
        finally:
            self.standing -= 1


async def test_a_slow_one_of_many_keeps_one_place_and_not_those_of_all(db, desk, table):
    """Whoever waits for something urgent does not wait for it."""
    door = Door()
    table.leaves = lambda job: job.fact.number == 1
    kinds = (
        JobKind("note", Asked, door.wait, run_all=table.run_all),
        JobKind("edit", Edited, desk.note, is_urgent=True),
    )
    db.hooks.before_commit = outbox_of(kinds)
    worker = Worker(db, InProcessBus(), kinds, lease=LEASE, concurrency=5)
    await db.write(ask, *range(1, 6))
    running = asyncio.create_task(worker.run())
    await asyncio.wait_for(door.somebody_stands.wait(), 30)
    await db.write(lambda uow: uow.record(Edited(1, 1)))
    try:
        await asyncio.wait_for(desk.has_seen.wait(), 30)
        assert door.standing == 1
    finally:
        door.opens.set()
        worker.stop()
        await asyncio.wait_for(running, 30)
    assert await db.read(list_rows) == []


@pytest.mark.parametrize("how", ["left", "too long", "failed", "cancelled"])
async def test_whatever_becomes_of_many_their_places_are_free_again_once(db, how):
    """No place is lost, and none is given twice: afterwards as many run as ever, and no more."""
    door, begun = Door(), asyncio.Event()

    async def run_all(jobs):
        begun.set()
        if how in {"too long", "cancelled"}:
            await asyncio.Event().wait()
        if how == "failed":
            raise RuntimeError("no")
        return jobs[1:]

    async def run(_job):
        pass

    kinds = (JobKind("note", Asked, run, run_all=run_all), JobKind("edit", Edited, door.wait))
    db.hooks.before_commit = outbox_of(kinds)
    lease = timedelta(seconds=0.5) if how == "too long" else LEASE
    worker = Worker(db, InProcessBus(), kinds, lease=lease, concurrency=2)
    await db.write(ask, *range(5))
    working = asyncio.create_task(worker.work_until_idle())
    await asyncio.wait_for(begun.wait(), 30)
    if how == "cancelled":
        working.cancel()
    await asyncio.wait([working], timeout=30)
    worker = _with_longer_lease(worker)
    await db.write(lambda uow: [uow.record(Edited(post, 1)) for post in range(4)])
    after = asyncio.create_task(worker.work_until_idle())
    await asyncio.wait_for(door.somebody_stands.wait(), 30)
    door.opens.set()
    await asyncio.wait_for(after, 30)
    assert door.most == 2


def _with_longer_lease(worker):
    worker._lease = LEASE
    return worker


@pytest.mark.sqlite_only
async def test_who_has_more_room_than_a_commit_leases_no_more_than_fit(db, desk, table):
    """A negative limit is none: all that waits would be leased at once."""
    kinds = (JobKind("note", Asked, desk.note, run_all=table.run_all),)
    db.hooks.before_commit = outbox_of(kinds)
    worker = Worker(db, InProcessBus(), kinds, lease=LEASE, concurrency=60)
    await db.write(ask, *range(130))
    await worker.work_until_idle()
    assert table.sizes[0] == 60
    assert sum(table.sizes) == 130


async def test_work_for_later_waits(db, worker, desk, clock):
    await db.write(ask, 1, at=clock() + timedelta(hours=2))
    assert await worker.work_until_idle() == 0
    clock.advance(hours=2)
    await worker.work_until_idle()
    assert desk.seen == [Asked(1)]


async def test_a_failure_is_tried_again_later_and_later(db, worker, desk, clock):
    desk.fails_with = ValueError("no luck")
    await db.write(ask, 1)
    await worker.work_until_idle()
    (row,) = await db.read(list_rows)
    assert "no luck" in row.last_error
    assert timedelta(seconds=10) <= row.run_at - clock() <= timedelta(seconds=12)
    clock.advance(seconds=12)
    await worker.work_until_idle()
    (row,) = await db.read(list_rows)
    assert timedelta(seconds=30) <= row.run_at - clock() <= timedelta(seconds=36)
    desk.fails_with = None
    clock.advance(seconds=36)
    await worker.work_until_idle()
    assert desk.attempts == [1, 2, 3]
    assert await db.read(list_rows) == []


async def test_what_fails_to_the_end_lies_dead_and_can_be_tried_again(db, worker, desk, clock):
    desk.fails_with = ValueError("broken\nDETAIL: Key (email)=(ana@example.org)")
    await db.write(ask, 1)
    for _ in range(5):
        await worker.work_until_idle()
        clock.advance(minutes=10)
    (dead,) = await db.read(list_dead_jobs, by=OPERATOR)
    assert (dead.state, dead.last_error) == (JobState.DEAD, "ValueError: broken")
    assert desk.attempts == [1, 2, 3]
    desk.fails_with = None
    await db.write(retry_job, dead.id, by=OPERATOR)
    await worker.work_until_idle()
    assert desk.seen == [Asked(1)]
    assert await db.read(count_jobs) == {JobState.WAITING: 0, JobState.DEAD: 0}


async def test_a_dead_job_can_be_thrown_away_but_a_waiting_one_cannot(db, worker, desk):
    await db.write(ask, 1)
    (row,) = await db.read(list_rows)
    with pytest.raises(NotFound):
        await db.write(discard_job, row.id, by=OPERATOR)
    desk.fails_with = GiveUp("cannot be")
    await worker.work_until_idle()
    assert await db.read(list_rows) == []


async def test_a_world_that_is_not_ready_costs_no_attempt(db, worker, desk, clock):
    desk.fails_with = TryLater(timedelta(minutes=5), "asleep")
    await db.write(ask, 1)
    for _ in range(6):
        await worker.work_until_idle()
        clock.advance(minutes=5)
    desk.fails_with = None
    await worker.work_until_idle()
    assert desk.seen == [Asked(1)]


async def test_a_handler_that_nobody_knows_any_more_is_visible(db, worker, new_worker, desk):
    await db.write(ask, 1)
    newer = new_worker(JobKind("renamed", Asked, desk.note))
    await newer.work_until_idle()
    (dead,) = await db.read(list_dead_jobs, by=OPERATOR)
    assert "note" in dead.last_error


async def test_facts_of_one_thing_are_worked_on_in_order(db, new_worker):
    seen = []

    async def slowly(job):
        await asyncio.sleep(0.005 if job.fact.version % 2 else 0)
        seen.append((job.fact.post, job.fact.version))

    worker = new_worker(JobKind("edit", Edited, slowly))

    def edit(uow):
        for version in range(6):
            for post in (1, 2, 3):
                uow.record(Edited(post, version))

    await db.write(edit)
    await worker.work_until_idle()
    for post in (1, 2, 3):
        assert [version for p, version in seen if p == post] == [0, 1, 2, 3, 4, 5]


async def test_a_failing_first_holds_back_only_its_own_kind(db, worker, desk, clock):
    def edit(uow):
        uow.record(Edited(1, 0))
        uow.record(Edited(1, 1))

    desk.fails_with = ValueError("first")
    await db.write(edit)
    await worker.work_until_idle()
    assert desk.attempts == [1]
    desk.fails_with = None
    await db.write(ask, 9)
    await worker.work_until_idle()
    assert desk.seen == [Asked(9)]
    clock.advance(seconds=12)
    await worker.work_until_idle()
    assert desk.seen[1:] == [Edited(1, 0), Edited(1, 1)]


async def test_a_lease_that_runs_out_gives_the_job_to_another(db, worker, new_worker, desk, clock):
    hang = Hanging()
    died_holding = new_worker(JobKind("note", Asked, hang))
    await db.write(ask, 1)
    holding = asyncio.create_task(died_holding.work_until_idle())
    await asyncio.wait_for(hang.begun.wait(), 30)
    other = new_worker(JobKind("note", Asked, desk.note))
    assert await other.work_until_idle() == 0
    clock.advance(seconds=61)
    assert await other.work_until_idle() == 1
    assert desk.attempts == [2]
    holding.cancel()


async def test_the_only_server_takes_over_at_once(db, new_worker, desk, clock):
    hang = Hanging()
    died_holding = new_worker(JobKind("note", Asked, hang))
    await db.write(ask, 1)
    await db.write(ask, 2, at=clock() + timedelta(days=1))
    holding = asyncio.create_task(died_holding.work_until_idle())
    await asyncio.wait_for(hang.begun.wait(), 30)
    restarted = new_worker(JobKind("note", Asked, desk.note))
    await restarted.take_over()
    await restarted.work_until_idle()
    assert desk.seen == [Asked(1)]
    holding.cancel()


async def test_a_job_that_kills_its_process_each_time_is_buried(db, new_worker, desk, clock):
    await db.write(lambda uow: None)
    hang = Hanging()
    deadly = new_worker(JobKind("note", Asked, hang, attempts=2))
    await db.write(ask, 1)
    for attempt in range(3):
        hang.begun.clear()
        dying = asyncio.create_task(deadly.work_until_idle())
        if attempt < 2:
            await asyncio.wait_for(hang.begun.wait(), 30)
        else:
            await dying  # it is not begun a third time
        dying.cancel()
        await deadly.take_over()
    (dead,) = await db.read(list_dead_jobs, by=OPERATOR)
    assert dead.last_error == "the process ended each time it ran"


async def test_a_handler_that_hangs_is_ended_before_its_lease(db, new_worker):
    worker = new_worker(JobKind("note", Asked, Hanging()), lease=timedelta(seconds=0.5))
    await db.write(ask, 1)
    await asyncio.wait_for(worker.work_until_idle(), 30)
    (row,) = await db.read(list_rows)
    assert "TimeoutError" in row.last_error


async def test_a_periodic_job_has_one_row_for_ever(db, new_worker, desk, clock):
    nightly = JobKind("nightly", Asked0, desk.note, next_run=lambda now: now + timedelta(days=1))
    worker = new_worker(nightly)
    await worker.plan_schedules()
    await worker.plan_schedules()
    clock.advance(days=1)
    assert await worker.work_until_idle() == 1
    (row,) = await db.read(list_rows)
    assert row.run_at == clock() + timedelta(days=1)
    desk.fails_with = ValueError("tonight it fails")
    clock.advance(days=1)
    for _ in range(20):
        await worker.work_until_idle()
        clock.advance(hours=13)
    (row,) = await db.read(list_rows)
    assert row.state == JobState.WAITING
    desk.fails_with = None
    clock.advance(days=2)
    assert await worker.work_until_idle() == 1


async def test_the_queue_tells_how_long_it_has_been_waiting(db, worker, clock):
    asked_at = clock()
    await db.write(ask, 1)
    clock.advance(minutes=3)
    assert await db.read(find_oldest_due, now=clock()) == asked_at


async def test_a_running_worker_is_woken_by_a_commit(db, desk, monkeypatch):
    monkeypatch.setattr(workers, "_POLL_SECONDS", 600.0)  # it looks into the table no more
    bus = InProcessBus()
    await bus.start()
    kinds = (JobKind("note", Asked, desk.note),)
    db.hooks.before_commit = outbox_of(kinds)
    db.hooks.after_commit = lambda _facts: bus.publish("jobs")
    worker = Worker(db, bus, kinds, lease=LEASE)
    running = asyncio.create_task(worker.run())
    await asyncio.sleep(0.2)
    await db.write(ask, 1)
    await asyncio.wait_for(desk.has_seen.wait(), 30)
    worker.stop()
    await asyncio.wait_for(running, 30)
    assert await db.read(list_rows) == []  # also what was done last is crossed off


@pytest.mark.sqlite_only
async def test_a_worker_outlives_a_database_that_is_away(db, database_url, desk):
    bus = InProcessBus()
    await bus.start()
    nightly = JobKind("nightly", Asked0, desk.note, next_run=lambda now: now)
    worker = Worker(db, bus, (nightly,), lease=LEASE)
    table = "ALTER TABLE job RENAME TO away", "ALTER TABLE away RENAME TO job"
    with db.engine.begin() as connection:
        connection.exec_driver_sql(table[0])
    running = asyncio.create_task(worker.run())
    await asyncio.sleep(0.3)
    assert not running.done()
    with db.engine.begin() as connection:
        connection.exec_driver_sql(table[1])
    await asyncio.wait_for(desk.has_seen.wait(), 30)
    worker.stop()
    await asyncio.wait_for(running, 30)


@dataclass(frozen=True, slots=True)
class Asked0(Fact):
    pass


class Hanging:
    """A handler that is ended from outside or never."""

    def __init__(self):
        self.begun = asyncio.Event()

    async def __call__(self, job):
        self.begun.set()
        await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (datetime(2026, 11, 23, 1, 0, tzinfo=UTC), datetime(2026, 11, 23, 2, 30, tzinfo=UTC)),
        (datetime(2026, 11, 23, 2, 30, tzinfo=UTC), datetime(2026, 11, 24, 2, 30, tzinfo=UTC)),
        # The night of 28 March 2027 has no 02:30 in Paris; the job is early or late, not lost.
        (datetime(2027, 3, 27, 12, 0, tzinfo=UTC), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
    ],
)
def test_daily_means_local_time(after, expected):
    hour = 3 if expected.month == 11 else 2
    next_run = daily(time(hour, 30), ZoneInfo("Europe/Paris"))
    assert next_run(after).astimezone(UTC) == expected


async def test_what_somebody_waits_for_goes_first_but_not_for_ever(db, desk, clock):
    """An urgent job passes those that have come within a while, never those that waited longer."""

    async def edited(job):
        desk.seen.append(job.fact)

    kinds = (
        JobKind("asked", Asked, desk.note),
        JobKind("edited", Edited, edited, is_urgent=True),
    )
    db.hooks.before_commit = outbox_of(kinds)
    one_by_one = Worker(db, InProcessBus(), kinds, lease=LEASE, concurrency=1)
    await db.write(lambda uow: uow.record(Asked(1)))
    clock.advance(seconds=11)
    await db.write(lambda uow: uow.record(Asked(2)))
    clock.advance(seconds=1)
    await db.write(lambda uow: uow.record(Edited(1, 1)))
    await one_by_one.work_until_idle()
    assert desk.seen == [Asked(1), Edited(1, 1), Asked(2)]


async def test_what_is_planned_is_not_done_before_its_time_however_urgent(db, desk, clock):
    kinds = (JobKind("asked", Asked, desk.note, is_urgent=True),)
    db.hooks.before_commit = outbox_of(kinds)
    worker = Worker(db, InProcessBus(), kinds, lease=LEASE)
    later = clock() + timedelta(seconds=5)
    await db.write(lambda uow: uow.record(Asked(1), at=later))
    assert await worker.work_until_idle() == 0
    clock.advance(seconds=5)
    assert await worker.work_until_idle() == 1
