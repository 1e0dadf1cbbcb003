"""`fedparents keys`: what the people, groups and the place itself sign with."""

from __future__ import annotations

from federation.keys import THE_PLACE, Keyring
from federation.rotation import list_owners, rotate_keys
from fedparents.actors.service import find_local_actor
from fedparents.db import Database
from fedparents.errors import NotFound
from fedparents.settings import Settings
from web.cli.failures import Failed
from web.cli.output import say
from web.cli.place import secret_of, with_place


def rotate(
    settings: Settings, *, name: str | None, place: bool, everybody: bool, stolen: bool
) -> None:
    """Replace keys, and tell the towns that know them."""
    if [bool(name), place, everybody].count(True) != 1:
        raise Failed("say whose keys: a name, --place or --everybody")
    secret = secret_of(settings)

    async def work(database: Database) -> int:
        keyring = Keyring(database, secret)
        owners = await _owners(database, name, is_place=place)
        for owner in owners:
            try:
                await rotate_keys(database, keyring, settings.base_url, owner, is_stolen=stolen)
            except NotFound as error:
                raise Failed("no other town has asked for these keys yet") from error
        return len(owners)

    done = with_place(settings, work)
    say("New keys have been made." if done == 1 else f"New keys for {done} have been made.")


async def _owners(database: Database, name: str | None, *, is_place: bool) -> list[int]:
    if is_place:
        return [THE_PLACE]
    if name is None:
        return await database.read(list_owners)
    actor = await database.read(find_local_actor, name.removeprefix("@"))
    if actor is None:
        raise Failed(f"there is nobody called {name} here")
    return [actor.id]
