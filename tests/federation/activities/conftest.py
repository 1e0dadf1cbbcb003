"""Two towns that talk to each other for real."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from federation import models
from federation.trust import place_actors
from fedparents.actors.models import Standing
from fedparents.db import UnitOfWork
from tests.rig.databases import Databases
from tests.rig.fediverse import Town, running_towns


@pytest.fixture(scope="package")
async def towns(
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
