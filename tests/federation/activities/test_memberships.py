"""Groups across towns: asked, let in, refused, left and put out, from either side."""

import itertools
import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from federation.activities.accept import receive_accept
from federation.activities.delete import receive_delete
from federation.activities.follow import receive_follow
from federation.activities.join import receive_join
from federation.activities.undo import receive_undo
from federation.inbox import RECEIVERS
from federation.models import MembershipActivity, RemoteActor
from federation.objects.actor import accept_actor
from federation.signing import recall
from fedparents.accounts.leaving import erase_account
from fedparents.accounts.models import Account
from fedparents.errors import Conflict, NotAllowed
from fedparents.groups.access import find_request
from fedparents.groups.joining import (
    TELL_AFTER,
    approve_request,
    ask_to_join,
    decline_request,
    undo_decision,
    withdraw_request,
)
from fedparents.groups.members import (
    ban_member,
    change_member_role,
    leave_group,
    remove_member,
    unban_member,
)
from fedparents.groups.models import (
    Audience,
    Group,
    GroupRole,
    Joining,
    Membership,
    MembershipState,
    RequestState,
)
from fedparents.ids import ActorId, GroupId
from fedparents.social.models import Follow, FollowState
from tests.rig.builders import a_group
from tests.rig.elsewhere import a_draft
from tests.rig.fediverse import settle
from tests.rig.time import A_MONDAY

NUMBERS = itertools.count()
ACTIVE, LEFT = MembershipState.ACTIVE, MembershipState.LEFT
REMOVED, BANNED = MembershipState.REMOVED, MembershipState.BANNED
PENDING, APPROVED = RequestState.PENDING, RequestState.APPROVED
DECLINED, WITHDRAWN = RequestState.DECLINED, RequestState.WITHDRAWN


class Visit:
    """Léa of Annecy and a group of Rumilly, which Marie looks after."""

    def __init__(self, annecy, rumilly, lea, marie, group, there, clock):
        self.annecy, self.rumilly = annecy, rumilly
        self.lea, self.marie = lea, marie
        self.group = group
        """As Rumilly numbers it."""
        self.there = there
        """As Annecy does."""
        self.clock = clock
        self.here = None
        """Léa, as Rumilly numbers her."""

    async def asks(self, *answers):
        await self.annecy.place.db.write(ask_to_join, self.lea, self.there, answers)
        await self.settles()

    async def settles(self):
        await settle(self.annecy, self.rumilly)
        uri = f"{self.annecy.url}/users/{self.lea.actor_id}"
        row = await self.rumilly.place.db.read(
            lambda session: session.exec(select(RemoteActor).where(RemoteActor.uri == uri)).first()
        )
        self.here = ActorId(row.actor_id) if row else None

    async def lets_time_pass(self):
        self.clock.advance(TELL_AFTER + timedelta(seconds=1))
        await self.settles()

    async def states(self):
        """Of the membership and of the request, as Annecy and as Rumilly have them."""
        return (
            await _states(self.annecy, self.there, self.lea.actor_id),
            await _states(self.rumilly, self.group, self.here),
        )

    async def request(self):
        """As those who decide have it."""
        return await self.rumilly.place.db.read(find_request, self.group, self.here)

    async def decides(self, how, *more):
        request = await self.request()
        await self.rumilly.place.db.write(how, self.marie, self.group, request.id, *more)

    @property
    def group_uri(self):
        return f"{self.rumilly.url}/groups/{self.group}"

    async def papers(self):
        """What the two towns keep of it."""
        found = []
        for town, actor in ((self.annecy, self.lea.actor_id), (self.rumilly, self.here)):
            own = select(MembershipActivity).where(MembershipActivity.actor_id == actor)
            rows = await town.place.db.read(lambda session, own=own: session.exec(own).all())
            found.append(len(rows))
        return found


async def _states(town, group_id, actor_id):
    def read(session):
        membership = session.get(Membership, (group_id, actor_id))
        request = find_request(session, group_id, actor_id)
        return membership and membership.state, request and request.state

    return await town.place.db.read(read)


