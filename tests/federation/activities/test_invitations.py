"""Somebody is invited into a group of another town, by name: yes, no, and no longer."""

import itertools
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import select

from federation.models import MembershipActivity, RemoteActor
from fedparents.accounts.models import Account
from fedparents.actors.models import Actor, Standing
from fedparents.errors import Conflict, NotAllowed, NotFound
from fedparents.groups.inviting import (
    AGAIN_AFTER,
    WAITING_AT_MOST,
    decline_invitation,
    invite_from_elsewhere,
    invite_person,
    list_invited,
    list_inviting,
    withdraw_invitation,
)
from fedparents.groups.joining import ask_to_join
from fedparents.groups.members import ban_member, leave_group, remove_member, unban_member
from fedparents.groups.models import (
    Audience,
    Joining,
    Membership,
    MembershipState,
)
from fedparents.ids import GroupId
from fedparents.notifications.kinds import Kind
from fedparents.notifications.queries import list_unseen
from fedparents.social.service import block_from_elsewhere
from tests.federation.activities.conftest import stand_as
from tests.rig.builders import a_group
from tests.rig.fediverse import settle
from tests.rig.visitors import a_browser, press

NUMBERS = itertools.count()
ACTIVE = MembershipState.ACTIVE


class Invitation:
    """Marie of Rumilly invites Léa of Annecy into a group that she looks after."""

    def __init__(self, annecy, rumilly):
        self.annecy, self.rumilly = annecy, rumilly

    async def begin(self, **privacy):
        number = next(NUMBERS)
        self.lea = await self.annecy.somebody(f"lea_in{number}")
        self.marie = await self.rumilly.somebody(f"marie_in{number}")
        rules: dict[str, Any] = {
            "joining": Joining.INVITE,
            "audience": Audience.PUBLIC,
            "is_local_only": False,
        }
        self.group = await a_group(self.rumilly.place.db, self.marie, **(rules | privacy))
        self.her = await self.rumilly.finds(f"lea_in{number}", self.annecy)
        return self

    async def sent(self):
        await self.rumilly.place.db.write(invite_person, self.marie, self.group, self.her)
        await self.settles()
        return self

    async def settles(self):
        await settle(self.annecy, self.rumilly)
        uri = f"{self.rumilly.url}/groups/{self.group}"
        row = await self.annecy.place.db.read(
            lambda s: s.exec(select(RemoteActor).where(RemoteActor.uri == uri)).first()
        )
        self.there = GroupId(row.actor_id) if row else None

    async def answers(self, how, *more):
        await self.annecy.place.db.write(how, self.lea, self.there, *more)
        await self.settles()

    async def does(self, how, *more):
        await self.rumilly.place.db.write(how, self.marie, self.group, self.her, *more)
        await self.settles()

    async def waiting(self):
        """What Léa finds."""
        found = await self.annecy.place.db.read(list_inviting, self.lea)
        return [each.group_id for each in found]

    async def told(self):
        views = await self.annecy.place.db.read(list_unseen, self.lea.account_id)
        return [view.kind for view in views]

    async def states(self):
        """Of the membership, as Annecy and as Rumilly have it."""
        return [
            await _state(self.annecy, self.there, self.lea.actor_id),
            await _state(self.rumilly, self.group, self.her),
        ]

    async def papers(self):
        found = []
        for town, actor in ((self.annecy, self.lea.actor_id), (self.rumilly, self.her)):
            own = select(MembershipActivity).where(MembershipActivity.actor_id == actor)
            rows = await town.place.db.read(lambda session, own=own: session.exec(own).all())
            found.append([row.verb for row in rows])
        return found


async def _state(town, group_id, actor_id):
    membership = await town.place.db.read(lambda s: s.get(Membership, (group_id, actor_id)))
    return membership and membership.state


@pytest.fixture
def invitation(towns):
    return Invitation(*towns)


async def test_asked_told_and_in(invitation):
    found = await (await invitation.begin()).sent()
    assert await found.waiting() == [found.there]
    assert await found.told() == [Kind.INVITATION]
    (row,) = await found.rumilly.place.db.read(list_invited, found.marie, found.group)
    assert (row.actor_id, row.handle.split("@")[1]) == (found.her, found.annecy.domain)

    await found.answers(ask_to_join)
    assert await found.states() == [ACTIVE, ACTIVE]
    assert await found.waiting() == []
    assert await found.told() == [Kind.JOIN_DECISION]
    assert await found.rumilly.place.db.read(list_invited, found.marie, found.group) == []
    assert await found.papers() == [["Invite"], ["Invite"]]

    await found.answers(leave_group)
    assert await found.states() == [MembershipState.LEFT] * 2
    assert await found.papers() == [[], []]


