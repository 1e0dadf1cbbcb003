"""What other towns send: what twenty people say, signed, answered as fast as it comes and then
brought home to those who follow them."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, cycle
from pathlib import Path

from sqlmodel import select

from bench.load import Load, Request, closed_loop
from bench.place import Town, anonymous_mib, cpu_seconds, prepare
from federation.key_material import new_rsa_key
from federation.keys import LocalKey
from federation.models import KeyKind
from federation.objects.actor import ActorDraft, accept_actor, find_remote
from federation.reading import JsonObject
from federation.remote_keys import Shown, store_key
from federation.signing import sign
from federation.vocab import PUBLIC
from fedparents import clock
from fedparents.actors.models import Actor, ActorKind
from fedparents.authority import OPERATOR
from fedparents.db import UnitOfWork, open_database
from fedparents.instance.models import FederationMode
from fedparents.instance.service import change_federation
from fedparents.social.models import Follow, FollowState

SENDERS = 20
CLIENTS = 16
SECONDS = 2.5
FOLLOWERS = 5
"""Of each of them, here."""
_MOST = 9000
"""More than any run takes: what is signed twice would be known."""
_FOLLOWS = 600
"""In one burst."""
_LONGEST = 60.0
_COUNT_ANSWERED = """
    SELECT count(*) FROM follow_activity JOIN remote_actor ON actor_id = follower_actor_id
    JOIN follow USING (follower_actor_id, followed_actor_id) WHERE state = 'accepted'
    AND (SELECT count(*) FROM outgoing_activity) >= {}