PUBLIC: dict[str, Any] = {"audience": Audience.PUBLIC, "is_local_only": False}


@pytest.fixture
def visit(towns, clock):
    return visits_between(towns, clock)


def visits_between(towns, clock):
    async def begin(**privacy):
        annecy, rumilly = towns
        lea = await annecy.somebody(f"lea_gm{next(NUMBERS)}", is_discoverable=False)
        marie = await rumilly.somebody(f"marie_gm{next(NUMBERS)}")
        group = await a_group(rumilly.place.db, marie, **(PUBLIC | privacy))
        found = await annecy.place.towns.discovery.get(f"{rumilly.url}/groups/{group}")
        return Visit(annecy, rumilly, lea, marie, group, GroupId(found.id), clock)

    return begin


async def test_a_group_elsewhere_is_known_as_it_is_there(visit):
    found = await visit(joining=Joining.APPROVAL)
    group = await found.annecy.place.db.read(lambda s: s.get_one(Group, found.there))
    assert (group.joining, group.audience) == (Joining.APPROVAL, Audience.PUBLIC)
    assert (group.rules, group.questions) == ("Soyons aimables.", "Pourquoi ?")


async def test_one_comes_into_an_open_group_at_once(visit):
    found = await visit(joining=Joining.OPEN, questions="")
    await found.asks()
    assert await found.states() == ((ACTIVE, APPROVED), (ACTIVE, None))


async def test_of_others_one_hears_when_they_have_decided(visit):
    found = await visit()
    await found.asks("Je viens d'emménager.")
    assert await found.states() == ((None, PENDING), (None, PENDING))
    (answer,) = (await found.request()).answered
    assert (answer.question, answer.text) == ("Pourquoi ?", "Je viens d'emménager.")
    await found.decides(approve_request)
    await found.lets_time_pass()
    assert await found.states() == ((ACTIVE, APPROVED), (ACTIVE, APPROVED))


async def test_a_no_comes_with_its_reason(visit):
    found = await visit()
    await found.asks("Parce que.")
    await found.decides(decline_request, "C'est pour l'école d'à côté.")
    await found.lets_time_pass()
    assert await found.states() == ((None, DECLINED), (None, DECLINED))
    told = await found.annecy.place.db.read(find_request, found.there, found.lea.actor_id)
    assert told.reason == "C'est pour l'école d'à côté."


async def test_a_decision_that_is_taken_back(visit):
    found = await visit()
    await found.asks("Parce que.")
    await found.decides(approve_request)
    await found.lets_time_pass()
    await found.decides(undo_decision)
    await found.settles()
    assert await found.states() == ((None, PENDING), (None, PENDING))
    await found.decides(approve_request)
    await found.lets_time_pass()
    assert await found.states() == ((ACTIVE, APPROVED), (ACTIVE, APPROVED))


async def test_who_takes_the_request_back(visit):
    found = await visit()
    await found.asks("Parce que.")
    await found.annecy.place.db.write(withdraw_request, found.lea, found.there)
    await found.settles()
    assert await found.states() == ((None, WITHDRAWN), (None, WITHDRAWN))
    assert await found.papers() == [0, 0]


async def test_who_leaves_and_comes_back(visit):
    found = await visit(joining=Joining.OPEN, questions="")
    await found.asks()
    await found.annecy.place.db.write(leave_group, found.lea, found.there)
    await found.settles()
    assert await found.states() == ((LEFT, APPROVED), (LEFT, None))
    assert await found.papers() == [0, 0]
    await found.asks()
    assert await found.states() == ((ACTIVE, APPROVED), (ACTIVE, None))


async def test_what_is_taken_back_before_it_has_left_is_never_said(visit):
    found = await visit(joining=Joining.OPEN, questions="")
    await found.annecy.place.db.write(ask_to_join, found.lea, found.there)
    await found.annecy.place.db.write(withdraw_request, found.lea, found.there)
    await found.settles()
    assert found.here is None


