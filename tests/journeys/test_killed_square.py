"""kill -9 while a whole group talks: what was accepted is there once, at home, to be found, and
told to all whom it concerns; a push that is repeated takes the place of the first on the phone."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from sqlmodel import Session, col, func, select

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer, open_session
from fedparents.db import UnitOfWork
from fedparents.jobs.models import JobRow, JobState
from fedparents.jobs.queries import count_jobs
from fedparents.notifications.kinds import Kind
from fedparents.notifications.models import Notification, NotificationReader
from fedparents.posts.models import Post
from fedparents.search.models import SearchDocument
from fedparents.timelines.models import HomeEntry
from tests.journeys.days import settings_of
from tests.journeys.rooms import database_of
from tests.journeys.test_killed_server import opened, sends
from tests.rig.builders import a_device, a_group, a_viewer, join, open_the_doors
from tests.rig.live import LivePlace
from tests.rig.push import PushService, Recipient, push_service
from web.auth.cookies import CookieNames

pytestmark = pytest.mark.anyio

MEMBERS = 6
EACH_ANSWERS = 3
KILLS = 3
SECONDS = 3.0
MOST_PATIENT = 120.0


@dataclass(slots=True)
class Talk:
    """What was accepted: a browser has been told so."""

    asks: dict[str, str] = field(default_factory=dict)
    """Who said it, by the words."""
    answers: dict[str, str] = field(default_factory=dict)
    """Whom it answers, by the words."""
    threads: dict[str, str] = field(default_factory=dict)
    """The path of each one's ask, by the asker."""

    @property
    def said(self) -> Counter[str]:
        return Counter([*self.asks, *self.answers])


@dataclass(frozen=True, slots=True)
class Circle:
    """Everybody in the group, with a phone each."""

    group: int
    tokens: dict[str, str]
    accounts: dict[str, int]
    phones: dict[str, Recipient]


async def test_what_was_accepted_is_said_and_told_once(
    new_live: Callable[..., LivePlace],
) -> None:
    place = new_live(JOB_LEASE_SECONDS="2")
    if not place.database_url.startswith("sqlite"):
        place.hire()
    async with push_service() as service:
        circle = await a_circle(place, service)
        talk, moments = Talk(), random.Random(11)  # noqa: S311 - only chooses when things happen
        killing = asyncio.create_task(kills(place, moments))
        await asyncio.gather(
            *(
                talks(place, circle, talk, name, moments)
                for name in circle.tokens
                if name != "marie"
            )
        )
        await killing
        async with database_of(place) as db:
            await settled(lambda: db.read(is_settled))
            assert Counter(await db.read(list_texts)) == talk.said
            assert await db.read(count_places) == (len(talk.asks) * (MEMBERS + 1), len(talk.said))
            assert await db.read(list_told) == expected(circle, talk)
            rung = await db.read(list_rung)
        check_pushes(circle, service, rung)


async def a_circle(place: LivePlace, service: PushService) -> Circle:
    names = ["marie", *(f"member{number}" for number in range(MEMBERS))]
    phones = {name: Recipient() for name in names}
    async with database_of(place) as db:
        await db.write(open_the_doors, domain=settings_of(place).domain)
        viewers = {name: await a_viewer(db, name) for name in names}
        group = await a_group(db, viewers["marie"])
        for name in names[1:]:
            await join(db, viewers[name], group, viewers["marie"])
        for name, viewer in viewers.items():
            await a_device(db, viewer, service.endpoint(name), phones[name])
        tokens = {name: await db.write(_open, viewer) for name, viewer in viewers.items()}
    accounts = {name: int(viewer.account_id) for name, viewer in viewers.items()}
    return Circle(group, tokens, accounts, phones)


def _open(uow: UnitOfWork, viewer: Viewer) -> str:
    """Signed in, and never asleep."""
    awake = NotificationReader(account_id=viewer.account_id, quiet_begin=0, quiet_end=0)
    uow.session.add(awake)
    account = uow.session.get_one(Account, viewer.account_id)
    return open_session(uow, account, browser=viewer.handle, device="Firefox, Linux")


async def kills(place: LivePlace, moments: random.Random) -> None:
    for _ in range(KILLS):
        await asyncio.sleep(moments.uniform(0.3, SECONDS / KILLS))
        place.kill()
        await asyncio.to_thread(place.start)


