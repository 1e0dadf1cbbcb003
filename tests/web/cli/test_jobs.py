"""`fedparents jobs`: work that was given up can be seen and tried again."""

import time

import sqlalchemy as sa

from fedparents.db import table_of
from fedparents.jobs.models import JobRow
from tests.rig.migrating import engine_of


def bury(operator, reason="the relay\nsaid no") -> str:
    """Give up what waits, as a worker does after eight attempts; the number of one of them."""
    job = table_of(JobRow)
    is_once = job.c.schedule.is_(None)
    dead = sa.update(job).where(is_once).values(state="dead", attempts=8, last_error=reason)
    with engine_of(operator.settings["DATABASE_URL"]) as engine, engine.begin() as connection:
        connection.execute(dead)
        return str(connection.execute(sa.select(job.c.id).where(is_once)).scalar_one())


def test_waiting_work_is_counted(operator):
    assert operator.did("jobs", "list").lines == ["Waiting: 0. Given up: 0."]
    operator.did("account", "create", "ana", "--email", "ana@example.org")
    assert operator.did("jobs", "list").out.startswith("Waiting: 1, due since 20")


def test_work_that_was_given_up_is_listed_and_tried_again(operator):
    operator.did("account", "create", "ana", "--email", "ana@example.org")
    number = bury(operator)
    counts, heading, line, hint = operator.did("jobs", "list").lines
    assert counts == "Waiting: 0. Given up: 1."
    assert heading.split() == ["ID", "WORK", "SINCE", "ATTEMPTS", "WHY"]
    assert line.startswith(number)
    assert line.endswith("8         the relay said no")
    assert "jobs retry" in hint
    assert f"Job {number}" in operator.did("jobs", "retry", number).out
    assert operator.did("jobs", "list").out.startswith("Waiting: 1")
    assert "no job of that number was given up" in operator("jobs", "retry", number).complaint


def test_the_server_takes_it_up_within_a_moment(new_live, beside):
    live = new_live(WORKER="inside")
    operator = beside(live)
    live.stop()
    operator.did("account", "create", "ana", "--email", "ana@example.org")
    number = bury(operator)
    live.start()
    mails = live.folder / "data" / "mail"
    assert not list(mails.glob("*.eml"))
    operator.did("jobs", "retry", number)
    give_up = time.monotonic() + 60
    while not list(mails.glob("*.eml")) and time.monotonic() < give_up:
        time.sleep(0.05)
    assert len(list(mails.glob("*.eml"))) == 1
