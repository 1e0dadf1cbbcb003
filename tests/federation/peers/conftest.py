"""A town of ours beside a server of another make, which talk to each other for real."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from federation.models import RemoteActor
from federation.uris import actor_uri
from fedparents.accounts.sessions import Viewer
from fedparents.ids import ActorId
from fedparents.posts.models import Audience
from fedparents.posts.service import PostDraft, publish_post
from fedparents.social.models import Follow, FollowState
from tests.rig.databases import Databases
from tests.rig.fedify import Fedify, fedify
from tests.rig.fediverse import Town, running_towns, settle
from tests.rig.live import free_port

NUMBERS = itertools.count()


@pytest.fixture(scope="package")
async def town(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, template_cache: Path
) -> AsyncIterator[Town]:
    """The same for all tests here: each brings people of its own."""
    url = databases.fresh()
    async with running_towns(tmp_path_factory.mktemp("town"), [url], template_cache) as (annecy,):
        yield annecy
    databases.give_back(url)


@pytest.fixture(scope="package")
async def peer(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fedify]:
    async with fedify(tmp_path_factory.mktemp("fedify"), free_port()) as running:
        yield running


class Lea:
    """Somebody in our town."""

    def __init__(self, town: Town, viewer: Viewer) -> None:
        self.town, self.viewer = town, viewer
        self.db = town.place.db
        self.uri = actor_uri(town.url, viewer.actor_id)

    async def does(self, service: Callable[..., Any], *arguments: object) -> Any:
        """Something, and all that follows from it."""
        done = await self.db.write(service, self.viewer, *arguments)
        await settle(self.town)
        return done

    async def says(self, text: str, **draft: Any) -> Any:
        draft.setdefault("audience", Audience.PUBLIC)
        return (await self.does(publish_post, PostDraft(text=text, **draft))).post

    async def finds(self, peer: Fedify, name: str) -> ActorId:
        """Somebody of the peer, as we know them."""
        found = await self.town.place.towns.discovery.get(peer.uri(name))
        return ActorId(found.id)

    async def knows(self, uri: str) -> ActorId:
        def read(session: Session) -> RemoteActor:
            return session.exec(select(RemoteActor).where(RemoteActor.uri == uri)).one()

        return ActorId((await self.db.read(read)).actor_id)

    async def follow(self, follower_id: int, followed_id: int) -> FollowState | None:
        """How it is between two; None where there is nothing."""

        def read(session: Session) -> FollowState | None:
            row = session.get(Follow, (follower_id, followed_id))
            return row.state if row else None

        return await self.db.read(read)


@pytest.fixture
async def lea(town: Town) -> Lea:
    """She lets everybody follow."""
    return Lea(town, await town.somebody(f"lea_{next(NUMBERS)}", is_locked=False))


@pytest.fixture
async def careful(town: Town) -> Lea:
    """She decides on each follower by hand."""
    return Lea(town, await town.somebody(f"lou_{next(NUMBERS)}"))


@pytest.fixture
async def followed(lea: Lea, peer: Fedify) -> Lea:
    """Léa, whom somebody of the peer follows."""
    await peer.does("follow", whom=lea.uri)
    await settle(lea.town)
    return lea