async def talks(
    place: LivePlace, circle: Circle, talk: Talk, name: str, moments: random.Random
) -> None:
    """Somebody who asks for something, and answers others."""
    session = CookieNames.of(settings_of(place)).session
    cookies = {session: circle.tokens[name]}
    async with httpx2.AsyncClient(base_url=place.url, cookies=cookies) as browser:
        await asyncio.sleep(moments.uniform(0, 1))
        words = f"Qui a un vélo pour {name} ?"
        page = await opened(browser, f"/write/ask?group={circle.group}")
        sent = await sends(browser, page, text=words)
        talk.asks[words] = name
        talk.threads[name] = sent.headers["location"].partition("#")[0]
        for number in range(EACH_ANSWERS):
            await asyncio.sleep(moments.uniform(0, SECONDS / EACH_ANSWERS))
            whose = moments.choice(sorted(talk.threads))
            words = f"Réponse {number} de {name} à {whose}"
            page = await opened(browser, talk.threads[whose])
            while page.status_code == 303:
                page = await opened(browser, page.headers["location"])
            await sends(browser, page, text=words)
            talk.answers[words] = whose if whose != name else ""


async def settled(is_calm: Callable[[], Awaitable[bool]]) -> None:
    """Nothing is due any more, not even what a kill has delayed by a lease."""
    give_up = time.monotonic() + MOST_PATIENT
    while not await is_calm():
        assert time.monotonic() < give_up, "there is still work to do"
        await asyncio.sleep(0.2)


def is_settled(session: Session) -> bool:
    assert count_jobs(session)[JobState.DEAD] == 0
    # Whether an ask still stands is asked in days: a lease is over long before.
    soon = col(JobRow.run_at) < datetime.now(UTC) + timedelta(hours=1)
    once = select(func.count()).where(col(JobRow.schedule).is_(None), JobRow.state == "waiting")
    return session.exec(once.where(soon)).one() == 0


def list_texts(session: Session) -> list[str]:
    return list(session.exec(select(Post.text).where(Post.state == "visible")))


def count_places(session: Session) -> tuple[int, int]:
    homes = session.exec(select(func.count()).select_from(HomeEntry)).one()
    return homes, session.exec(select(func.count()).select_from(SearchDocument)).one()


def list_told(session: Session) -> Counter[tuple[int, Kind, str]]:
    """Who was told of which words, and as what."""
    rows = session.exec(
        select(Notification.account_id, Notification.kind, Post.text).join(
            Post, col(Post.id) == col(Notification.subject_id)
        )
    )
    return Counter((account_id, Kind(kind), text) for account_id, kind, text in rows)


def expected(circle: Circle, talk: Talk) -> Counter[tuple[int, Kind, str]]:
    asked = [
        (account_id, Kind.NEW_ASK, words)
        for words, asker in talk.asks.items()
        for name, account_id in circle.accounts.items()
        if name != asker
    ]
    answered = [
        (circle.accounts[whose], Kind.ANSWER, words)
        for words, whose in talk.answers.items()
        if whose
    ]
    return Counter([*asked, *answered])


def list_rung(session: Session) -> list[Notification]:
    """What has been handed on; every other one waits for its turn."""
    rows = list(session.exec(select(Notification)))
    assert all((row.rung_at is None) != (row.held_until_at is None) for row in rows)
    return [row for row in rows if row.rung_at is not None]


def check_pushes(circle: Circle, service: PushService, rung: list[Notification]) -> None:
    """Each arrived on its reader's phone, unless they had read it by then. One that arrived again
    is the same to the phone."""
    assert service.complaints == []
    arrived: dict[int | None, list[tuple[str, str, str]]] = defaultdict(list)
    for push in service.taken:
        said = json.loads(circle.phones[push.path].open(push.body))
        assert push.headers["topic"] == said["tag"]
        arrived[said["id"]].append((push.path, said["tag"], said["url"]))
    readers = {row.id: row.account_id for row in rung}
    assert {row.id for row in rung if row.read_at is None} <= arrived.keys() <= readers.keys()
    for number, again in arrived.items():
        assert {circle.accounts[path] for path, _, _ in again} == {readers[number]}
        assert len(set(again)) == 1
        assert len(again) <= 1 + KILLS
