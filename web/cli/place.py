"""The place that a command works on: its data folder, and its database once it is up to date."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from enum import Enum, auto
from typing import Final, TypeVar

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from fedparents import migrations
from fedparents.db import Database, open_database
from fedparents.jobs import InProcessBus, outbox_of
from fedparents.settings import Settings
from web.cli.failures import UPGRADE, Failed

T = TypeVar("T")

_CONNECTIONS: Final = 2
_ONLY_OURS: Final = 0o077


class Standing(Enum):
    """How a database relates to this program."""

    EMPTY = auto()
    BEHIND = auto()
    CURRENT = auto()
    FOREIGN = auto()


def with_place(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Do something with the database of the place. Raises Failed when it is not up to date."""

    async def do() -> T:
        async with open_place(settings) as database:
            return await work(database)

    return asyncio.run(do())


@asynccontextmanager
async def open_place(settings: Settings) -> AsyncIterator[Database]:
    """The same for those who are in an event loop already."""
    if is_missing(settings):
        raise Failed(f"there is no database yet: {UPGRADE}")
    async with connected(settings) as database:
        await require_current(database)
        _turn_facts_into_jobs(settings, database)
        yield database


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[Database]:
    """The database, in whatever form it is."""
    with explaining():
        database = open_database(settings.database, pool=_CONNECTIONS)
        await database.start()
    try:
        yield database
    finally:
        await database.close()


def _turn_facts_into_jobs(settings: Settings, database: Database) -> None:
    """As the server does, so that a mail that a command causes is sent."""
    # Loaded late: `db upgrade`, which every start waits for, does without the whole of the site.
    from federation.keys import Keyring
    from web.api.streaming.hints import Hints
    from web.live import Hub
    from web.push.sending import Courier
    from web.runtime import CannotStart, jobs_of, open_mailroom, open_pictures

    make_data_dir(settings)
    bus = InProcessBus()  # no page is open in a command
    hub = Hub(bus)
    try:
        room = open_mailroom(settings, database)
        courier = Courier(settings, room.secret)
        keys = Keyring(database, room.secret)
        pictures = open_pictures(settings, database)
        kinds = jobs_of(database, hub, Hints(bus), room, pictures, courier, keys)
    except CannotStart as error:
        raise Failed(str(error)) from error
    database.hooks.before_commit = outbox_of(kinds)


def secret_of(settings: Settings) -> bytes:
    """What signs and seals in this place; raises Failed."""
    from web.runtime import CannotStart, secret_of  # loads the whole of the site

    make_data_dir(settings)
    try:
        return secret_of(settings)
    except CannotStart as error:
        raise Failed(str(error)) from error


async def require_current(database: Database) -> None:
    """Raises Failed, with the way out, unless the database has the form that we know."""
    match await find_standing(database):
        case Standing.EMPTY:
            raise Failed(f"the database is empty: {UPGRADE}")
        case Standing.BEHIND:
            raise Failed(f"the database is from an earlier version: {UPGRADE}")
        case Standing.FOREIGN:
            raise Failed(
                "the database is from a version of fedparents that this one does not know,"
                " probably a later one: install that version, or go back to a backup"
            )


async def find_standing(database: Database) -> Standing:
    with explaining():
        return standing_of(await database.read(migrations.find_revision), migrations.revisions())


def standing_of(revision: str | None, known: Collection[str]) -> Standing:
    """`known` are all revisions that this program can go on from; the newest is its own."""
    if revision is None:
        return Standing.EMPTY
    if revision == max(known):
        return Standing.CURRENT
    return Standing.BEHIND if revision in known else Standing.FOREIGN


def is_missing(settings: Settings) -> bool:
    """Whether a database would have to be made first; looking must not make an empty one."""
    if not settings.uses_sqlite:
        return False
    from fedparents.db.sqlite import sqlite_path  # loads only the driver that is used

    return not sqlite_path(settings.database).exists()


def make_data_dir(settings: Settings) -> None:
    """The data folder and all that comes into it are for this user of the machine alone."""
    os.umask(_ONLY_OURS)
    settings.data_dir.mkdir(parents=True, exist_ok=True)


@contextmanager
def explaining() -> Iterator[None]:
    """Turn what the database's libraries complain about into a line; raises Failed."""
    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig).strip().partition("\n")[0]
        raise Failed(f"the database cannot be used: {reason}") from error
    except SQLAlchemyError as error:
        raise Failed(f"the database cannot be used: {error}") from error
