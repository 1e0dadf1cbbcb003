"""From an ask to the phones that ring, while a whole town asks: real requests, real pushes."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import httpx2

from bench.place import cpu_seconds, prepare
from bench.square import GROUP_SIZE, defaults, fill, insert, members_of, sign_in, token_of
from bench.taking import Taker
from fedparents import clock
from fedparents.db.sqlite import sqlite_path
from fedparents.notifications.models import NotificationReader, PushSubscription
from tests.rig.pages import form_with
from tests.rig.push import Recipient

POSTS_A_SECOND: Final = 50
SECONDS: Final = 10
_GROUPS: Final = 20
"""In which one burst is said. A phone rings three times within ten minutes and then for all at
once: that many have phones enough for each of its asks."""
_POSTS: Final = 50_000
_CALM: Final = 3.0
"""Seconds without a push after which none is on its way any more."""
PHONE: Final = Recipient()
"""All have the same keys, so that this process can read every push."""
_THINGS: Final = ("une poussette", "un siège auto", "un lit pliant", "un vélo", "des rollers")


Pushes = list[tuple[float, bytes]]
"""When each came, and what."""


@dataclass(frozen=True, slots=True)
class Burst:
    """What one run saw."""

    asked: list[float]
    """Seconds from sending the form of an ask to each of its pushes at their service."""
    answered: list[float]
    """The same for answers, which ring at whoever asked."""
    asks: int
    forms: list[float]
    """Seconds until each form was answered."""
    cpu_ms: float
    """Of the server, for each post with all that follows on it."""


@dataclass(frozen=True, slots=True)
class Post:
    """Something that somebody is about to say."""

    page: str
    """Where its form is, and is sent to if it says nothing else."""
    person: int
    text: str
    is_ask: bool


@dataclass(frozen=True, slots=True)
class Sent:
    post_id: str
    is_ask: bool
    at: float
    took: float


@asynccontextmanager
async def push_counter(port: int) -> AsyncIterator[Pushes]:
    taken: Pushes = []

    def take(body: bytes) -> None:
        taken.append((time.perf_counter(), body))

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Taker(take, "201 Created"), "127.0.0.1", port)
    try:
        yield taken
    finally:
        server.close()


class AskingTown:
    """A place that runs, with groups of 250 members who have a phone each, also by night."""

    def __init__(self, folder: Path, *, runs: int, push_port: int) -> None:
        self.place = prepare(folder).place
        url = self.place.database_url
        fill(url, posts=_POSTS, accounts=GROUP_SIZE * _GROUPS * 2 * runs)
        with closing(sqlite3.connect(sqlite_path(url))) as connection:
            _give_phones(connection, push_port)
            self._members = members_of(connection)
            self._threads = _threads(connection)
            connection.commit()
        self._groups = iter(
            [group for group, people in sorted(self._members.items()) if len(people) == GROUP_SIZE]
        )

    async def burst(self, taken: Pushes, *, asks_of_ten: int) -> Burst:
        """So many posts a second in groups that were calm until now, until all pushes are there."""
        posts = self._posts(list(islice(self._groups, _GROUPS)), asks_of_ten)
        async with httpx2.AsyncClient(base_url=self.place.url) as browser:
            forms = [(each, await self._filled_in(browser, each)) for each in posts]
        before, first = cpu_seconds(self._pid), len(taken)
        began = time.perf_counter()
        sent = await asyncio.gather(
            *(
                _send(self.place.port, post, request, began + number / POSTS_A_SECOND)
                for number, (post, request) in enumerate(forms)
            )
        )
        await _calm(taken)
        cpu = (cpu_seconds(self._pid) - before) / len(sent) * 1000
        return _burst(sent, taken[first:], cpu)

    def _posts(self, groups: Sequence[int], asks_of_ten: int) -> Iterator[Post]:
        """By people of whom each says one thing; answers go to people of whom each gets one."""
        threads = [[t for t in self._threads[group]] for group in groups]
        for number in range(POSTS_A_SECOND * SECONDS):
            place, turn = number % len(groups), number // len(groups)
            person = self._members[groups[place]][turn]
            if number * 7 % 10 < asks_of_ten:
                text = f"Je cherche {_THINGS[number % len(_THINGS)]} ({number})"
                yield Post(f"/write/ask?group={groups[place]}", person, text, is_ask=True)
            else:
                thread = next(t for t in threads[place] if t.author != person)
                threads[place].remove(thread)
                yield Post(f"/@z{thread.author}/{thread.id}", person, f"Oui ({number})", False)

    async def _filled_in(self, browser: httpx2.AsyncClient, post: Post) -> bytes:
        """The request that sends the form, as a browser without scripts would."""
        port, token = self.place.port, token_of(post.person)
        cookie = f"session_{port}={token}; browser_{port}={token}"
        page = await browser.get(post.page, headers={"Cookie": cookie})
        form = form_with(page.text, {"text"})
        body = urlencode(form.answers | {"text": [post.text]}, doseq=True).encode()
        head = (
            f"POST {form.action or post.page} HTTP/1.1\r\nHost: localhost:{port}\r\n"
            f"Origin: {self.place.url}\r\nCookie: {cookie}\r\nConnection: close\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        )
        return head.encode() + b"\r\n" + body

    @property
    def _pid(self) -> int:
        if self.place.process is None:
            raise RuntimeError("the place does not run")
        return self.place.process.pid


async def _send(port: int, post: Post, request: bytes, at: float) -> Sent:
    """Send a form at its moment."""
    await asyncio.sleep(at - time.perf_counter())
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.perf_counter()
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    took = time.perf_counter() - began
    writer.close()
    if not head.startswith("HTTP/1.1 303"):
        raise RuntimeError(f"{post.page} was answered {head.partition(chr(13))[0]}")
    where = head.lower().partition("\r\nlocation:")[2].split("\r\n", 1)[0]
    return Sent(re.findall(r"\d+", where)[-1], post.is_ask, began, took)


def _burst(sent: Sequence[Sent], taken: Pushes, cpu_ms: float) -> Burst:
    posts = {each.post_id: each for each in sent}
    waits: dict[bool, list[float]] = {True: [], False: []}
    for at, body in taken:
        post = posts[json.loads(PHONE.open(body))["url"].rpartition("/")[2]]
        waits[post.is_ask].append(at - post.at)
    asks = sum(each.is_ask for each in sent)
    return Burst(waits[True], waits[False], asks, [each.took for each in sent], cpu_ms)


async def _calm(taken: Pushes) -> None:
    """Until nothing has come for a while."""
    seen = -1
    while seen < len(taken):
        seen = len(taken)
        await asyncio.sleep(_CALM)


@dataclass(frozen=True, slots=True)
class _Thread:
    id: int
    author: int


def _threads(connection: sqlite3.Connection) -> dict[int, list[_Thread]]:
    """The last ask of each member, by their group."""
    found: dict[int, list[_Thread]] = {}
    rows = connection.execute(
        "SELECT group_id, max(id), author_actor_id FROM post"
        " WHERE NOT is_reply AND group_id IS NOT NULL GROUP BY group_id, author_actor_id"
    )
    for group_id, post_id, author in rows:
        found.setdefault(group_id, []).append(_Thread(post_id, author))
    return found


def _give_phones(connection: sqlite3.Connection, port: int) -> None:
    """Everybody who was filled in is signed in in one browser, whose pushes go to us."""
    now = clock.now()
    people = [row[0] for row in connection.execute("SELECT id FROM account WHERE id = actor_id")]
    at = {"created_at": now, "used_at": now}
    keys = {"p256dh": PHONE.p256dh, "auth": PHONE.auth}
    sign_in(connection, people)
    insert(
        connection,
        PushSubscription,
        (
            {**defaults(PushSubscription), **at, **keys, "account_id": person}
            | {"session_id": person, "endpoint": f"http://localhost:{port}/{person}"}
            for person in people
        ),
    )
    never_quiet = {"quiet_begin": 0, "quiet_end": 0}
    insert(
        connection,
        NotificationReader,
        ({**defaults(NotificationReader), **never_quiet, "account_id": one} for one in people),
    )
