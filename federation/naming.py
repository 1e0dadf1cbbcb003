"""Whom somebody here is about to name: people of other towns are looked up before it is said."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

from sqlmodel import Session

from federation.audience import talks
from federation.errors import FederationError
from federation.towns import Towns
from federation.trust import talks_with
from fedparents.actors.service import find_actor
from fedparents.db import Database
from fedparents.posts.content import names_elsewhere

_AT_MOST: Final = 5
"""New ones in one text: the others stay plain words."""
_PATIENCE: Final = 6.0
"""Seconds for all of them: whoever writes waits."""


async def look_up_named(db: Database, towns: Towns, text: str) -> None:
    """Get to know those whom a text names; whoever is not found stays a plain word."""
    named = names_elsewhere(text)
    unknown = await db.read(_list_unknown, named) if named else []
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            await asyncio.gather(*(_look_up(towns, each) for each in unknown[:_AT_MOST]))


async def _look_up(towns: Towns, name: str) -> None:
    with contextlib.suppress(FederationError):
        await towns.discovery.find_by_name(name)


def _list_unknown(session: Session, names: list[str]) -> list[str]:
    if not talks(session):
        return []
    return [
        each
        for each in names
        if find_actor(session, each) is None and talks_with(session, each.rpartition("@")[2])
    ]
