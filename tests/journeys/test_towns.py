"""Towns on the internet, as far as this machine can be it: each in production behind a proxy with
TLS, under a name of its own. What was accepted reaches the other town once, whoever is killed."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, func, select

from federation.delivery.models import Delivery, DeliveryState
from federation.keys import Keyring
from federation.models import RemotePost
from federation.towns import Towns
from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer, open_session
from fedparents.actors.models import Actor
from fedparents.authority import OPERATOR
from fedparents.db import UnitOfWork
from fedparents.ids import ActorId
from fedparents.instance.models import FederationMode
from fedparents.instance.service import change_federation
from fedparents.jobs.models import JobRow, JobState
from fedparents.posts.models import Post
from fedparents.social.follows import follow_actor
from fedparents.social.models import Follow, FollowState
from tests.journeys.days import settings_of
from tests.journeys.test_killed_server import opened, sends
from tests.rig.builders import a_viewer, open_the_doors
from tests.rig.databases import Databases
from tests.rig.secure import Neighbourhood, SecurePlace, neighbourhood
from web.auth.cookies import CookieNames

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.sqlite_only,  # where one process does everything, killing it is worst
]

NAMES = ("parents-annecy.fr", "parents-rumilly.fr")
PEOPLE = (("ana", "bao", "chloe"), ("max", "nina", "otto"))
EACH_SAYS = 4
KILLS = 2
SECONDS = 3.0
MOST_PATIENT = 120.0


@dataclass(slots=True)
class Side:
    """A town and its people, who are signed in."""

    place: SecurePlace
    viewers: dict[str, Viewer] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    """What was accepted: a browser has been told so."""

    async def does(self, service: Callable[..., Any], *arguments: object, **more: object) -> Any:
        async with self.place.database() as db:
            return await db.write(service, *arguments, **more)

    async def reads(self, query: Callable[..., Any], *arguments: object) -> Any:
        async with self.place.database() as db:
            return await db.read(query, *arguments)

    @asynccontextmanager
    async def calls(self) -> AsyncIterator[Towns]:
        """What this town calls others with."""
        settings = settings_of(self.place)
        secret = settings.secret_key
        assert secret is not None
        async with self.place.database() as db:
            towns = Towns(settings, db, Keyring(db, secret.get_secret_value().encode()))
            try:
                yield towns
            finally:
                await towns.close()


@pytest.fixture
def towns(databases: Databases, tmp_path: Path) -> Iterator[Neighbourhood]:
    urls = [databases.fresh() for _ in NAMES]
    with neighbourhood(tmp_path, NAMES, urls) as found:
        yield found
    for url in urls:
        databases.give_back(url)


async def test_what_was_accepted_reaches_the_other_town_once(
    towns: Neighbourhood, is_long: bool
) -> None:
    sides = [
        await settle_down(place, names) for place, names in zip(towns.places, PEOPLE, strict=True)
    ]
    one, other = sides
    await follow_all(one, other)
    await follow_all(other, one)
    await until(towns, lambda: all_follow(sides))
    moments = random.Random(5)  # noqa: S311 - it only chooses when things happen
    killing = asyncio.create_task(kills(sides, moments, KILLS if is_long else 1))
    await asyncio.gather(
        *(talks(towns, side, name, moments) for side in sides for name in side.tokens)
    )
    await killing
    await until(towns, lambda: is_quiet(sides))
    for here, there in ((one, other), (other, one)):
        assert Counter(await there.reads(list_foreign)) == Counter(here.said)
        assert Counter(await here.reads(list_own)) == Counter(here.said)
        assert len(here.said) == len(here.tokens) * EACH_SAYS


async def settle_down(place: SecurePlace, names: tuple[str, ...]) -> Side:
    side = Side(place)
    async with place.database() as db:
        await db.write(open_the_doors, domain=place.name)
        await db.write(change_federation, FederationMode.OPEN, by=OPERATOR)
        for name in names:
            side.viewers[name] = await a_viewer(db, name)
            side.tokens[name] = await db.write(_come_out, side.viewers[name])
    return side


def _come_out(uow: UnitOfWork, viewer: Viewer) -> str:
    """They let everybody find and follow them; the token of a session."""
    actor = uow.session.get_one(Actor, viewer.actor_id)
    actor.is_discoverable, actor.is_locked = True, False
    uow.session.add(actor)
    account = uow.session.get_one(Account, viewer.account_id)
    return open_session(uow, account, browser=viewer.handle, device="Firefox, Linux")


async def follow_all(here: Side, there: Side) -> None:
    """The first of a town follows everybody of the other one, found by their names."""
    first = next(iter(here.viewers.values()))
    for name in there.viewers:
        async with here.calls() as towns:
            found = await towns.discovery.find_by_name(f"{name}@{there.place.name}")
        await here.does(follow_actor, first, ActorId(found.id))


async def kills(sides: list[Side], moments: random.Random, times: int) -> None:
    """First one, then the other, in the middle of what they say."""
    for number in range(times * len(sides)):
        await asyncio.sleep(moments.uniform(0.2, SECONDS / times / len(sides)))
        place = sides[number % len(sides)].place
        place.kill()
        await asyncio.to_thread(place.start)


async def talks(towns: Neighbourhood, side: Side, name: str, moments: random.Random) -> None:
    async with towns.browser(side.place) as browser:
        names = CookieNames.of(settings_of(side.place))
        browser.cookies.set(names.session, side.tokens[name], domain=side.place.name)
        for number in range(EACH_SAYS):
            await asyncio.sleep(moments.uniform(0, SECONDS / EACH_SAYS))
            words = f"{name} cherche {number} poussettes"
            page = await opened(browser, "/write/message?to=public")
            await sends(browser, page, text=words, to="public")
            side.said.append(words)


async def until(towns: Neighbourhood, is_so: Callable[[], Awaitable[bool]]) -> None:
    """Minutes pass, so that nobody has to wait for a pause between two knocks."""
    give_up = time.monotonic() + MOST_PATIENT
    while not await is_so():
        assert time.monotonic() < give_up, "something still waits"
        await asyncio.sleep(0.3)
        towns.clock.advance(minutes=1)


async def all_follow(sides: list[Side]) -> bool:
    return all([await side.reads(_count_follows) == 2 * len(side.tokens) for side in sides])


async def is_quiet(sides: list[Side]) -> bool:
    for _ in range(2):
        if any([await side.reads(_count_open) for side in sides]):
            return False
    return True


def _count_follows(session: Session) -> int:
    accepted = select(func.count()).where(Follow.state == FollowState.ACCEPTED)
    return session.exec(accepted).one()


def _count_open(session: Session) -> int:
    """What is still to be done or to be said, but for mails, which nobody takes here."""
    jobs = select(JobRow.name).where(
        col(JobRow.schedule).is_(None), JobRow.state == JobState.WAITING
    )
    letters = select(func.count()).where(Delivery.state == DeliveryState.WAITING)
    work = [name for name in session.exec(jobs) if not name.startswith(("mail.", "notifications."))]
    return len(work) + session.exec(letters).one()


def list_foreign(session: Session) -> list[str]:
    known = select(Post.html).join(RemotePost, col(RemotePost.post_id) == col(Post.id))
    return [html.removeprefix("<p>").removesuffix("</p>") for html in session.exec(known)]


def list_own(session: Session) -> list[str]:
    own = select(Post.text).where(
        col(Post.id).not_in(select(RemotePost.post_id)), Post.state == "visible"
    )
    return list(session.exec(own))
