"""What the tests of accounts share."""

from __future__ import annotations

import pytest

from fedparents.db import Database, Fact
from tests.rig.builders import open_the_doors


@pytest.fixture
async def facts(db: Database) -> list[Fact]:
    """A place with open doors, and every fact that is committed from then on, in order."""
    await db.write(open_the_doors)
    recorded: list[Fact] = []
    db.hooks.before_commit = lambda uow: recorded.extend(fact for fact, _ in uow.facts)
    return recorded
