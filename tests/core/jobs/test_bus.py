"""The bus reaches every process that listens, and finds its way back after a cut."""

import asyncio
import itertools

import psycopg
import pytest
from typing_extensions import override

from fedparents.jobs import InProcessBus
from fedparents.jobs.postgres_bus import PostgresBus

pytestmark = pytest.mark.anyio


class Ear:
    def __init__(self):
        self.heard: asyncio.Queue[str] = asyncio.Queue()

    def __call__(self, message):
        self.heard.put_nowait(message)

    async def next(self, seconds=30.0):
        return await asyncio.wait_for(self.heard.get(), seconds)


@pytest.fixture
async def two_buses(database_url):
    """Of two processes on PostgreSQL; on SQLite there is one process, so both are one."""
    if database_url.startswith("sqlite:"):
        only = InProcessBus()
        await only.start()
        yield only, only
        await only.close()
        return
    both = PostgresBus(database_url), PostgresBus(database_url)
    for bus in both:
        await bus.start()
    yield both
    for bus in both:
        await bus.close()


async def test_a_message_reaches_the_other_process(two_buses):
    here, there = two_buses
    ear = Ear()
    there.subscribe("jobs", ear)
    here.publish("jobs", "ü ๑")
    assert await ear.next() == "ü ๑"


async def test_it_reaches_only_the_channel_and_only_while_one_listens(two_buses):
    here, there = two_buses
    ear, other = Ear(), Ear()
    end = there.subscribe("jobs", ear)
    there.subscribe("timeline", other)
    end()
    here.publish("jobs", "unheard")
    here.publish("timeline", "heard")
    assert await other.next() == "heard"
    assert ear.heard.empty()


async def test_publishing_from_another_thread(two_buses):
    here, there = two_buses
    ear = Ear()
    there.subscribe("jobs", ear)
    await asyncio.to_thread(here.publish, "jobs", "from a thread")
    assert await ear.next() == "from a thread"


@pytest.mark.postgres_only
async def test_both_lines_are_up_when_it_has_started(database_url):
    """Whatever is said from the first moment on is heard at once, not when somebody looks; here
    each line takes longer than the one before."""

    class Busy(PostgresBus):
        opened = itertools.count()

        @override
        async def _connect(self):
            await asyncio.sleep(next(self.opened) * 0.2)
            return await super()._connect()

    bus = Busy(database_url)
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as admin:

        async def lines():
            count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            found = await (await admin.execute(count)).fetchone()
            assert found is not None
            return found[0]

        before = await lines()
        await bus.start()
        assert await lines() == before + 2
        await bus.close()


@pytest.mark.postgres_only
async def test_a_cut_line_is_mended(two_buses, database_url):
    here, there = two_buses
    ear = Ear()
    there.subscribe("jobs", ear)
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as admin:
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )
    async with asyncio.timeout(60):
        while ear.heard.empty():
            here.publish("jobs", "again")
            await asyncio.sleep(0.2)
    assert await ear.next() == "again"
