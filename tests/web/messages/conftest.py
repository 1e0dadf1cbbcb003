"""Ana and Bao share Marie's group, Chloé is in none; Driss moderates the place and Emma runs it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from fedparents.accounts.models import Account, Role
from fedparents.accounts.sessions import Viewer
from fedparents.conversations.service import (
    MessageDraft,
    Sent,
    accept_conversation,
    send_message,
    write_to,
)
from fedparents.ids import GroupId, PostId
from fedparents.posts.models import Post
from fedparents.posts.service import PostDraft, publish_post
from fedparents.swaps.models import Direction
from fedparents.swaps.service import SwapDraft, publish_swap
from tests.rig.builders import a_group, an_account, join, signed_in
from tests.rig.pages import forms_of
from tests.web.conftest import sign_in
from web.runtime import Runtime

ROLES = {"driss": Role.MODERATOR, "emma": Role.ADMIN}


class Town:
    """People, the group of some of them, and one browser that each may use."""

    def __init__(self, place: Runtime, visitor: httpx2.AsyncClient) -> None:
        self.place, self.db, self.visitor = place, place.db, visitor
        self.accounts: dict[str, Account] = {}
        self.viewers: dict[str, Viewer] = {}
        self.group = GroupId(0)

    async def build(self) -> Town:
        for name in ("marie", "ana", "bao", "chloe", "driss", "emma"):
            role = ROLES.get(name, Role.MEMBER)
            self.accounts[name] = await an_account(self.db, name, role=role)
            self.viewers[name] = await signed_in(self.db, self.accounts[name])
        self.group = await a_group(self.db, self.viewers["marie"])
        for name in ("ana", "bao"):
            await join(self.db, self.viewers[name], self.group, self.viewers["marie"])
        return self

    async def enter(self, name: str) -> httpx2.AsyncClient:
        self.visitor.cookies.clear()
        if name in self.accounts:
            await sign_in(self.place, self.visitor, self.accounts[name])
        return self.visitor

    async def write(self, by: str, to: str, text: str = "Bonjour !") -> Sent:
        other = self.viewers[to].actor_id
        return await self.db.write(write_to, self.viewers[by], [other], MessageDraft(text=text))

    async def asks(self, by: str, text: str = "Une poussette ?", **draft: Any) -> Post:
        draft.setdefault("group_id", self.group)
        swap = SwapDraft(PostDraft(text=text, **draft), Direction.ASK)
        return (await self.db.write(publish_swap, self.viewers[by], swap)).post

    async def answers(self, by: str, to: Post, text: str = "J'en ai une.") -> Post:
        draft = PostDraft(text=text, in_reply_to_id=PostId(to.id))
        return (await self.db.write(publish_post, self.viewers[by], draft)).post

    async def send(self, by: str, sent: Sent, text: str = "Oui.") -> Sent:
        number = sent.conversation_id
        return await self.db.write(send_message, self.viewers[by], number, MessageDraft(text=text))

    async def accept(self, by: str, sent: Sent) -> None:
        await self.db.write(accept_conversation, self.viewers[by], sent.conversation_id)

    async def open(self, sent: Sent, **page: str) -> httpx2.Response:
        return await self.visitor.get(f"/messages/{sent.conversation_id}", params=page)


@pytest.fixture
async def town(place: Runtime, visitor: httpx2.AsyncClient) -> Town:
    return await Town(place, visitor).build()


@pytest.fixture
def press(visitor: httpx2.AsyncClient) -> Callable[..., Awaitable[httpx2.Response]]:
    """Send the form on a page that goes to this address, and follow to where it leads."""

    async def send(page: httpx2.Response, action: str, **answers: str) -> httpx2.Response:
        found = next(form for form in forms_of(page.text) if form.action.split("#")[0] == action)
        origin = str(visitor.base_url).rstrip("/")
        fields = {**found.answers, **answers}
        answer = await visitor.post(action, data=fields, headers={"Origin": origin})
        if answer.status_code != httpx2.codes.SEE_OTHER:
            return answer
        return await visitor.get(answer.headers["location"])

    return send
