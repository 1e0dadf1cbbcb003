"""How many people will read something: the number is that of those who then can."""

import pytest
from sqlmodel import select

from fedparents import clock
from fedparents.accounts.models import Account, AccountState, Role
from fedparents.groups import models as groups
from fedparents.groups.joining import ask_to_join
from fedparents.groups.members import ban_member, leave_group
from fedparents.groups.models import Group, GroupRole
from fedparents.posts.destinations import list_destinations, usual_destination
from fedparents.posts.models import Audience, Post
from fedparents.posts.policy import visible_to
from fedparents.posts.readers import count_readers
from fedparents.posts.service import PostDraft, publish_post
from fedparents.social.service import block_actor
from tests.rig.builders import a_group, a_viewer, give_role, join, open_the_doors

pytestmark = pytest.mark.anyio
PEOPLE = ("marie", "ana", "bao", "chloe", "driss", "emma", "farid", "gita")


class World:
    """A group with somebody in every state towards it."""

    def __init__(self, db, people, group):
        self.db, self.people, self.group = db, people, group

    async def who_sees(self, post):
        """By the rule itself, one account after the other."""
        seeing = []
        for name, viewer in self.people.items():
            condition = visible_to(viewer, today=clock.now().date())
            found = await self.db.read(
                lambda session, condition=condition: session.exec(
                    select(Post.id).where(Post.id == post.id, condition)
                ).first()
            )
            if found is not None and name != "gita":  # whose account is paused: nobody signs in
                seeing.append(name)
        return seeing

    async def counted(self, author, group, audience):
        return await self.db.read(count_readers, self.people[author], group, audience)


@pytest.fixture(params=[groups.Audience.MEMBERS, groups.Audience.HERE], ids=str)
async def world(request, db):
    await db.write(open_the_doors)
    people = {
        name: await a_viewer(db, name, role=Role.ADMIN if name == "farid" else Role.MEMBER)
        for name in PEOPLE
    }
    marie = people["marie"]
    group = await a_group(db, marie, audience=request.param)
    for name in ("ana", "bao", "gita"):
        await join(db, people[name], group, marie)
    await give_role(db, marie, group, people["chloe"], GroupRole.HOST)
    await join(db, people["driss"], group, marie)
    await db.write(ban_member, marie, group, people["driss"].actor_id, "Pub.", until=None)
    await db.write(ask_to_join, people["emma"], group, ["Oui."])

    def pause(uow):
        account = uow.session.get_one(Account, people["gita"].account_id)
        account.state = AccountState.FROZEN
        uow.session.add(account)

    await db.write(pause)
    return World(db, people, group)


@pytest.mark.parametrize("is_hidden", [False, True])
@pytest.mark.parametrize("in_group", [True, False])
@pytest.mark.parametrize("audience", [Audience.GROUP, Audience.HERE, Audience.PUBLIC])
async def test_the_number_is_that_of_those_who_can_read_it(world, is_hidden, in_group, audience):
    if not in_group and audience == Audience.GROUP:
        return
    await world.db.write(hide, world.group, is_hidden)
    await world.db.write(block_actor, world.people["ana"], world.people["bao"].actor_id)
    group = world.group if in_group else None
    draft = PostDraft(text="Bonjour", group_id=group, audience=audience)
    post = (await world.db.write(publish_post, world.people["ana"], draft)).post
    seeing = await world.who_sees(post)
    assert "bao" not in seeing
    assert await world.counted("ana", group, post.audience) == len(seeing)


async def test_the_number_does_not_tell_who_has_blocked_somebody(world):
    before = await world.counted("ana", world.group, Audience.GROUP)
    await world.db.write(block_actor, world.people["bao"], world.people["ana"].actor_id)
    assert await world.counted("ana", world.group, Audience.GROUP) == before


async def test_where_somebody_writes_by_itself(world, db):
    marie, ana = world.people["marie"], world.people["ana"]
    choir = await a_group(db, marie, name="Chorale")
    await join(db, ana, choir, marie)

    def usual(session):
        own = list_destinations(session, ana)
        found = usual_destination(session, ana, own)
        return [each.name for each in own], found and found.id

    assert await db.read(usual) == (["Chorale", "Parents du Corentin"], world.group)
    await db.write(publish_post, ana, PostDraft(text="La", group_id=choir))
    assert (await db.read(usual))[1] == choir
    await db.write(publish_post, ana, PostDraft(text="À tous"))
    assert (await db.read(usual))[1] == choir, "never wider by itself than a group"
    await db.write(leave_group, ana, choir)
    assert await db.read(usual) == (["Parents du Corentin"], world.group)


async def test_whoever_is_in_no_group_speaks_to_the_place(world, db):
    assert await db.read(list_destinations, world.people["emma"]) == []
    assert (
        await db.read(lambda session: usual_destination(session, world.people["emma"], [])) is None
    )


def hide(uow, group_id, is_hidden):
    group = uow.session.get_one(Group, group_id)
    group.is_hidden = is_hidden
    uow.session.add(group)
