"""Brings a database to the newest schema by the migrations, as `fedparents db upgrade` does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from fedparents import migrations
from fedparents.db import open_database
from web.tables import METADATA


def migrate(url: str) -> None:
    with engine_of(url) as engine:
        migrations.upgrade(engine, METADATA)


@contextmanager
def engine_of(url: str) -> Iterator[sa.Engine]:
    """The engine that the program itself would use, for a look at a database from outside."""
    engine = open_database(url).engine
    try:
        yield engine
    finally:
        engine.dispose()
