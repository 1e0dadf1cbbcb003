"""The client API of a town that has talked for years: what apps ask for all day, and posting."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, cycle
from pathlib import Path
from typing import Any, Final

import orjson
import uvloop

from bench.load import Load, Request, closed_loop
from bench.place import calm, prepare, used_seconds
from bench.square import defaults, fill, insert, members_of, token_of
from fedparents import clock
from fedparents.accounts.tokens import digest
from fedparents.applications.models import AccessToken
from fedparents.db.sqlite import sqlite_path
from fedparents.notifications.kinds import Kind
from fedparents.notifications.models import Notification

POSTS: Final = 100_000
ACCOUNTS: Final = 2_000
TOKENS: Final = 200
ITEMS: Final = 20
SECONDS: Final = 4
_WARM_UP: Final = 1
_ONE_WRITE_IN: Final = 20
_TOLD: Final = 40
"""Of how many things each reader has been told."""
_SEED: Final = 20_261_123


@dataclass(frozen=True, slots=True)
class Answered:
    """What a run saw, and what one call cost the place, with all that follows on it."""

    load: Load
    cpu_ms: float


class ApiTown:
    """A place that runs, with a token for some of its people."""

    def __init__(self, folder: Path, *, posts: int = POSTS, accounts: int = ACCOUNTS) -> None:
        town = prepare(folder, in_production=True)
        self.place, self._host = town.place, town.host
        url = self.place.database_url
        fill(url, posts=posts, accounts=accounts)
        with closing(sqlite3.connect(sqlite_path(url))) as connection:
            self._people = _talkative(connection)
            self._neighbour = _neighbour(connection, self._people)
            _give_tokens(connection, self._people)
            _tell(connection, self._people)
            connection.commit()
        self.place.start()
        self._numbers = count()

    def close(self) -> None:
        self.place.stop()

    def paths(self) -> dict[str, str]:
        """What is asked for, by what it is called."""
        return {
            "home": f"/api/v1/timelines/home?limit={ITEMS}",
            "public": f"/api/v1/timelines/public?limit={ITEMS}",
            "notifications": f"/api/v1/notifications?limit={ITEMS}",
            "statuses of one account": f"/api/v1/accounts/{self._neighbour}/statuses?limit={ITEMS}",
        }

    def read(self, path: str, *, clients: int, seconds: float = SECONDS) -> Answered:
        """One account's app asks for a list again and again."""
        return self._run(self._asking(path, self._people[:1]), {200}, clients, seconds)

    def read_and_write(self, path: str, *, clients: int, seconds: float = SECONDS) -> Answered:
        """The apps of all of them ask for a list, and one call in twenty says something."""
        reads, writes = self._asking(path, self._people), self._saying(self._people)
        return self._run(_mixed(reads, writes), {200}, clients, seconds)

    def post(self, *, clients: int, seconds: float = SECONDS) -> Answered:
        """One account says something new with each call."""
        requests = self._saying(self._people[:1], is_timed=True)
        return self._run(requests, {200}, clients, seconds)

    def _run(
        self, requests: Iterator[Request], wanted: set[int], clients: int, seconds: float
    ) -> Answered:
        async def run() -> Answered:
            port = self.place.port
            await closed_loop(port, requests, clients=clients, seconds=_WARM_UP)
            await calm(self.place)
            before = used_seconds(self.place)
            load = await closed_loop(port, requests, clients=clients, seconds=seconds)
            await calm(self.place)
            used = used_seconds(self.place) - before
            if set(load.statuses) != wanted:
                raise RuntimeError(f"calls were answered {load.statuses}")
            return Answered(load, used / sum(load.statuses.values()) * 1000)

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(run())

    def _asking(self, path: str, people: Sequence[int]) -> Iterator[Request]:
        requests = [Request(self._head("GET", path, person) + b"\r\n") for person in people]
        return cycle(requests)

    def _saying(self, people: Sequence[int], *, is_timed: bool = False) -> Iterator[Request]:
        for person in cycle(people):
            words = {"status": f"Bonjour à tous ({next(self._numbers)})", "visibility": "public"}
            body = orjson.dumps(words)
            more = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            head = self._head("POST", "/api/v1/statuses", person)
            yield Request(head + more.encode() + body, is_write=not is_timed)

    def _head(self, method: str, path: str, person: int) -> bytes:
        return (
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\nAccept: application/json\r\n"
            f"User-Agent: bench\r\nAuthorization: Bearer {token_of(person)}\r\n"
        ).encode()


def _talkative(connection: sqlite3.Connection) -> list[int]:
    """Of those who were filled in the people who said most."""
    rows = connection.execute(
        "SELECT author_actor_id FROM post JOIN account ON account.id = author_actor_id"
        " GROUP BY author_actor_id ORDER BY count(*) DESC, author_actor_id LIMIT ?",
        (TOKENS,),
    )
    return [person for (person,) in rows]


def _neighbour(connection: sqlite3.Connection, people: Sequence[int]) -> int:
    """Somebody among these who is in the group of the first of them."""
    groups = members_of(connection).values()
    near = {each for members in groups if people[0] in members for each in members}
    return next(person for person in people[1:] if person in near)


def _give_tokens(connection: sqlite3.Connection, people: Sequence[int]) -> None:
    now = clock.now()
    usual = defaults(AccessToken) | {"created_at": now, "last_used_at": now, "label": "bench"}
    rows: Iterator[dict[str, Any]] = (
        {
            **usual,
            "id": person,
            "account_id": person,
            "token_digest": digest(token_of(person)),
            "scopes": "read write follow push",
        }
        for person in people
    )
    insert(connection, AccessToken, rows)


def _tell(connection: sqlite3.Connection, people: Sequence[int]) -> None:
    """That somebody asks for something in one's group, and that somebody says thanks to one."""
    dice, now = random.Random(_SEED), clock.now()  # noqa: S311 - the same town every time
    numbers = count(1 + (connection.execute("SELECT max(id) FROM notification").fetchone()[0] or 0))
    rows: list[dict[str, Any]] = []
    for person in people:
        asks = connection.execute(
            "SELECT post.id, author_actor_id, post.group_id FROM post JOIN membership"
            " ON membership.group_id = post.group_id WHERE membership.actor_id = ?"
            " AND NOT is_reply AND author_actor_id != ? ORDER BY post.id DESC LIMIT ?",
            (person, person, _TOLD // 2),
        ).fetchall()
        own = connection.execute(
            "SELECT id, group_id FROM post WHERE author_actor_id = ? LIMIT ?", (person, ITEMS)
        ).fetchall()
        for post, author, group in asks:
            thanked, where = dice.choice(own)
            at = now - timedelta(minutes=len(rows) % 1000)
            rows.append(_told(next(numbers), person, Kind.NEW_ASK, post, author, group, at))
            rows.append(_told(next(numbers), person, Kind.THANKS, thanked, author, where, at))
    insert(connection, Notification, rows)


def _told(
    number: int, person: int, kind: Kind, post: int, by: int, group: int | None, at: datetime
) -> dict[str, Any]:
    return {
        **defaults(Notification),
        "id": number,
        "account_id": person,
        "kind": kind.value,
        "cause": f"bench {number}",
        "bundle": f"{kind.value} {post}",
        "actor_id": by,
        "group_id": group,
        "subject_id": post,
        "created_at": at,
    }


def _mixed(reads: Iterator[Request], writes: Iterator[Request]) -> Iterator[Request]:
    for number, request in enumerate(reads, 1):
        yield request
        if number % (_ONE_WRITE_IN - 1) == 0:
            yield next(writes)
