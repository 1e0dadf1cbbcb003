"""`fedparents db`: brings the database to the newest form, and says which form it has."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Final

from fedparents import clock, migrations
from fedparents.db import Database
from fedparents.errors import Invalid, NotFound
from fedparents.instance.service import found_instance
from fedparents.places.loading import load_bundled_places
from fedparents.settings import Settings
from web.cli.failures import Failed, in_words
from web.cli.output import say, warn
from web.cli.place import (
    Standing,
    connected,
    explaining,
    find_standing,
    make_data_dir,
    open_place,
    require_current,
)
from web.tables import METADATA

Tell = Callable[[str], None]
"""Where each step is named: the terminal, unless whoever calls has words of their own."""

_LOOK_AGAIN_SECONDS: Final = 0.2


def upgrade(settings: Settings) -> None:
    """Migrate, load the communes, found the place: each only if it has not been done."""
    upgrade_telling(settings, say)


def upgrade_telling(settings: Settings, tell: Tell) -> None:
    """The same for other commands; each step is named to `tell`."""
    make_data_dir(settings)
    asyncio.run(_upgrade(settings, tell))


def status(settings: Settings) -> int:
    """Fails unless the database is up to date, so that scripts can ask."""
    asyncio.run(_require_current(settings))
    say(f"The database is up to date ({migrations.head()}).")
    return 0


def migration(settings: Settings, *, name: str) -> None:
    """Write the revision between an up-to-date database and the models."""
    try:
        revision = migrations.name_revision(name, clock.now())
    except Invalid as error:
        most = error.params.get("at_most")
        way_out = f"at most {most} characters" if most else "letters or digits"
        raise Failed(f"a migration cannot be called {name!r}: use {way_out}", status=2) from error
    asyncio.run(_write_migration(settings, revision))
    say(f"Wrote fedparents/migrations/versions/{revision}.py; read it before it runs anywhere.")


async def _upgrade(settings: Settings, tell: Tell) -> None:
    async with connected(settings) as database:
        await _take_turn(database)
        if await find_standing(database) in {Standing.EMPTY, Standing.BEHIND}:
            await asyncio.to_thread(_migrate, database, tell)
        else:
            await require_current(database)
        await _load_places(database, tell)
        await database.write(found_instance, settings.domain, may_move=settings.is_development)
    tell("The database is up to date.")


async def _take_turn(database: Database) -> None:
    """Two upgrades at one moment, as when two machines start: the second finds all of it done."""
    if await database.claim_upgrade():
        return
    say("Another upgrade is under way; waiting for it to end ...")
    while not await database.claim_upgrade():  # noqa: ASYNC110 - another process ends it
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)


def _migrate(database: Database, tell: Tell) -> None:
    with explaining():
        migrations.upgrade(database.engine, METADATA, say=lambda text: tell(text.capitalize()))


async def _load_places(database: Database, tell: Tell) -> None:
    progress = _Progress(tell)
    try:
        count = await load_bundled_places(database, progress.show)
    except NotFound as error:
        warn(in_words(error))
        return
    progress.end()
    if count.added or count.changed:
        tell(f"Loaded the communes of France: {count.added} added, {count.changed} changed.")


class _Progress:
    """One line that counts, where somebody watches."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._is_begun = False

    def show(self, done: int, of: int) -> None:
        if not self._is_begun:
            self._tell("Loading the communes of France ...")
            self._is_begun = True
        if sys.stdout.isatty():
            print(f"\r  {done} of {of}", end="", flush=True)

    def end(self) -> None:
        if self._is_begun and sys.stdout.isatty():
            print()


async def _require_current(settings: Settings) -> None:
    async with open_place(settings):
        pass


async def _write_migration(settings: Settings, revision: str) -> None:
    async with open_place(settings) as database:
        with explaining():
            await asyncio.to_thread(migrations.write_migration, database.engine, METADATA, revision)
