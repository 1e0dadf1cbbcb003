"""A place that is past its first day, for journeys that begin later."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fedparents.accounts.invites import InviteDraft, create_invite
from fedparents.accounts.models import Role
from fedparents.db import Database, open_database
from tests.journeys.days import settings_of
from tests.rig.builders import a_viewer, open_the_doors
from tests.rig.live import LivePlace


@asynccontextmanager
async def database_of(place: LivePlace) -> AsyncIterator[Database]:
    """What the running server stores, for a look or a change from beside it."""
    settings = settings_of(place)
    database = open_database(settings.database, pool=settings.database_pool)
    await database.start()
    try:
        yield database
    finally:
        await database.close()


async def opens(place: LivePlace) -> str:
    """The place is set up; an invitation of Marie's that lets people straight in."""
    async with database_of(place) as db:
        await db.write(open_the_doors, domain=settings_of(place).domain)
        marie = await a_viewer(db, "marie", role=Role.ADMIN)
        draft = InviteDraft(label="", uses=10, days=30, skips_approval=True)
        invite = await db.write(create_invite, marie, draft)
    return f"{place.url}/join/{invite.token}"
