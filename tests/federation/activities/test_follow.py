"""Following across towns: asked, let, refused, ended, from either side, over the wire."""

import itertools
from datetime import timedelta

import pytest
from sqlmodel import select

from federation.delivery.forgetting import forget_expired
from federation.errors import Rejected
from federation.models import FollowActivity, RemoteActor
from federation.trust import set_standing
from fedparents.accounts.leaving import erase_account
from fedparents.accounts.models import Account
from fedparents.actors.models import Actor, Standing
from fedparents.authority import OPERATOR
from fedparents.errors import Conflict, NotFound
from fedparents.groups.models import Joining
from fedparents.ids import ActorId
from fedparents.instance.models import FederationMode
from fedparents.instance.service import change_federation
from fedparents.notifications.models import Notification
from fedparents.social.follows import (
    accept_follow,
    follow_actor,
    reject_follow,
    remove_follower,
    unfollow_actor,
)
from fedparents.social.models import Follow, FollowState
from fedparents.social.service import block_actor
from tests.rig.builders import a_group
from tests.rig.fediverse import settle
from tests.rig.time import A_MONDAY

NUMBERS = itertools.count()
PENDING, ACCEPTED = FollowState.PENDING, FollowState.ACCEPTED


async def state(town, follower_id, followed_id):
    """Of a follow as one of the towns has it; None without one."""

    def read(session):
        row = session.get(Follow, (follower_id, followed_id))
        return row.state if row else None

    return await town.place.db.read(read)


async def told(town, viewer):
    """How often somebody was told of something."""
    own = select(Notification).where(Notification.account_id == viewer.account_id)
    return len(await town.place.db.read(lambda session: list(session.exec(own))))


async def papers(town, actor_id):
    """What is kept of the follows of somebody."""
    own = select(FollowActivity).where(
        (FollowActivity.follower_actor_id == actor_id)
        | (FollowActivity.followed_actor_id == actor_id)
    )
    return len(await town.place.db.read(lambda session: list(session.exec(own))))


async def known_in(town, viewer, home):
    """The number under which somebody of another town is known here."""
    uri = f"{home.url}/users/{viewer.actor_id}"

    def read(session):
        row = session.exec(select(RemoteActor).where(RemoteActor.uri == uri)).first()
        return row.actor_id if row else None

    return ActorId(await town.place.db.read(read) or 0)


class Pair:
    """Léa in Annecy wants to follow Max in Rumilly."""

    def __init__(self, annecy, rumilly, lea, max_, there):
        self.annecy, self.rumilly = annecy, rumilly
        self.lea, self.max = lea, max_
        self.there = there
        """Max as Annecy knows him."""

    async def asks(self):
        await self.annecy.place.db.write(follow_actor, self.lea, self.there)
        await self.settles()
        self.here = await known_in(self.rumilly, self.lea, self.annecy)
        """Léa as Rumilly knows her."""

    async def settles(self):
        await settle(self.annecy, self.rumilly)

    async def states(self):
        """As Annecy and as Rumilly have it."""
        here = await known_in(self.rumilly, self.lea, self.annecy)
        return (
            await state(self.annecy, self.lea.actor_id, self.there),
            await state(self.rumilly, here, self.max.actor_id),
        )


async def a_pair(towns, **max_is):
    annecy, rumilly = towns
    lea = await annecy.somebody(f"lea_{next(NUMBERS)}")
    max_ = await rumilly.somebody(f"max_{next(NUMBERS)}", **max_is)
    return Pair(annecy, rumilly, lea, max_, await annecy.finds(max_.handle, rumilly))


@pytest.fixture
async def pair(towns):
    """Max decides on each follower by hand."""
    return await a_pair(towns)


@pytest.fixture
async def open_pair(towns):
    return await a_pair(towns, is_locked=False)


async def test_whoever_lets_everybody_follow_is_followed_at_once(open_pair):
    await open_pair.asks()
    assert await open_pair.states() == (ACCEPTED, ACCEPTED)
    assert await told(open_pair.annecy, open_pair.lea) == 1
    assert await told(open_pair.rumilly, open_pair.max) == 1


async def test_whoever_decides_by_hand_is_asked(pair):
    await pair.asks()
    assert await pair.states() == (PENDING, PENDING)
    await pair.rumilly.place.db.write(accept_follow, pair.max, pair.here)
    await pair.settles()
    assert await pair.states() == (ACCEPTED, ACCEPTED)


async def test_a_no_reaches_whoever_asked(pair):
    await pair.asks()
    await pair.rumilly.place.db.write(reject_follow, pair.max, pair.here)
    await pair.settles()
    assert await pair.states() == (None, None)
    assert await papers(pair.annecy, pair.lea.actor_id) == 0
    assert await papers(pair.rumilly, pair.max.actor_id) == 0


async def test_whoever_ends_it_and_begins_again_in_one_breath_is_answered_anew(open_pair):
    await open_pair.asks()
    db = open_pair.annecy.place.db
    await db.write(unfollow_actor, open_pair.lea, open_pair.there)
    await db.write(follow_actor, open_pair.lea, open_pair.there)
    await open_pair.settles()
    assert await open_pair.states() == (ACCEPTED, ACCEPTED)


async def test_a_request_that_was_taken_back(pair):
    await pair.asks()
    await pair.annecy.place.db.write(unfollow_actor, pair.lea, pair.there)
    await pair.settles()
    assert await pair.states() == (None, None)
    await pair.asks()
    assert await pair.states() == (PENDING, PENDING)


