"""A small town as programs meet it: people with tokens, groups, and things that were said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.groups.joining import ask_to_join
from fedparents.groups.models import Audience, Joining
from fedparents.groups.service import SwitchesDraft, change_switches
from fedparents.ids import GroupId
from fedparents.posts.service import PostDraft, publish_post
from tests.rig.builders import a_group, an_account, join, signed_in
from tests.web.api.conftest import token_for
from web.runtime import Runtime

ALL = "read write follow push"


@dataclass(frozen=True, slots=True)
class Program:
    """An app of somebody's."""

    account: Account
    viewer: Viewer
    visitor: httpx2.AsyncClient
    headers: Mapping[str, str]

    @property
    def id(self) -> str:
        return str(self.viewer.actor_id)

    async def get(self, path: str, expected: int = 200, /, **params: object) -> Any:
        answer = await self.visitor.get(f"/api{path}", headers=self.headers, params=params)  # type: ignore[arg-type]
        assert answer.status_code == expected, answer.text
        return answer.json()

    async def post(self, path: str, expected: int = 200, /, **sent: object) -> Any:
        answer = await self.visitor.post(f"/api{path}", headers=self.headers, json=sent)
        assert answer.status_code == expected, answer.text
        return answer.json()

    async def send(self, method: str, path: str, expected: int = 200, /, **sent: object) -> Any:
        answer = await self.visitor.request(method, f"/api{path}", headers=self.headers, json=sent)
        assert answer.status_code == expected, answer.text
        return answer.json()


async def an_app(
    place: Runtime, visitor: httpx2.AsyncClient, handle: str, scopes: str = ALL, **options: str
) -> Program:
    account = await an_account(place.db, handle, **options)  # type: ignore[arg-type]
    viewer = await signed_in(place.db, account)
    return Program(account, viewer, visitor, await token_for(place, account, scopes))


@dataclass(frozen=True, slots=True)
class Town:
    """Léa looks after two groups, Ana is in them, Bao is in none."""

    place: Runtime
    lea: Program
    ana: Program
    bao: Program
    closed: GroupId
    open: GroupId

    async def settle(self) -> None:
        """All that follows on what was done has been done."""
        await self.place.worker.work_until_idle()

    async def say(self, who: Program, text: str, **draft: object) -> str:
        """The id of a new post."""
        made = PostDraft(text=text, **draft)  # type: ignore[arg-type]
        published = await self.place.db.write(publish_post, who.viewer, made)
        await self.settle()
        return str(published.post.id)


async def a_town(place: Runtime, visitor: httpx2.AsyncClient) -> Town:
    lea = await an_app(place, visitor, "lea", language="fr")
    ana = await an_app(place, visitor, "ana", language="fr")
    bao = await an_app(place, visitor, "bao")
    closed = await a_group(place.db, lea.viewer, name="Poussettes")
    everybody = await a_group(
        place.db,
        lea.viewer,
        name="Vide-greniers",
        joining=Joining.OPEN,
        audience=Audience.PUBLIC,
        is_local_only=False,
        questions="",
    )
    switches = SwitchesDraft(allows_anonymous=True)
    await place.db.write(change_switches, lea.viewer, closed, switches)
    await join(place.db, ana.viewer, closed, lea.viewer)
    await place.db.write(ask_to_join, ana.viewer, everybody, [])
    town = Town(place, lea, ana, bao, closed, everybody)
    await town.settle()
    return town
