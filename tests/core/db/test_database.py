"""One way to write, one way to read, on either engine."""

import asyncio
import time
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlmodel import select

from fedparents import clock
from fedparents.db import Fact, open_database
from fedparents.errors import Conflict, NotFound, Unavailable
from fedparents.submissions.models import SubmittedForm
from fedparents.submissions.service import claim_submission, finish_submission
from tests.rig.migrating import migrate
from tests.rig.postgres import PostgresServer

pytestmark = pytest.mark.anyio


@dataclass(frozen=True, slots=True)
class Sent(Fact):
    key: str


def keep(uow, key, location="/there"):
    finish_submission(uow, key, location)
    return key


def keep_and_fail(uow, key):
    keep(uow, key)
    uow.session.flush()
    uow.record(Sent(key))
    raise NotFound


def list_keys(session):
    return sorted(session.exec(select(SubmittedForm.key)))


async def test_what_was_written_can_be_read(db):
    assert await db.write(keep, "a") == "a"
    assert await db.read(list_keys) == ["a"]


async def test_a_failing_service_leaves_nothing_behind(db):
    announced = []
    db.hooks.before_commit = lambda uow: announced.extend(uow.facts)
    with pytest.raises(NotFound):
        await db.write(keep_and_fail, "a")
    assert await db.read(list_keys) == []
    assert announced == []


async def test_neighbours_of_a_failing_service_are_kept(db):
    """Commits are shared on SQLite; failures are not."""
    calls = [db.write(keep_and_fail if n % 3 == 0 else keep, f"{n:03}") for n in range(60)]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    kept = [f"{n:03}" for n in range(60) if n % 3]
    assert [answer for answer in answers if isinstance(answer, str)] == kept
    assert await db.read(list_keys) == kept


async def test_a_broken_rule_of_the_database_fails_only_its_own_call(db):
    await db.write(keep, "a")
    answers = await asyncio.gather(db.write(keep, "a"), db.write(keep, "b"), return_exceptions=True)
    assert isinstance(answers[0], sa.exc.IntegrityError)
    assert answers[1] == "b"


async def test_a_service_sees_its_own_earlier_writes(db):
    def keep_then_claim(uow):
        keep(uow, "a", "/first")
        return claim_submission(uow, "a")

    assert await db.write(keep_then_claim) == "/first"


async def test_what_a_service_returns_can_be_used_afterwards(db):
    def make(uow):
        form = SubmittedForm(key="a", location="/x", created_at=uow.now)
        uow.session.add(form)
        return form

    form = await db.write(make)
    assert (form.key, form.location, form.created_at.tzinfo) == ("a", "/x", form.created_at.tzinfo)


async def test_a_read_cannot_write(db):
    def sneak(session):
        session.add(SubmittedForm(key="x", location="/", created_at=clock.now()))
        session.flush()

    with pytest.raises((sa.exc.DBAPIError, Unavailable)):
        await db.read(sneak)
    assert await db.read(list_keys) == []


async def test_facts_are_stored_before_and_announced_after_the_commit(db):
    seen: list[tuple[str, int]] = []
    db.hooks.before_commit = lambda uow: seen.append(("rows", len(uow.facts)))
    db.hooks.after_commit = lambda _facts: seen.append(("wake", 0))

    def send(uow):
        keep(uow, "a")
        uow.record(Sent("a"))

    await db.write(send)
    await db.write(keep, "b")
    assert seen == [("rows", 1), ("wake", 0)]


async def test_when_facts_cannot_be_stored_nothing_is(db):
    def refuse(uow):
        raise Conflict("no_room")

    db.hooks.before_commit = refuse

    def send(uow):
        keep(uow, "a")
        uow.record(Sent("a"))

    with pytest.raises(Conflict):
        await db.write(send)
    assert await db.read(list_keys) == []


@pytest.mark.usefixtures("clock")
async def test_two_open_databases_make_different_ids(db, database_url):
    other = open_database(database_url)
    await other.start()
    try:
        made = [generate() for _ in range(100) for generate in (db.new_id, other.new_id)]
        assert len(set(made)) == len(made)
    finally:
        await other.close()


async def test_other_processes_see_what_was_written(db, database_url):
    other = open_database(database_url)
    await other.start()
    try:
        await db.write(keep, "a")
        assert await other.read(list_keys) == ["a"]
        await other.write(keep, "b")
        assert await db.read(list_keys) == ["a", "b"]
    finally:
        await other.close()


@pytest.mark.postgres_only
async def test_the_loser_of_a_deadlock_tries_again(db):
    await db.write(keep, "a", "0")
    await db.write(keep, "b", "0")
    both_hold_one = asyncio.Barrier(2)
    loop = asyncio.get_running_loop()
    tries = []

    def raise_both(uow, first, second):
        tries.append(first)
        add_one(uow, first)
        if len(tries) <= 2:
            asyncio.run_coroutine_threadsafe(_pass(both_hold_one), loop).result(10)
        add_one(uow, second)

    def add_one(uow, key):
        form = uow.session.get(SubmittedForm, key, with_for_update=True, populate_existing=True)
        form.location = str(int(form.location) + 1)
        uow.session.flush()

    await asyncio.gather(db.write(raise_both, "a", "b"), db.write(raise_both, "b", "a"))
    assert len(tries) >= 3
    assert await db.read(lambda s: sorted(s.exec(select(SubmittedForm.location)))) == ["2", "2"]


@pytest.mark.postgres_only
async def test_who_loses_again_and_again_waits_a_little_longer_each_time(db):
    """Who tries at once takes the row again that the winner was waiting for, and loses again."""
    await db.write(keep, "a", "0")
    await db.write(keep, "b", "0")

    def raise_both(uow, first, second):
        uow.session.execute(sa.text("SET LOCAL deadlock_timeout = '2ms'"))
        for key in (first, second):
            form = uow.session.get(SubmittedForm, key, with_for_update=True, populate_existing=True)
            form.location = str(int(form.location) + 1)
            uow.session.flush()
            time.sleep(0.002)

    orders = [("a", "b"), ("b", "a")] * 12
    await asyncio.gather(*(db.write(raise_both, *order) for order in orders))
    assert await db.read(lambda s: set(s.exec(select(SubmittedForm.location)))) == {"24"}


async def _pass(barrier):
    await barrier.wait()


@pytest.mark.postgres_only
async def test_a_database_that_comes_back_is_used_again(databases):
    """`databases` only says that this test belongs to PostgreSQL; the server is its own."""
    with PostgresServer(durable=True) as server:
        url = server.create()
        migrate(url)
        db = open_database(url)
        await db.start()
        await db.write(keep, "a")
        server.kill()
        with pytest.raises(Unavailable):
            await db.write(keep, "b")
        with pytest.raises(Unavailable):
            await db.read(list_keys)
        server.restart()
        await db.write(keep, "c")
        assert await db.read(list_keys) == ["a", "c"]
        await db.close()
