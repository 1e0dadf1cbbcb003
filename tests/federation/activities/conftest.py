"""Two towns that talk to each other for real."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

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
