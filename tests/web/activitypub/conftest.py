"""A place in front of which another server stands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import httpx2
import pytest

from federation.transport import Client
from fedparents.accounts.models import Account
from fedparents.actors.models import Actor
from fedparents.authority import OPERATOR
from fedparents.db import UnitOfWork
from fedparents.instance.models import FederationMode
from fedparents.instance.service import change_federation
from tests.rig.builders import a_group, a_viewer, an_account
from tests.rig.elsewhere import Elsewhere, Neighbour
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


def show(place: Runtime, *neighbours: Neighbour) -> Elsewhere:
    """All that this place finds when it asks other servers; each as their own shows them."""
    there = Elsewhere()
    for each in neighbours:
        there.show(each.uri, each.document)
    place.towns.open_client = lambda: Client(there, user_agent="issy")
    return there


@dataclass(frozen=True, slots=True)
class Known:
    """Whom others may know of here, by their paths."""

    person: str
    group: str


@pytest.fixture
async def known(open_place: Runtime) -> Known:
    """Ana, and a group that Marie looks after."""
    marie = await a_viewer(open_place.db, "marie")
    ana = await somebody(open_place)
    group = await a_group(open_place.db, marie, is_local_only=False)
    return Known(f"/users/{ana.actor_id}", f"/groups/{group}")
