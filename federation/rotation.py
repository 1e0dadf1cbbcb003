"""New keys in place of old ones, so that others believe the new ones from the first word on.

The news itself is signed with the key that they know. It stands beside the new one for a week and
is then forgotten; one that somebody may have stolen is forgotten at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from sqlmodel import Session, col, delete, select

from federation.keys import (
    THE_PLACE,
    ActorKeys,
    Keyring,
    StoredKey,
    list_keys,
    store_keys,
)
from federation.models import ActorKey
from federation.profiles import find_kind, tell_actor
from federation.uris import actor_uri, place_uri
from fedparents.accounts.models import Account
from fedparents.db import Database, UnitOfWork
from fedparents.errors import NotFound
from fedparents.groups.models import Group
from fedparents.ids import time_of

_NEXT: Final = timedelta(milliseconds=1)


async def rotate_keys(
    db: Database, keyring: Keyring, base_url: str, actor_id: int, *, is_stolen: bool = False
) -> None:
    """Give somebody new keys, and tell the towns that know them. Raises NotFound for whoever has
    none yet: they are made when they are first needed."""
    stored = await db.read(list_keys, actor_id)
    kind = await db.read(find_kind, actor_id)
    if not stored or (kind is None and actor_id != THE_PLACE):
        raise NotFound
    uri = place_uri(base_url) if kind is None else actor_uri(base_url, actor_id, kind)
    made = await keyring.make_new(actor_id)
    known = made if is_stolen else [*made, *stored]
    keys = await keyring.open(known, actor_id, uri)
    await db.write(replace_keys, base_url, made, keys, is_stolen=is_stolen)


def replace_keys(
    uow: UnitOfWork,
    base_url: str,
    made: Sequence[StoredKey],
    keys: ActorKeys,
    *,
    is_stolen: bool,
) -> None:
    """The news is older than the keys that it brings: it is signed with those of its time."""
    actor_id, news = made[0].actor_id, uow.new_id()
    if is_stolen:
        uow.session.exec(delete(ActorKey).where(col(ActorKey.actor_id) == actor_id))
    store_keys(uow, [replace(each, created_at=time_of(news) + _NEXT) for each in made])
    if actor_id != THE_PLACE:
        tell_actor(uow, base_url, actor_id, keys, activity_id=news)


def list_owners(session: Session) -> list[int]:
    """Everybody who is here and has keys, the place among them."""
    own = select(ActorKey.actor_id).distinct()
    people, groups = select(Account.actor_id), select(Group.actor_id)
    here = col(ActorKey.actor_id).in_(people) | col(ActorKey.actor_id).in_(groups)
    listed = own.where(here | (col(ActorKey.actor_id) == THE_PLACE))
    return list(session.exec(listed.order_by(col(ActorKey.actor_id))))
