"""A place that talks to other towns, somebody in it, and the towns."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlmodel import Session, col, select

from federation.delivery.models import Delivery, DeliveryHost
from fedparents.accounts.sessions import Viewer
from fedparents.db import Database, UnitOfWork
from fedparents.instance.models import FederationMode, Instance
from fedparents.posts.models import Audience, Post
from fedparents.posts.service import PostDraft, publish_post
from tests.rig.builders import a_viewer, open_the_doors
from tests.rig.towns import Towns, follow_from, towns
from web.runtime import Runtime


@dataclass
class Place:
    """Where Ana lives, and what she says there."""

    runtime: Runtime
    ana: Viewer
    towns: Towns

    @property
    def db(self) -> Database:
        return self.runtime.db

    @property
    def base(self) -> str:
        return self.runtime.settings.base_url

    async def followed_from(self, *numbers: int, shared: str = "") -> None:
        def add(uow: UnitOfWork) -> None:
            for number in numbers:
                follow_from(
                    uow,
                    self.ana.actor_id,
                    self.towns.inbox(number, "users/1/inbox"),
                    shared=self.towns.inbox(number),
                )

        await self.db.write(add)

    async def says(self, text: str, **draft: Any) -> Post:
        draft.setdefault("audience", Audience.PUBLIC)
        published = await self.db.write(publish_post, self.ana, PostDraft(text=text, **draft))
        return published.post

    async def works(self) -> None:
        """All jobs, and all deliveries that are due."""
        await self.runtime.worker.work_until_idle()
        await self.runtime.carrier.work_until_idle()

    async def host(self, number: int) -> DeliveryHost:
        def find(session: Session) -> DeliveryHost:
            name = self.towns.name(number)
            return session.exec(select(DeliveryHost).where(DeliveryHost.name == name)).one()

        return await self.db.read(find)

    async def rows(self) -> list[Delivery]:
        def find(session: Session) -> list[Delivery]:
            ordered = select(Delivery).order_by(col(Delivery.activity_id), col(Delivery.inbox_id))
            return list(session.exec(ordered))

        return await self.db.read(find)

    async def mode(self, mode: FederationMode) -> None:
        def change(uow: UnitOfWork) -> None:
            uow.session.exec(select(Instance)).one().federation_mode = mode

        await self.db.write(change)


@pytest.fixture
async def other_towns() -> AsyncIterator[Towns]:
    async with towns() as running:
        yield running


@pytest.fixture
async def place(runtime: Runtime, other_towns: Towns) -> Place:
    await runtime.db.write(open_the_doors)
    ana = await a_viewer(runtime.db, "ana")
    found = Place(runtime, ana, other_towns)
    await found.mode(FederationMode.OPEN)
    return found