async def test_who_is_put_out_may_ask_again(visit):
    found = await visit(joining=Joining.OPEN, questions="")
    await found.asks()
    db = found.rumilly.place.db
    await db.write(remove_member, found.marie, found.group, found.here, "C'est trop.")
    await found.settles()
    assert await found.states() == ((REMOVED, APPROVED), (REMOVED, None))
    told = await found.annecy.place.db.read(
        lambda session: session.get_one(Membership, (found.there, found.lea.actor_id)).reason
    )
    assert told == "C'est trop."
    await found.asks()
    assert await found.states() == ((REMOVED, PENDING), (REMOVED, PENDING))


async def test_who_is_banned_may_not_until_that_is_over(visit):
    found = await visit(joining=Joining.OPEN, questions="")
    await found.asks()
    db, until = found.rumilly.place.db, found.clock().date() + timedelta(days=30)
    await db.write(ban_member, found.marie, found.group, found.here, "Publicité.", until=until)
    await found.settles()
    assert await found.states() == ((BANNED, APPROVED), (BANNED, None))
    ban = await found.annecy.place.db.read(
        lambda session: session.get_one(Membership, (found.there, found.lea.actor_id))
    )
    assert (ban.reason, ban.banned_until) == ("Publicité.", until)
    with pytest.raises(NotAllowed, match="group_banned"):
        await found.asks()
    await db.write(unban_member, found.marie, found.group, found.here)
    await found.settles()
    assert await found.states() == ((REMOVED, APPROVED), (REMOVED, None))
    await found.asks()
    assert (await found.states())[1] == (REMOVED, PENDING)


async def test_who_comes_from_elsewhere_decides_on_nobody(visit):
    found = await visit(joining=Joining.OPEN, questions="")
    await found.asks()
    whom = (found.marie, found.group, found.here)
    with pytest.raises(Conflict, match="role_here_only"):
        await found.rumilly.place.db.write(change_member_role, *whom, GroupRole.MODERATOR)
    await found.rumilly.place.db.write(change_member_role, *whom, GroupRole.HOST)


async def test_nobody_under_eighteen_asks_elsewhere(visit):
    found = await visit(joining=Joining.OPEN, questions="")

    def grow_young(uow):
        account = uow.session.get_one(Account, found.lea.account_id)
        account.restricted_until = A_MONDAY.date().replace(year=2030)
        uow.session.add(account)

    await found.annecy.place.db.write(grow_young)
    with pytest.raises(NotAllowed, match="groups_here_only"):
        await found.asks()


@pytest.mark.parametrize("audience", [Audience.MEMBERS, Audience.HERE])
async def test_what_is_not_for_everybody_has_no_members_of_any_other_town(visit, audience):
    found = await visit(joining=Joining.OPEN, questions="", audience=audience)
    with pytest.raises(NotAllowed, match="group_for_twins"):
        await found.asks()


async def test_who_follows_a_group_with_a_door_is_a_reader(visit):
    """As a microblog says it, which knows nothing of members."""
    found = await visit()
    follower = await somebody(found.rumilly, found.annecy)
    await says(found.rumilly, follower, receive_follow, "Follow", found.group_uri)
    assert await _follow_of(found, follower) == FollowState.ACCEPTED
    assert await _states(found.rumilly, found.group, follower.id) == (None, None)


async def test_who_follows_an_open_group_is_a_member(visit):
    found = await visit(joining=Joining.OPEN, questions="")
    follower = await somebody(found.rumilly, found.annecy)
    await says(found.rumilly, follower, receive_follow, "Follow", found.group_uri)
    assert await _states(found.rumilly, found.group, follower.id) == (ACTIVE, None)
    follow = {"type": "Follow", "actor": follower.uri, "object": found.group_uri}
    await says(found.rumilly, follower, receive_undo, "Undo", follow)
    assert await _states(found.rumilly, found.group, follower.id) == (LEFT, None)


async def test_a_closed_group_takes_nobody_of_a_server_that_was_not_chosen(visit):
    found = await visit(audience=Audience.MEMBERS)
    stranger = await somebody(found.rumilly, found.annecy)
    for receive, verb in ((receive_follow, "Follow"), (receive_join, "Join")):
        await says(found.rumilly, stranger, receive, verb, found.group_uri)
    assert await _states(found.rumilly, found.group, stranger.id) == (None, None)
    assert await _follow_of(found, stranger) is None


