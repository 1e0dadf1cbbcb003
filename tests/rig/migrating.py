"""Brings a database to the newest schema by the migrations, as `fedparents db upgrade` does."""

from __future__ import annotations

from fedparents import migrations
from fedparents.db import open_database
from web.tables import METADATA


def migrate(url: str) -> None:
    engine = open_database(url).engine
    try:
        migrations.upgrade(engine, METADATA)
    finally:
        engine.dispose()
