"""Two questions that programs ask: is it alive, can it answer people."""

import pytest
from sqlalchemy import text

from fedparents.db import UnitOfWork
from fedparents.migrations import head
from web.site.robots import TRAINING_BOTS

pytestmark = pytest.mark.both_engines


async def test_it_is_alive_and_ready(visitor):
    assert (await visitor.get("/healthz")).json() == {"status": "ok"}
    ready = await visitor.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["checks"] == {"database": True, "migrations": True, "secret": True}


async def test_a_database_of_another_version_is_not_ready(place, visitor):
    def go_to(uow: UnitOfWork, version: str) -> None:
        uow.session.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})

    await place.db.write(go_to, "before")
    ready = await visitor.get("/readyz")
    await place.db.write(go_to, head())  # the next test may have the same database
    assert ready.status_code == 503
    assert ready.json()["checks"]["migrations"] is False


async def test_crawlers_are_told_what_is_theirs(visitor):
    rules = (await visitor.get("/robots.txt")).text
    for_bots, for_all = rules.split("User-agent: *")
    assert all(f"User-agent: {bot}\n" in for_bots for bot in TRAINING_BOTS)
    assert "Disallow: /\n" in for_bots
    assert "Disallow: /account" in for_all
    assert "Disallow: /\n" not in for_all
