"""A town of ours beside a server of another make, which talk to each other for real."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.rig.databases import Databases
from tests.rig.fedify import Fedify, fedify
from tests.rig.fediverse import Town, running_towns
from tests.rig.live import free_port


@pytest.fixture(scope="package")
async def town(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, template_cache: Path
) -> AsyncIterator[Town]:
    """The same for all tests here: each brings people of its own."""
    url = databases.fresh()
    async with running_towns(tmp_path_factory.mktemp("town"), [url], template_cache) as (annecy,):
        yield annecy
    databases.give_back(url)


@pytest.fixture(scope="package")
async def peer(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fedify]:
    async with fedify(tmp_path_factory.mktemp("fedify"), free_port()) as running:
        yield running
