"""A group with people in it, and browsers that read English in front of it."""

from contextlib import AsyncExitStack

import pytest

from fedparents.accounts.models import Role
from fedparents.groups.models import Group, GroupRole, GroupTopic
from fedparents.posts.service import PostDraft, publish_post
from fedparents.swaps.models import Direction
from fedparents.swaps.service import SwapDraft, publish_swap
from tests.rig.builders import a_group, an_account, give_role, join, signed_in
from tests.rig.visitors import a_browser


class Square:
    """Marie looks after a group; Ana and Bao are in it, Chloé is not."""

    def __init__(self, place, stack):
        self.place, self.db, self.stack = place, place.db, stack
        self.accounts, self.viewers = {}, {}

    async def person(self, name, role=Role.MEMBER):
        self.accounts[name] = await an_account(self.db, name, role=role, language="en")
        self.viewers[name] = await signed_in(self.db, self.accounts[name])
        return self.viewers[name]

    async def build(self):
        marie = await self.person("marie")
        self.group = await a_group(self.db, marie, name="Parents du Corentin")
        for name in ("ana", "bao"):
            await join(self.db, await self.person(name), self.group, marie)
        await self.person("chloe")
        return self

    async def browser(self, name=None):
        account = self.accounts[name] if name else None
        return await self.stack.enter_async_context(a_browser(self.place, account=account))

    async def allow(self, **switches):
        def change(uow):
            group = uow.session.get_one(Group, self.group)
            for name, value in switches.items():
                setattr(group, name, value)

        await self.db.write(change)

    async def topic(self, name):
        def add(uow):
            topic = GroupTopic(id=uow.new_id(), group_id=self.group, name=name)
            uow.session.add(topic)
            return topic.id

        return await self.db.write(add)

    async def asks(self, name, text="Une poussette ?", direction=Direction.ASK, **draft):
        draft.setdefault("group_id", self.group)
        swap = SwapDraft(PostDraft(text=text, **draft), direction)
        return (await self.db.write(publish_swap, self.viewers[name], swap)).post

    async def says(self, name, text="Bonjour", **draft):
        draft.setdefault("group_id", self.group)
        return (
            await self.db.write(publish_post, self.viewers[name], PostDraft(text=text, **draft))
        ).post

    async def answers(self, name, post, text="J'en ai une."):
        return await self.says(name, text, group_id=None, in_reply_to_id=post.id)

    async def role(self, name, role, account_role=Role.MEMBER):
        viewer = await self.person(name, account_role)
        await give_role(self.db, self.viewers["marie"], self.group, viewer, role)
        return viewer


@pytest.fixture
async def square(place):
    async with AsyncExitStack() as stack:
        yield await Square(place, stack).build()


__all__ = ["GroupRole"]
