"""kill -9 at any moment: nothing accepted is lost, and at most one lease is done again."""

import random
import sys
import time
from collections import Counter

import pytest
import sqlalchemy as sa

from fedparents.db import open_database
from tests.core.jobs.crashing import CONCURRENCY
from tests.rig import processes

ROUNDS = 6


def numbers(path):
    """The lines that are whole: the last one may have been cut off by the kill."""
    text = path.read_text(encoding="ascii") if path.exists() else ""
    return [int(line) for line in text[: text.rfind("\n") + 1].split()]


def start(database_url, folder, first):
    command = [sys.executable, "-m", "tests.core.jobs.crashing", database_url, folder, str(first)]
    process = processes.start(command, log=folder / "log")
    wait_for(lambda: (folder / "log").read_text().count("working") > 0, folder)
    return process


def wait_for(condition, folder, *, seconds=60):
    give_up = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up:
            pytest.fail(f"waited {seconds} s in vain; it said: {(folder / 'log').read_text()}")
        time.sleep(0.02)


def is_done(folder):
    return set(numbers(folder / "accepted")) <= set(numbers(folder / "done"))


def test_kill_nine_loses_nothing_and_repeats_one_lease_at_most(database_url, tmp_path):
    moments = random.Random(9)  # noqa: S311 - it only chooses when to kill
    for round_ in range(ROUNDS):
        process = start(database_url, tmp_path, round_ * 1_000_000)
        before = len(numbers(tmp_path / "done"))
        wait_for(lambda before=before: len(numbers(tmp_path / "done")) > before, tmp_path)
        time.sleep(moments.uniform(0, 0.4))
        processes.kill(process)
    assert len(numbers(tmp_path / "accepted")) > ROUNDS * 10

    process = start(database_url, tmp_path, ROUNDS * 1_000_000)
    wait_for(lambda: is_done(tmp_path), tmp_path)
    processes.kill(process)

    repeated = sum(count - 1 for count in Counter(numbers(tmp_path / "done")).values())
    assert repeated <= (ROUNDS + 1) * CONCURRENCY


@pytest.mark.postgres_only
def test_two_workers_share_the_work_when_one_is_killed(database_url, tmp_path):
    survivor = start(database_url, tmp_path, 0)
    for round_ in range(1, 4):
        victim = start(database_url, tmp_path, round_ * 1_000_000)
        time.sleep(0.5)
        processes.kill(victim)
    wait_for(lambda: len(numbers(tmp_path / "done")) > 200, tmp_path)
    processes.kill(survivor)
    process = start(database_url, tmp_path, 9_000_000)
    wait_for(lambda: is_done(tmp_path), tmp_path)
    processes.kill(process)
    repeated = sum(count - 1 for count in Counter(numbers(tmp_path / "done")).values())
    assert repeated <= 5 * CONCURRENCY


def test_a_commit_is_whole_or_not_at_all(database_url, tmp_path):
    """After the kill every job row belongs to an accepted number or to one in the last instant."""
    process = start(database_url, tmp_path, 0)
    wait_for(lambda: len(numbers(tmp_path / "accepted")) > 50, tmp_path)
    processes.kill(process)
    engine = open_database(database_url).engine
    with engine.connect() as connection:
        broken = connection.execute(
            sa.text("SELECT count(*) FROM job WHERE payload NOT LIKE '{\"number\": %}'")
        ).scalar_one()
    engine.dispose()
    assert broken == 0
