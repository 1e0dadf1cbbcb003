"""A town in which some know each other from a group, and some do not."""

from datetime import timedelta

import pytest
from sqlmodel import select

from fedparents import clock as the_clock
from fedparents.accounts.models import Account
from fedparents.conversations.access import get_own
from fedparents.conversations.models import ConversationMember, ConversationPost, MemberState
from fedparents.conversations.queries import (
    get_conversation,
    has_unread,
    list_conversations,
)
from fedparents.conversations.service import (
    MessageDraft,
    accept_conversation,
    ignore_conversation,
    leave_conversation,
    send_message,
    write_about,
    write_to,
)
from fedparents.groups.models import Group
from fedparents.posts.service import PostDraft, publish_post
from fedparents.swaps.models import Direction
from fedparents.swaps.service import SwapDraft, publish_swap
from tests.rig.builders import a_group, a_viewer, join, open_the_doors


class Neighbours:
    """Marie's group with Ana and Bao in it; Chloé and Driss are in none."""

    def __init__(self, db, people, group):
        self.db, self.group, self.facts = db, group, []
        self.marie, self.ana, self.bao, self.chloe, self.driss = people

    async def write(self, by, to, text="Bonjour !", **draft):
        message = MessageDraft(text=text, **draft)
        return await self.db.write(write_to, by, [to.actor_id], message)

    async def write_about(self, by, post, text="J'en ai une.", **draft):
        message = MessageDraft(text=text, **draft)
        return await self.db.write(write_about, by, post.id, message)

    async def send(self, by, sent, text="Oui.", **draft):
        message = MessageDraft(text=text, **draft)
        return await self.db.write(send_message, by, sent.conversation_id, message)

    async def ask(self, by, text="Je cherche une poussette.", **draft):
        draft.setdefault("group_id", self.group)
        wanted = SwapDraft(PostDraft(text=text, **draft), Direction.ASK)
        return (await self.db.write(publish_swap, by, wanted)).post

    async def say(self, by, text, **draft):
        return (await self.db.write(publish_post, by, PostDraft(text=text, **draft))).post

    async def accept(self, by, sent):
        await self.db.write(accept_conversation, by, sent.conversation_id)

    async def ignore(self, by, sent):
        await self.db.write(ignore_conversation, by, sent.conversation_id)

    async def leave(self, by, sent):
        await self.db.write(leave_conversation, by, sent.conversation_id)

    async def open(self, by, sent, **page):
        return await self.db.read(get_conversation, by, sent.conversation_id, **page)

    async def texts(self, by, sent):
        return [each.text for each in (await self.open(by, sent)).letters]

    async def folder(self, by, state=MemberState.ACCEPTED):
        return (await self.db.read(list_conversations, by, state)).lines

    async def is_told(self, by):
        return await self.db.read(has_unread, by)

    async def state(self, by, sent):
        own = await self.db.read(get_own, by, sent.conversation_id)
        return MemberState(own.state)

    async def links(self):
        return await self.db.read(lambda session: session.exec(select(ConversationPost)).all())

    async def members(self):
        return await self.db.read(lambda session: session.exec(select(ConversationMember)).all())

    async def allow_anonymous(self):
        def change(uow):
            uow.session.get_one(Group, self.group).allows_anonymous = True

        await self.db.write(change)

    async def make_young(self, viewer, *, until=None):
        """Fifteen, sixteen or seventeen years old."""

        def change(uow):
            account = uow.session.get_one(Account, viewer.account_id)
            account.restricted_until = until or uow.now.date() + timedelta(days=400)

        await self.db.write(change)

    async def make_old(self, viewer):
        """Here for longer than a week."""

        def change(uow):
            account = uow.session.get_one(Account, viewer.account_id)
            account.created_at = account.decided_at = the_clock.now() - timedelta(days=8)

        await self.db.write(change)


@pytest.fixture
async def neighbours(db, clock):
    await db.write(open_the_doors)
    names = ("marie", "ana", "bao", "chloe", "driss")
    people = [await a_viewer(db, name) for name in names]
    group = await a_group(db, people[0])
    for viewer in people[1:3]:
        await join(db, viewer, group, people[0])
    town = Neighbours(db, people, group)
    store = db.hooks.before_commit

    def keep(uow):
        town.facts += [fact for fact, _ in uow.facts]
        if store is not None:
            store(uow)

    db.hooks.before_commit = keep
    return town
