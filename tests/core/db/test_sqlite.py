"""SQLite under trouble: locked, full, in the hands of another server."""

import asyncio
import contextlib
import resource
import signal
import sys

import pytest
import sqlalchemy as sa
from sqlmodel import select

from fedparents.db import HotStatement, open_database
from fedparents.db.sqlite import sqlite_engine, sqlite_path, sqlite_version
from fedparents.errors import Unavailable
from fedparents.submissions.models import SubmittedForm
from fedparents.submissions.service import finish_submission

pytestmark = pytest.mark.sqlite_only


def list_keys(session):
    return sorted(session.exec(select(SubmittedForm.key)))


def test_the_library_has_no_known_race():
    """Below 3.51.3 several connections in WAL mode can corrupt the file."""
    assert sqlite_version() >= (3, 51, 3)


@pytest.mark.anyio
async def test_a_second_server_on_the_same_file_is_refused(db, database_url):
    db.claim_serving()
    # The lock belongs to the process, so only another process can show it.
    program = (
        "import asyncio, sys\n"
        "from fedparents.db import open_database\n"
        "from fedparents.errors import Conflict\n"
        "async def main():\n"
        "    db = open_database(sys.argv[1])\n"
        "    await db.start()\n"
        "    try: db.claim_serving()\n"
        "    except Conflict as refused: print(refused.code)\n"
        "    await db.close()\n"
        "asyncio.run(main())\n"
    )
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, database_url, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await other.communicate()
    assert said.decode().strip() == "already_serving"


@pytest.mark.anyio
async def test_a_database_locked_by_somebody_else_answers_in_words(database_url):
    db = open_database(database_url)
    await db.start()
    holder = sqlite_engine(sqlite_path(database_url)).connect()
    try:
        holder.begin()
        with pytest.raises(Unavailable) as refused:
            await db.write(finish_submission, "a", "/")
        assert refused.value.code == "database_unavailable"
        assert await db.read(list_keys) == []
        holder.rollback()
        await db.write(finish_submission, "b", "/")
        assert await db.read(list_keys) == ["b"]
    finally:
        holder.close()
        await db.close()


@pytest.mark.anyio
async def test_what_fails_under_a_hot_statement_is_told_in_words_too(db):
    """These run on the driver, whose errors are not SQLAlchemy's. A reader may not write."""
    write = HotStatement(sa.text("INSERT INTO submitted_form (key) VALUES ('a')"))
    with pytest.raises(Unavailable) as refused:
        await db.read(lambda session: write.run(session.connection()))
    assert "readonly" in refused.value.log
    assert await db.read(list_keys) == []


@pytest.mark.anyio
async def test_a_full_disk_fails_all_that_wait_and_harms_nothing(db):
    """A limit on the size of files is what a full disk looks like to one process."""
    await db.write(finish_submission, "before", "/")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        calls = [db.write(finish_submission, f"{n}", "x" * 4000) for n in range(20)]
        answers = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(answer, Unavailable) for answer in answers)
        assert await db.read(list_keys) == ["before"]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    await db.write(finish_submission, "after", "/")
    assert await db.read(list_keys) == ["after", "before"]


@pytest.mark.anyio
async def test_closing_finishes_what_is_under_way(database_url):
    db = open_database(database_url)
    await db.start()
    calls = [asyncio.ensure_future(db.write(finish_submission, f"{n}", "/")) for n in range(50)]
    await asyncio.sleep(0)
    await db.close()
    assert len(await asyncio.gather(*calls)) == 50


@pytest.mark.anyio
async def test_a_caller_that_went_away_stops_nobody(db):
    calls = [asyncio.ensure_future(db.write(finish_submission, f"{n}", "/")) for n in range(50)]
    await asyncio.sleep(0)
    for call in calls[::2]:
        call.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*calls, return_exceptions=True)
    await db.write(finish_submission, "last", "/")
    assert len(await db.read(list_keys)) == 51


@pytest.mark.anyio
async def test_a_reading_leaves_nothing_behind_for_the_next_one(db):
    """All of them share one session and one connection."""

    def read_and_fail(session):
        session.exec(select(SubmittedForm)).all()
        raise LookupError

    await db.write(finish_submission, "first", "done")
    (kept,) = await db.read(lambda session: session.exec(select(SubmittedForm)).all())
    with pytest.raises(LookupError):
        await db.read(read_and_fail)
    await db.write(finish_submission, "second", "done")
    assert len(await db.read(list_keys)) == 2
    assert sa.inspect(kept).detached