async def test_a_follow_that_was_ended_by_either_side(open_pair):
    pair = open_pair
    await pair.asks()
    await pair.annecy.place.db.write(unfollow_actor, pair.lea, pair.there)
    await pair.settles()
    assert await pair.states() == (None, None)
    await pair.asks()
    assert await pair.states() == (ACCEPTED, ACCEPTED)
    await pair.rumilly.place.db.write(remove_follower, pair.max, pair.here)
    await pair.settles()
    assert await pair.states() == (None, None)


async def test_what_is_taken_back_before_it_has_left_is_never_said(pair):
    await pair.annecy.place.db.write(follow_actor, pair.lea, pair.there)
    await pair.annecy.place.db.write(unfollow_actor, pair.lea, pair.there)
    await pair.settles()
    assert await known_in(pair.rumilly, pair.lea, pair.annecy) == 0


async def test_a_block_ends_what_there_was_and_answers_nothing_after(open_pair):
    pair = open_pair
    await pair.asks()
    await pair.rumilly.place.db.write(block_actor, pair.max, pair.here)
    await pair.settles()
    assert await pair.states() == (None, None)
    await pair.annecy.place.db.write(follow_actor, pair.lea, pair.there)
    await pair.settles()
    assert await pair.states() == (PENDING, None)


async def test_who_is_not_known_outside_is_not_followed(open_pair):
    pair = open_pair

    def grow_young(uow):
        account = uow.session.get_one(Account, pair.max.account_id)
        account.restricted_until = A_MONDAY.date().replace(year=2030)
        uow.session.add(account)

    await pair.rumilly.place.db.write(grow_young)
    await pair.annecy.place.db.write(follow_actor, pair.lea, pair.there)
    await pair.settles()
    assert (await pair.states())[1] is None


async def test_nobody_under_eighteen_follows_elsewhere(open_pair):
    pair = open_pair

    def grow_young(uow):
        account = uow.session.get_one(Account, pair.lea.account_id)
        account.restricted_until = A_MONDAY.date().replace(year=2030)
        uow.session.add(account)

    await pair.annecy.place.db.write(grow_young)
    with pytest.raises(Conflict, match="follow_here_only"):
        await pair.annecy.place.db.write(follow_actor, pair.lea, pair.there)


async def test_from_an_island_nothing_leaves(open_pair):
    pair = open_pair
    await pair.annecy.place.db.write(follow_actor, pair.lea, pair.there)
    await pair.annecy.place.db.write(change_federation, FederationMode.ISLAND, by=OPERATOR)
    await pair.settles()
    assert await pair.states() == (PENDING, None)
    assert await known_in(pair.rumilly, pair.lea, pair.annecy) == 0
    await pair.annecy.place.db.write(unfollow_actor, pair.lea, pair.there)
    try:
        with pytest.raises(Conflict, match="town_not_reached"):
            await pair.annecy.place.db.write(follow_actor, pair.lea, pair.there)
    finally:
        await pair.annecy.place.db.write(change_federation, FederationMode.OPEN, by=OPERATOR)


async def test_nobody_is_seen_in_a_town_that_is_kept_out(open_pair):
    annecy = open_pair.annecy.place.db
    await annecy.write(set_standing, "localhost", Standing.BLOCKED, by=OPERATOR)
    try:
        with pytest.raises(NotFound):
            await annecy.write(follow_actor, open_pair.lea, open_pair.there)
    finally:
        await annecy.write(set_standing, "localhost", Standing.KNOWN, by=OPERATOR)


async def test_both_follow_each_other(open_pair):
    pair = open_pair
    await pair.asks()
    await pair.rumilly.place.db.write(follow_actor, pair.max, pair.here)
    await pair.settles()
    # Léa decides by hand.
    assert await state(pair.annecy, pair.there, pair.lea.actor_id) == PENDING
    await pair.annecy.place.db.write(accept_follow, pair.lea, pair.there)
    await pair.settles()
    assert await state(pair.rumilly, pair.max.actor_id, pair.here) == ACCEPTED


async def test_a_group_that_hides_is_not_there(towns):
    annecy, rumilly = towns
    marie = await rumilly.somebody(f"marie_{next(NUMBERS)}")
    group = await a_group(rumilly.place.db, marie, joining=Joining.OPEN)
    with pytest.raises(Rejected):
        await annecy.place.towns.discovery.get(f"{rumilly.url}/groups/{group}")


@pytest.mark.parametrize("who", ["follower", "followed"])
async def test_who_is_erased_is_forgotten_where_a_follow_is_all_that_is_known(pair, who, clock):
    """Neither of them has ever written anything that left, and what was sent for the follow has
    been forgotten."""
    await pair.asks()
    await pair.rumilly.place.db.write(accept_follow, pair.max, pair.here)
    await pair.settles()
    assert await pair.states() == (ACCEPTED, ACCEPTED)
    lea_goes = who == "follower"
    clock.advance(timedelta(days=8))
    for town in (pair.annecy, pair.rumilly):
        while await town.place.db.write(forget_expired):
            pass
    home, viewer = (pair.annecy, pair.lea) if lea_goes else (pair.rumilly, pair.max)
    away, known = (pair.rumilly, pair.here) if lea_goes else (pair.annecy, pair.there)

    def erase(uow):
        erase_account(uow, uow.session.get_one(Account, viewer.account_id))

    await home.place.db.write(erase)
    await pair.settles()

    def look(session):
        follow = session.get(
            Follow, (pair.lea.actor_id, pair.there) if not lea_goes else (known, pair.max.actor_id)
        )
        return follow, session.get_one(Actor, known).display_name

    assert await away.place.db.read(look) == (None, "")
    assert await papers(home, viewer.actor_id) == 0