async def test_into_a_closed_group_of_a_twin(invitation, allied):
    closed = {"joining": Joining.APPROVAL, "audience": Audience.MEMBERS}
    found = await (await invitation.begin(**closed)).sent()
    await found.answers(ask_to_join)
    assert await found.states() == [ACTIVE, ACTIVE]
    await found.does(remove_member, "Changed their mind")
    assert await found.states() == [MembershipState.REMOVED] * 2
    assert await found.papers() == [[], []]


async def test_no_stays_no_for_a_month(invitation, clock):
    found = await (await invitation.begin()).sent()
    await found.answers(decline_invitation)
    assert await found.states() == [None, None]
    assert await found.papers() == [[], []]
    assert await found.waiting() == []
    assert await found.told() == []
    with pytest.raises(Conflict, match="person_said_no"):
        await found.does(invite_person)
    with pytest.raises(NotAllowed, match="group_by_invitation"):
        await found.answers(ask_to_join)
    clock.advance(AGAIN_AFTER + timedelta(seconds=1))
    await found.sent()
    assert await found.waiting() == [found.there]


async def test_taken_back_before_and_after_the_answer(invitation, clock):
    found = await (await invitation.begin()).sent()
    await found.does(withdraw_invitation)
    assert await found.waiting() == []
    assert await found.told() == []
    assert await found.papers() == [[], []]
    with pytest.raises(NotAllowed, match="group_by_invitation"):
        await found.answers(ask_to_join)

    clock.advance(days=1, seconds=1)
    await found.sent()
    # Both at once: neither has heard of the other.
    await found.rumilly.place.db.write(withdraw_invitation, found.marie, found.group, found.her)
    await found.annecy.place.db.write(ask_to_join, found.lea, found.there)
    await found.settles()
    assert await found.states() == [None, None]
    assert await found.papers() == [[], []]
    with pytest.raises(Conflict, match="already_decided"):
        await found.does(withdraw_invitation)


async def test_yes_taken_back_while_it_waits(invitation):
    found = await (await invitation.begin()).sent()
    await found.answers(ask_to_join)
    await found.does(partial(ban_member, until=None), "No")
    assert await found.states() == [MembershipState.BANNED] * 2
    with pytest.raises(Conflict, match="person_banned"):
        await found.does(invite_person)
    await found.does(unban_member)
    await found.sent()
    await found.answers(ask_to_join)
    assert await found.states() == [ACTIVE, ACTIVE]
    with pytest.raises(Conflict, match="person_is_member"):
        await found.does(invite_person)


async def test_somebody_who_waits_is_decided_on_instead(invitation):
    found = await invitation.begin(joining=Joining.APPROVAL, questions="")
    group = await found.annecy.place.towns.discovery.get(
        f"{found.rumilly.url}/groups/{found.group}"
    )
    found.there = GroupId(group.id)
    await found.answers(ask_to_join)
    with pytest.raises(Conflict, match="person_has_asked"):
        await found.does(invite_person)


async def test_who_may_invite_whom(invitation):
    found = await invitation.begin()
    somebody = await found.rumilly.somebody(f"paul_in{next(NUMBERS)}")
    write = found.rumilly.place.db.write
    with pytest.raises(NotFound):
        await write(invite_person, somebody, found.group, found.her)
    with pytest.raises(NotFound):
        await write(invite_person, found.marie, found.group, somebody.actor_id)
    rules: dict[str, Any] = {"joining": Joining.APPROVAL, "is_local_only": False}
    closed = await a_group(found.rumilly.place.db, found.marie, **rules)
    with pytest.raises(NotAllowed, match="person_of_no_twin"):
        await write(invite_person, found.marie, closed, found.her)
    hidden = await a_group(found.rumilly.place.db, found.marie)
    with pytest.raises(NotFound):
        await write(invite_person, found.marie, hidden, found.her)
    await write(stand_as(Standing.BLOCKED), found.annecy.domain)
    with pytest.raises(NotFound):
        await write(invite_person, found.marie, found.group, found.her)


async def test_who_is_not_to_be_bothered_hears_nothing(invitation):
    found = await invitation.begin()
    await found.annecy.place.db.write(stand_as(Standing.LIMITED), found.rumilly.domain)
    await found.sent()
    assert await found.waiting() == []
    assert await found.papers() == [[], ["Invite"]]


