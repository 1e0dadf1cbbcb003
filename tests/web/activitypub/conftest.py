"""A place in front of which another server stands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx2
import pytest

from fedparents.accounts.models import Account
from fedparents.actors.models import Actor
from fedparents.authority import OPERATOR
from fedparents.db import UnitOfWork
from fedparents.instance.models import FederationMode
from fedparents.instance.service import change_federation
from tests.rig.builders import an_account
from web.app import create_app
from web.runtime import Runtime

DOCUMENT = "application/activity+json"

Open = Callable[[FederationMode], Awaitable[None]]


@pytest.fixture
async def server(place: Runtime) -> AsyncIterator[httpx2.AsyncClient]:
    """It asks for documents, follows no redirect and keeps nothing."""
    transport = httpx2.ASGITransport(create_app(place), client=("192.0.2.7", 50_000))
    async with httpx2.AsyncClient(
        transport=transport, base_url=place.settings.base_url, headers={"Accept": DOCUMENT}
    ) as asking:
        yield asking


@pytest.fixture
async def open_place(place: Runtime) -> Runtime:
    """The place, open to everybody."""
    await set_mode(place, FederationMode.OPEN)
    return place


async def set_mode(place: Runtime, mode: FederationMode) -> None:
    await place.db.write(change_federation, mode, by=OPERATOR)


async def somebody(place: Runtime, handle: str = "ana", **changes: object) -> Account:
    """Somebody here who lets everybody find them; `changes` are to their actor."""
    account = await an_account(place.db, handle)

    def change(uow: UnitOfWork) -> None:
        actor = uow.session.get_one(Actor, account.actor_id)
        for name, value in {"is_discoverable": True, **changes}.items():
            setattr(actor, name, value)
        uow.session.add(actor)

    await place.db.write(change)
    return account
