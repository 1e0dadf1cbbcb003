"""Two towns that talk to each other for real."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import delete, update

from federation import models
from federation.delivery.models import DeliveryHost
from federation.trust import place_actors
from fedparents import clock as fedparents_clock
from fedparents.actors.models import Standing
from fedparents.authority import OPERATOR
from fedparents.db import UnitOfWork
from fedparents.instance.models import FederationMode
from fedparents.instance.queries import get_instance
from fedparents.instance.service import change_federation
from tests.rig.databases import Databases
from tests.rig.fediverse import Town, running_towns
from tests.rig.time import StoppedClock


class Onward:
    """The time in these towns goes on from wherever a test has moved it: what waits in one of them
    would wait for ever if it went back."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def reach(self, moment: datetime) -> None:
        self._ahead += max(timedelta(), moment - self())


ONWARD = Onward()


@pytest.fixture(autouse=True)
def onward() -> Iterator[Onward]:
    fedparents_clock.set_source(ONWARD)
    yield ONWARD
    fedparents_clock.set_source(None)


@pytest.fixture
def clock(onward: Onward) -> Iterator[StoppedClock]:
    """Time stands still until the test moves it, and goes on from there in the next one."""
    stopped = StoppedClock(onward())
    fedparents_clock.set_source(stopped)
    yield stopped
    onward.reach(stopped())
    fedparents_clock.set_source(onward)


@pytest.fixture
async def towns(running: tuple[Town, Town]) -> tuple[Town, Town]:
    """As they were founded: open to all, nobody's twins, tired of nobody, whatever was made of them
    before."""
    for town in running:
        await town.place.db.write(begin_anew)
    return running


def begin_anew(uow: UnitOfWork) -> None:
    change_federation(uow, FederationMode.OPEN, by=OPERATOR)
    # However far time has gone on, these are the first days, in which nobody needs a second factor.
    get_instance(uow.session).set_up_at = uow.now
    uow.session.exec(delete(models.Town))
    calm = {"rests_until_at": None, "failures": 0, "failing_since_at": None, "trouble": None}
    uow.session.exec(update(DeliveryHost).values(**calm))
    place_actors(uow)


@pytest.fixture(scope="package")
async def running(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, template_cache: Path
) -> AsyncIterator[tuple[Town, Town]]:
    """The same for all tests here: each brings people of its own."""
    urls = [databases.fresh(), databases.fresh()]
    folder = tmp_path_factory.mktemp("towns")
    async with running_towns(folder, urls, template_cache) as (annecy, rumilly):
        yield annecy, rumilly
    for url in urls:
        databases.give_back(url)


@pytest.fixture
async def allied(towns: tuple[Town, Town]) -> AsyncIterator[None]:
    """For one test, both have agreed to be twins."""
    pairs = [towns, towns[::-1]]
    for one, other in pairs:
        await one.place.db.write(stand_as(Standing.ALLY), other.domain)
    yield
    for one, other in pairs:
        await one.place.db.write(stand_as(Standing.KNOWN), other.domain)


def stand_as(standing: Standing) -> Callable[[UnitOfWork, str], None]:
    """A town's word about another one."""

    def change(uow: UnitOfWork, host: str) -> None:
        town = uow.session.get(models.Town, host) or models.Town(host=host)
        town.standing = standing
        uow.session.add(town)
        place_actors(uow)

    return change
