"""What Mastodon.py's tests said of a place of ours, in one run for all tests beside this."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.clients import suites
from tests.clients.town import a_town, names_of_mastodon_py
from tests.rig.databases import Databases


@pytest.fixture(scope="session")
def mastodon_py(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> suites.Report:
    folder, home = tmp_path_factory.mktemp("suite"), tmp_path_factory.mktemp("town")
    return asyncio.run(_run(suites.MASTODON_PY, databases, folder, home))


async def _run(
    suite: suites.Suite, databases: Databases, folder: Path, home: Path
) -> suites.Report:
    async with a_town(databases, home) as place:
        suite.unpack(folder, await names_of_mastodon_py(place))
        return suites.run(suite, folder, [*suite.excluded, *suite.owed])