"""
_COUNT_VISIBLE = "SELECT count(*) FROM home_entry JOIN remote_post USING (post_id)"


@dataclass(frozen=True, slots=True)
class Received:
    """One burst."""

    answered: float
    """A second."""
    visible: float
    """A second, until the last of them stood in the homes of those who follow."""
    cpu_ms: float
    """For each, from its first byte to the end of its job."""
    memory: float


@dataclass(frozen=True, slots=True)
class Followed:
    """One burst of people elsewhere who begin to follow people here."""

    per_second: float
    """Until the last of them follows, and is about to be told so."""
    cpu_ms: float


class OpenTown:
    """A place that knows the keys of those who write to it."""

    def __init__(self, folder: Path) -> None:
        self.town: Town = prepare(folder, in_production=True)
        self._url = f"sqlite:///{folder / 'place.db'}"
        self._file = folder / "place.db"
        self._keys = [_key(number) for number in range(SENDERS)]
        self._sent = 0
        self._taken = 0
        self._followed = 0
        self._people: list[int] = []
        asyncio.run(self._open())

    def receive(self, pid: int) -> Received:
        requests = self._signed()
        cpu, began = cpu_seconds(pid), time.perf_counter()
        seen = asyncio.run(
            closed_loop(self.town.place.port, requests, clients=CLIENTS, seconds=SECONDS)
        )
        count = _all_taken(seen)
        self._taken += count
        self._wait_for(_COUNT_VISIBLE, self._taken * FOLLOWERS)
        took = time.perf_counter() - began
        spent = (cpu_seconds(pid) - cpu) * 1000 / count
        return Received(seen.per_second, count / took, spent, anonymous_mib(pid))

    def be_followed(self, pid: int) -> Followed:
        """Somebody new follows somebody each time, and the answer is queued."""
        begins, self._followed = self._followed, self._followed + _FOLLOWS
        payloads = [
            self._signed_by(self._keys[n % SENDERS], _follow_of(*self._pair(n), n))
            for n in range(begins, self._followed)
        ]
        cpu, began = cpu_seconds(pid), time.perf_counter()
        asked = closed_loop(
            self.town.place.port, map(Request, payloads), clients=CLIENTS, seconds=_LONGEST
        )
        _all_taken(asyncio.run(asked))
        self._wait_for(_COUNT_ANSWERED.format(self._followed), self._followed)
        took = time.perf_counter() - began
        return Followed(_FOLLOWS / took, (cpu_seconds(pid) - cpu) * 1000 / _FOLLOWS)

    def _pair(self, number: int) -> tuple[str, str]:
        here = self._people[FOLLOWERS + number // SENDERS]
        return self._keys[number % SENDERS].owner, f"https://{self.town.host}/users/{here}"

    async def _open(self) -> None:
        db = open_database(self._url)
        await db.start()
        await db.write(change_federation, FederationMode.OPEN, by=OPERATOR)
        self._people = await db.write(_be_found)
        for key in self._keys:
            shown = Shown(owner=key.owner, kind=KeyKind.RSA, public=key.public_pem)
            await db.write(_meet, key.owner)
            await db.write(_follow, key.owner)
            await db.write(store_key, key.id, shown)
        await db.close()

    def _signed(self) -> Iterator[Request]:
        """Each says something of its own to everybody."""
        numbers = range(self._sent, self._sent + _MOST)
        self._sent += _MOST
        with ThreadPoolExecutor(2) as threads:
            payloads = list(threads.map(self._payload, numbers))
        return chain(map(Request, payloads), cycle([Request(payloads[-1])]))

    def _payload(self, number: int) -> bytes:
        key = self._keys[number % SENDERS]
        return self._signed_by(key, _create(key.owner, number))

    def _signed_by(self, key: LocalKey, activity: JsonObject) -> bytes:
        body = json.dumps(activity).encode()
        headers = sign(key, "POST", f"https://{self.town.host}/inbox", body, clock.now())
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST /inbox HTTP/1.1\r\n{lines}Content-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    def _wait_for(self, count: str, awaited: int) -> None:
        rows = sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)
        while rows.execute(count).fetchone() != (awaited,):
            time.sleep(0.1)
        rows.close()


def _create(owner: str, number: int) -> JsonObject:
    """As Mastodon says it."""
    note = f"{owner}/notes/{number}"
    addressed: JsonObject = {"to": [PUBLIC], "cc": [f"{owner}/followers"]}
    said = f"<p>Bonjour à tous ! Qui vient au parc ce mercredi ? ({number})</p>"
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{note}/activity",
        "type": "Create",
        "actor": owner,
        **addressed,
        "object": {
            "id": note,
            "type": "Note",
            "attributedTo": owner,
            "published": f"{clock.now():%Y-%m-%dT%H:%M:%SZ}",
            "content": said + "<p>On apporte le goûter.</p>" * 20,
            "contentMap": {"fr": said},
            "url": note,
            "sensitive": False,
            "attachment": [],
            "tag": [],
            **addressed,
        },
    }


def _follow_of(owner: str, person: str, number: int) -> JsonObject:
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{owner}/follows/{number}",
        "type": "Follow",
        "actor": owner,
        "object": person,
    }


def _be_found(uow: UnitOfWork) -> list[int]:
    """Everybody here lets people elsewhere follow them."""
    people = select(Actor).where(Actor.kind == ActorKind.PERSON, Actor.domain == "")
    found = list(uow.session.exec(people.order_by(Actor.handle)))
    for each in found:
        each.is_discoverable, each.is_locked = True, False
        uow.session.add(each)
    return [each.id for each in found]


def _follow(uow: UnitOfWork, uri: str) -> None:
    """Five people of this place do."""
    row = find_remote(uow.session, uri)
    if row is None:
        raise RuntimeError(f"{uri} is not known")
    people = select(Actor.id).where(Actor.kind == ActorKind.PERSON, Actor.domain == "")
    for follower in uow.session.exec(people.order_by(Actor.handle).limit(FOLLOWERS)):
        uow.session.add(
            Follow(
                follower_actor_id=follower,
                followed_actor_id=row.actor_id,
                id=uow.new_id(),
                state=FollowState.ACCEPTED,
                created_at=uow.now,
            )
        )


def _all_taken(seen: Load) -> int:
    if set(seen.statuses) != {202}:
        raise RuntimeError(f"not everything was taken: {seen.statuses}")
    return seen.statuses[202]


def _key(number: int) -> LocalKey:
    owner = f"https://town-{number}.example/users/ana"
    return LocalKey(f"{owner}#main-key", owner, KeyKind.RSA, new_rsa_key())


def _meet(uow: UnitOfWork, uri: str) -> None:
    town = uri.split("/")[2]
    draft = ActorDraft(
        uri=uri,
        kind=ActorKind.PERSON,
        handle="ana",
        domain=town,
        name="Ana",
        summary="",
        inbox=f"{uri}/inbox",
        shared_inbox="",
        outbox="",
        followers=f"{uri}/followers",
        url=uri,
        is_locked=False,
        is_discoverable=True,
        is_indexable=False,
    )
    accept_actor(uow, draft)
