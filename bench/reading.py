"""Reading a town that has talked for years, while a few of its people write."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import cycle
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import httpx2

from bench.load import Load, Request, closed_loop, pages
from bench.place import calm, prepare, used_seconds
from bench.square import REPLIES_OF_TEN, fill, members_of, sign_in, token_of
from fedparents.db.sqlite import sqlite_path
from tests.rig import processes
from tests.rig.live import free_port
from tests.rig.pages import form_with

ACCOUNTS: Final = 20_000
READERS_OF_HOME: Final = 250
SECONDS: Final = 4
_ONE_WRITE_IN: Final = 20
_WRITES: Final = 200
"""More than a run needs."""
_WORDS: Final = (
    *("poussette", "siège auto", "vélo 14", "pédiatre", "poussette double samedi", "mairie"),
    *("puzzles", "je cherche un lit", "baby-sitter", "corentin"),
)


class ReadingTown:
    """A place that runs, with some of its people signed in."""

    def __init__(self, folder: Path, *, posts: int) -> None:
        town = prepare(folder, in_production=True)
        self.place, self._host = town.place, town.host
        # A place whose mails do not leave would try them again and again, and be measured at it.
        self._relay, port = _start_relay(folder)
        self.place.options["SMTP_URL"] = f"smtp://127.0.0.1:{port}"
        url = self.place.database_url
        fill(url, posts=posts, accounts=ACCOUNTS)
        with closing(sqlite3.connect(sqlite_path(url))) as connection:
            groups = sorted(members_of(connection).items(), key=lambda group: -len(group[1]))
            people = [person for _, members in groups for person in members[:5]]
            self._people = people[:READERS_OF_HOME]
            self._group_of = {one: group for group, members in groups for one in members[:5]}
            self._thread_of = _newest_asks(connection)
            sign_in(connection, self._people)
            connection.commit()
        self.place.start()
        self._said = 0

    def close(self) -> None:
        self.place.stop()
        processes.stop(self._relay)

    async def reads_home(self, *, clients: int) -> tuple[Load, float]:
        """Everybody looks at home; one request in twenty sends an answer or an ask. Gives also the
        seconds of processor that the place used, with all that follows on what was said."""
        requests = _mixed(pages(self._host, ["/"], self._cookies()), iter(await self._writes()))
        before = used_seconds(self.place)
        load = await closed_loop(self.place.port, requests, clients=clients, seconds=SECONDS)
        await calm(self.place)
        used = used_seconds(self.place) - before
        if set(load.statuses) != {200, 303}:
            raise RuntimeError(f"home and asks were answered {load.statuses}")
        return load, used

    async def searches(self, *, clients: int) -> Load:
        """Everybody looks for something."""
        paths = [f"/search?{urlencode({'q': words})}" for words in _WORDS]
        requests = pages(self._host, paths, self._cookies())
        load = await closed_loop(self.place.port, requests, clients=clients, seconds=SECONDS)
        if set(load.statuses) != {200}:
            raise RuntimeError(f"searches were answered {load.statuses}")
        return load

    def _cookies(self) -> Sequence[str]:
        return [_cookie(person) for person in self._people]

    async def _writes(self) -> list[Request]:
        """Forms of answers and asks, filled in and not yet sent."""
        people = cycle(self._people)
        headers = {"Host": self._host, "X-Forwarded-Proto": "https"}
        address = f"http://127.0.0.1:{self.place.port}"
        async with httpx2.AsyncClient(base_url=address, headers=headers, timeout=60) as browser:
            return [await self._write(browser, next(people)) for _ in range(_WRITES)]

    async def _write(self, browser: httpx2.AsyncClient, person: int) -> Request:
        self._said += 1
        cookie, group = _cookie(person), self._group_of[person]
        is_answer = self._said % 10 < REPLIES_OF_TEN
        path = self._thread_of[group] if is_answer else f"/write/ask?group={group}"
        page = await browser.get(path, headers={"Cookie": cookie})
        form = form_with(page.text, {"text"})
        text = f"Je cherche une poussette ({self._said})"
        body = urlencode(form.answers | {"text": [text]}, doseq=True).encode()
        head = (
            f"POST {form.action or path} HTTP/1.1\r\nHost: {self._host}\r\nCookie: {cookie}\r\n"
            "Sec-Fetch-Site: same-origin\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        )
        return Request(head.encode() + b"\r\n" + body, is_write=True)


def _start_relay(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """A relay that takes every mail and forgets it, and its port."""
    port = free_port()
    sink = ["-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
    command = [sys.executable, "-m", "aiosmtpd", *sink]
    return processes.start(command, log=folder / "relay.log"), port


def _newest_asks(connection: sqlite3.Connection) -> dict[int, str]:
    """The address of the newest thread of each group."""
    rows = connection.execute(
        "SELECT group_id, max(id), author_actor_id FROM post"
        " WHERE NOT is_reply AND group_id IS NOT NULL GROUP BY group_id"
    )
    return {group: f"/@z{author}/{post}" for group, post, author in rows}


def _cookie(person: int) -> str:
    token = token_of(person)
    return f"__Host-session={token}; __Host-browser={token}"


def _mixed(reads: Iterator[Request], writes: Iterator[Request]) -> Iterator[Request]:
    for number, request in enumerate(reads, 1):
        yield request
        if number % (_ONE_WRITE_IN - 1) == 0:
            yield next(writes)
