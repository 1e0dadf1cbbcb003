"""`fedparents demo`: two towns live on this machine, the same people each time."""

import re
import signal
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import httpx2
import pytest

from fedparents.demo import PASSWORD, TOWNS
from tests.rig import processes
from tests.rig.live import COMMAND, free_port

pytestmark = pytest.mark.sqlite_only


@dataclass
class Demo:
    process: Popen[bytes]
    log: Path

    def wait_for(self, words: str) -> str:
        """All that was said, once these words were."""
        give_up = time.monotonic() + 300
        while words not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < give_up, self.said
            time.sleep(0.1)
        return self.said

    @property
    def said(self) -> str:
        return self.log.read_text()


@pytest.fixture
def start(nowhere):
    """Starts the demo in a folder of its own."""
    demos: list[Demo] = []

    def run(*words: str) -> Demo:
        log = nowhere.folder / f"demo-{len(demos)}.log"
        environment = nowhere.environment({})
        process = processes.start(
            [COMMAND, "demo", *words], log=log, env=environment, cwd=nowhere.folder
        )
        demos.append(Demo(process, log))
        return demos[-1]

    yield run
    for demo in demos:
        if demo.process.poll() is None:
            processes.kill(demo.process)


def assert_met(folder, town):
    """Its people have found those of the other town, who were told what they said."""
    assert not (folder / "stranger").exists()
    with closing(sqlite3.connect(folder / "fedparents.db")) as db:
        follows = db.execute("SELECT state FROM follow").fetchall()
        letters = db.execute("SELECT state FROM delivery").fetchall()
        standings = db.execute("SELECT standing FROM town").fetchall()
        heard = db.execute("SELECT count(*) FROM post WHERE is_from_elsewhere").fetchone()[0]
        votes = db.execute(
            "SELECT count(*) FROM poll_ballot JOIN actor ON id = actor_id WHERE domain != ''"
        ).fetchone()[0]
    others = next(other for other in TOWNS if other is not town)
    both = len(town.neighbours.follows) + len(others.neighbours.follows)
    assert follows == [("accepted",)] * both
    assert set(letters) == {("sent",)}
    ours, theirs = town.neighbours, others.neighbours
    said = len(theirs.calls) + len(theirs.visits) + len(theirs.letters) + len(ours.letters)
    answers = sum(len(each.answers) for each in (*ours.calls, *ours.visits))
    visited = {each.group for each in ours.visits}
    before = sum(len(each.posts) for each in others.talk.groups if each.name in visited)
    assert heard == said + answers + before
    assert votes == sum(len(call.votes) for call in ours.calls)
    assert standings == [("ally",)]


def test_two_towns_with_people(start, nowhere):
    ports = [free_port(), free_port()]
    words = ["--ports", *map(str, ports)]
    demo = start(*words)
    said = demo.wait_for("Ctrl-C stops")
    assert PASSWORD in said
    for town, port in zip(TOWNS, ports, strict=True):
        assert f"http://localhost:{port}/" in said
        assert all(person.handle in said for person in town.people)
        instance = httpx2.get(f"http://localhost:{port}/api/v2/instance").json()
        assert instance["title"] == town.name
        assert instance["registrations"]["enabled"]
        assert_met(nowhere.folder / "var" / "demo" / town.key, town)
    invitation = re.findall(r"http://localhost:\S+/join/\S+", said)[0]
    with httpx2.Client(follow_redirects=True) as guest:
        assert guest.get(invitation).status_code == 200

    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(60) == 0
    assert "their people stay" in demo.said
    for port in ports:
        with pytest.raises(httpx2.ConnectError):
            httpx2.get(f"http://localhost:{port}/")

    again = start(*words)
    assert invitation in again.wait_for("Ctrl-C stops"), "the same world as before"
    assert processes.stop(again.process, seconds=60) == 0


@pytest.mark.long
def test_the_world_can_begin_anew(start):
    words = ["--ports", str(free_port()), str(free_port())]
    for _ in range(2):
        demo = start(*words, "--reset")
        assert "get to know each other" in demo.wait_for("Ctrl-C stops")
        processes.stop(demo.process, seconds=60)


def test_towns_do_not_share_a_port(nowhere):
    assert "a port of its own" in nowhere("demo", "--ports", "8001", "8001").complaint
    assert "there is no port 99999" in nowhere("demo", "--ports", "8001", "99999").complaint


def test_a_port_that_is_taken_is_named(nowhere, live):
    result = nowhere("demo", "--ports", str(live.port), str(free_port()))
    assert f"something listens on port {live.port} already" in result.complaint
    assert not (nowhere.folder / "var").exists()
