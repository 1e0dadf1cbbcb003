"""Brings a database to the newest schema by the migrations, as `fedparents db upgrade` does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import sqlalchemy as sa

from fedparents import migrations
from fedparents.db import open_database
from fedparents.places.loading import load_bundled_places
from web.tables import METADATA


def migrate(url: str) -> None:
    with engine_of(url) as engine:
        migrations.upgrade(engine, METADATA)


def furnish(url: str) -> None:
    """The newest schema and the communes of France."""
    migrate(url)
    # In a thread of its own, because a loop may be running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _load_places(url)).result()


async def _load_places(url: str) -> None:
    database = open_database(url)
    await database.start()
    try:
        await load_bundled_places(database)
    finally:
        await database.close()


@contextmanager
def engine_of(url: str) -> Iterator[sa.Engine]:
    """The engine that the program itself would use, for a look at a database from outside."""
    engine = open_database(url).engine
    try:
        yield engine
    finally:
        engine.dispose()