@pytest.mark.parametrize("verb", ["Accept", "Reject", "Remove", "Block", "TentativeAccept"])
async def test_nobody_but_the_group_says_who_is_in_it(visit, verb):
    """A stranger says that Léa is let in; then that she is put out."""
    found = await visit()
    await found.asks("Parce que.")
    stranger = await somebody(found.annecy, found.rumilly)
    lea = f"{found.annecy.url}/users/{found.lea.actor_id}"
    join = {"type": "Join", "actor": lea, "object": found.group_uri}
    thing = lea if verb in {"Remove", "Block"} else join
    where = {"origin": found.group_uri, "target": found.group_uri}
    await says(found.annecy, stranger, RECEIVERS[verb], verb, thing, **where)
    assert (await found.states())[0] == (None, PENDING)
    await found.decides(approve_request)
    await found.lets_time_pass()
    await says(found.annecy, stranger, RECEIVERS[verb], verb, thing, **where)
    assert (await found.states())[0] == (ACTIVE, APPROVED)


async def test_nobody_is_in_who_has_not_asked(visit):
    found = await visit()
    group = await found.annecy.place.db.read(lambda s: s.get_one(RemoteActor, found.there))
    lea = f"{found.annecy.url}/users/{found.lea.actor_id}"
    join = {"type": "Join", "actor": lea, "object": group.uri}
    await says(found.annecy, Known(group.uri, found.there), receive_accept, "Accept", join)
    assert (await found.states())[0] == (None, None)


async def test_a_closed_group_is_for_people_of_allied_towns_too(visit, allied):
    found = await visit(audience=Audience.MEMBERS)
    await found.asks("Parce que.")
    assert await found.states() == ((None, PENDING), (None, PENDING))
    await found.decides(approve_request)
    await found.lets_time_pass()
    assert await found.states() == ((ACTIVE, APPROVED), (ACTIVE, APPROVED))


async def test_a_group_that_is_no_more_is_forgotten(visit):
    found = await visit(joining=Joining.OPEN, questions="")
    await found.asks()
    group = Known(found.group_uri, found.there)
    await says(found.annecy, group, receive_delete, "Delete", found.group_uri)
    gone = await found.annecy.place.db.read(lambda session: session.get(Group, found.there))
    assert gone is None
    assert (await found.papers())[0] == 0


async def test_who_is_erased_leaves_no_group_behind(visit):
    """Nobody here looks after a group elsewhere: it goes on there, whoever leaves."""
    found = await visit(joining=Joining.OPEN, questions="")
    await found.asks()

    def erase(uow):
        erase_account(uow, uow.session.get_one(Account, found.lea.account_id))

    await found.annecy.place.db.write(erase)
    await found.settles()
    group = await found.annecy.place.db.read(lambda session: session.get(Group, found.there))
    assert group is not None
    assert (await found.states())[1][0] is None
    assert await found.papers() == [0, 0]


@dataclass(frozen=True)
class Known:
    """Somebody elsewhere, as a town numbers them."""

    uri: str
    id: int


async def somebody(town, home):
    """In another town, as nobody of us would speak; its doors are closed to them."""
    name = f"zoe_gm{next(NUMBERS)}"
    uri = f"{home.url}/users/{name}"
    draft = replace(a_draft(name), uri=uri, domain=home.domain, inbox=f"{uri}/inbox", url=uri)
    actor = await town.place.db.write(accept_actor, draft)
    return Known(draft.uri, actor.id)


async def says(town, who, receive, verb, thing, **more):
    whole = {"id": f"{who.uri}#{next(NUMBERS)}", "type": verb, "actor": who.uri, "object": thing}
    signed = recall(who.uri, json.dumps(whole | more).encode())
    await town.place.db.write(receive, town.url, signed)


async def _follow_of(found, follower):
    pair = (follower.id, found.group)
    row = await found.rumilly.place.db.read(lambda session: session.get(Follow, pair))
    return row and row.state