async def test_nobody_is_flooded(invitation):
    found = await (await invitation.begin()).sent()
    rules: dict[str, Any] = {"audience": Audience.PUBLIC, "is_local_only": False}
    for _ in range(WAITING_AT_MOST):
        group = await a_group(found.rumilly.place.db, found.marie, **rules)
        await found.rumilly.place.db.write(invite_person, found.marie, group, found.her)
    await found.settles()
    assert len(await found.waiting()) == WAITING_AT_MOST


async def test_who_takes_it_back_does_not_ring_again_at_once(invitation, clock):
    """Again and again: each time somebody's phone rang. A town of ours says so to whoever tries;
    one that does not care is not heard."""
    found = await (await invitation.begin()).sent()
    await found.does(withdraw_invitation)
    with pytest.raises(Conflict, match="person_uninvited"):
        await found.does(invite_person)
    ask = partial(invite_from_elsewhere, group_id=found.there, actor_id=found.lea.actor_id)
    assert await found.annecy.place.db.write(ask) is False
    assert (await found.waiting(), await found.told()) == ([], [])
    clock.advance(days=1, seconds=1)
    await found.sent()
    assert await found.waiting() == [found.there]


async def test_another_town_that_does_not_heed_a_no_is_not_heard(invitation, clock):
    found = await (await invitation.begin()).sent()
    await found.answers(decline_invitation)
    ask = partial(invite_from_elsewhere, group_id=found.there, actor_id=found.lea.actor_id)
    assert await found.annecy.place.db.write(ask) is False
    assert (await found.waiting(), await found.told()) == ([], [])
    clock.advance(AGAIN_AFTER + timedelta(seconds=1))
    assert await found.annecy.place.db.write(ask) is True


async def test_nobody_is_flooded_by_what_is_taken_back_each_time(invitation, clock):
    found = await (await invitation.begin()).sent()
    rules: dict[str, Any] = {"audience": Audience.PUBLIC, "is_local_only": False}
    write = found.rumilly.place.db.write

    async def ring():
        group = await a_group(found.rumilly.place.db, found.marie, **rules)
        await write(invite_person, found.marie, group, found.her)
        await found.settles()
        rang = len(await found.waiting())
        await write(withdraw_invitation, found.marie, group, found.her)
        await found.settles()
        return rang

    await found.does(withdraw_invitation)
    assert [await ring() for _ in range(WAITING_AT_MOST)] == [1] * (WAITING_AT_MOST - 1) + [0]
    clock.advance(days=1, seconds=1)
    assert await ring() == 1


async def test_whoever_has_blocked_the_inviter_is_nobody_to_them(invitation):
    found = await invitation.begin()
    write = found.rumilly.place.db.write
    await write(block_from_elsewhere, found.her, found.marie.actor_id)
    with pytest.raises(NotFound):
        await write(invite_person, found.marie, found.group, found.her)


async def test_on_the_pages(invitation, towns):
    found = await invitation.begin(joining=Joining.APPROVAL)
    name = await found.annecy.place.db.read(lambda s: s.get_one(Actor, found.lea.actor_id).handle)
    address = f"{name}@{found.annecy.domain}"
    async with _browser_of(found.rumilly, found.marie) as hers:
        path = f"/groups/{found.group}"
        page = await hers.get(f"{path}/invite")
        nobody = await press(hers, page, f"{path}/invited", address="no name at all")
        assert nobody.status_code == 422
        asked = await press(hers, page, f"{path}/invited", address=f"@{address}")
        assert asked.status_code == 303
        assert f"@{address}" in (await hers.get(f"{path}/invite")).text
    await found.settles()
    async with _browser_of(found.annecy, found.lea) as hers:
        there = f"/groups/{found.there}"
        assert there in (await hers.get("/groups")).text
        assert there in (await hers.get("/notifications")).text
        door = await hers.get(there)
        assert "You are invited" in door.text
        assert "Pourquoi ?" not in door.text
        await press(hers, door, f"{there}/join")
        await found.settles()
        assert "1 member from here" in (await hers.get(there)).text


async def test_no_on_the_page(invitation, towns):
    found = await (await invitation.begin()).sent()
    async with _browser_of(found.annecy, found.lea) as hers:
        there = f"/groups/{found.there}"
        await press(hers, await hers.get(there), f"{there}/decline")
        assert "by invitation" in (await hers.get(there)).text
    await found.settles()
    async with _browser_of(found.rumilly, found.marie) as hers:
        path = f"/groups/{found.group}"
        address = f"{found.annecy.domain}"
        assert address not in (await hers.get(f"{path}/invite")).text


@asynccontextmanager
async def _browser_of(town, viewer):
    account = await town.place.db.read(lambda s: s.get_one(Account, viewer.account_id))
    async with a_browser(town.place, account=account) as browser:
        yield browser
