"""Lists of groups and of members, as hot statements read them on both engines."""

from datetime import timedelta

import pytest

from fedparents.errors import NotFound
from fedparents.groups.cards import (
    count_proposed,
    list_other_groups,
    list_own_groups,
)
from fedparents.groups.joining import ask_to_join
from fedparents.groups.members import ban_member
from fedparents.groups.models import GroupRole, Membership
from fedparents.groups.queries import get_group, get_group_with_members, get_member, list_put_out
from fedparents.instance.models import GroupFounding
from fedparents.instance.queries import get_instance
from tests.rig.builders import a_group, a_viewer, give_role, join, open_the_doors

pytestmark = pytest.mark.anyio


@pytest.fixture
async def people(db):
    await db.write(open_the_doors)
    return [await a_viewer(db, handle) for handle in ("marie", "ana", "bao", "chloe")]


async def test_ones_own_groups_stand_by_name_with_what_one_is_in_them(db, people):
    marie, ana, bao, _ = people
    later = await a_group(db, marie, name="Zumba")
    first = await a_group(db, ana, name="aïkido")
    await join(db, marie, first, ana)
    await db.write(ask_to_join, bao, later, ["Oui."])
    await db.write(ask_to_join, bao, first, ["Oui."])

    cards = await db.read(list_own_groups, marie)
    seen = [(card.id, card.name, card.role, card.members, card.waiting) for card in cards]
    assert seen == [
        (first, "aïkido", GroupRole.MEMBER, 2, 0),  # who waits is not for members
        (later, "Zumba", GroupRole.MANAGER, 1, 1),
    ]
    assert len(await db.read(list_own_groups, marie, limit=1)) == 1


async def test_other_groups_stand_newest_first_and_tell_what_one_asked(db, people):
    marie, ana, *_ = people
    older, newer = [await a_group(db, marie, name=name) for name in ("Ancien", "Nouveau")]
    await a_group(db, marie, name="Secret", is_hidden=True)
    await db.write(ask_to_join, ana, older, ["Oui."])

    cards = await db.read(list_other_groups, ana)
    assert [(card.id, card.has_asked, card.role) for card in cards] == [
        (newer, False, None),
        (older, True, None),
    ]
    assert [card.id for card in await db.read(list_other_groups, ana, before=newer)] == [older]
    assert [card.id for card in await db.read(list_other_groups, ana, limit=1)] == [newer]
    assert await db.read(list_other_groups, marie) == []


async def test_groups_that_wait_for_a_word_are_counted(db, people):
    def ask_first(uow):
        get_instance(uow.session).group_founding = GroupFounding.APPROVAL

    await db.write(ask_first)
    assert await db.read(count_proposed) == 0
    await a_group(db, people[1])
    assert await db.read(count_proposed) == 1


async def test_members_stand_by_what_they_do_and_how_long_they_have_been_in(db, people):
    marie, ana, bao, chloe = people
    group = await a_group(db, marie)
    for viewer in (ana, bao):
        await join(db, viewer, group, marie)
    await give_role(db, marie, group, chloe, GroupRole.HOST)

    view, members = await db.read(get_group_with_members, ana, group)
    assert view.members == 4
    assert [member.handle for member in members] == ["marie", "chloe", "ana", "bao"]
    assert members[1].role == GroupRole.HOST
    first_page = (await db.read(get_group_with_members, ana, group, limit=3))[1]
    assert first_page == members[:3]
    after = first_page[-1].since_at
    assert (await db.read(get_group_with_members, ana, group, after=after))[1] == members[3:]


async def test_who_is_in_is_for_members_alone(db, people):
    marie, ana, *_ = people
    group = await a_group(db, marie, is_local_only=False)
    for stranger in (ana, None):
        view, members = await db.read(get_group_with_members, stranger, group)
        assert not view.is_member
        assert members == []
        assert view.managers == []
    hidden = await a_group(db, marie, is_hidden=True)
    with pytest.raises(NotFound):
        await db.read(get_group_with_members, ana, hidden)


async def test_who_is_banned_is_listed_with_the_last_day(db, people):
    marie, ana, *_ = people
    group = await a_group(db, marie)
    await join(db, ana, group, marie)
    membership = await db.read(lambda session: session.get(Membership, (group, ana.actor_id)))
    until = (membership.since_at + timedelta(days=7)).date()
    await db.write(ban_member, marie, group, ana.actor_id, "Pub.", until=until)
    banned = await db.read(list_put_out, marie, group)
    assert [(each.handle, each.banned_until) for each in banned] == [("ana", until)]
    assert await db.read(get_member, marie, group, ana.actor_id) == banned[0]
    assert (await db.read(get_group, marie, group)).members == 1
