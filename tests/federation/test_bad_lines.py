"""Whatever happens on the way, both towns know the same in the end, and each thing once."""

import random

import pytest
from sqlmodel import select

from federation.delivery.states import AT_ONCE
from federation.models import InboxItem, RemoteActor
from fedparents.posts.models import Audience
from fedparents.posts.service import PostDraft, publish_post
from fedparents.social.follows import follow_actor, unfollow_actor
from fedparents.social.models import Follow
from tests.rig.fediverse import count_open, running_towns
from tests.rig.weather import Mishap

STORM = dict.fromkeys(Mishap, 0.1)
"""Of ten letters four arrive as they should."""
STEPS = 60


@pytest.fixture
async def towns(databases, tmp_path, template_cache, clock):
    urls = [databases.fresh(), databases.fresh()]
    async with running_towns(tmp_path, urls, template_cache) as running:
        yield running
    for url in urls:
        databases.give_back(url)


class Side:
    """A town with its people, and how it knows those of the other."""

    def __init__(self, town, clock):
        self.town, self.clock = town, clock
        self.db = town.place.db
        self.people = {}
        self.known = {}

    async def settle_down(self, names):
        for name in names:
            self.people[name] = await self.town.somebody(name, is_locked=False)

    async def meet(self, other):
        for name in other.people:
            self.known[name] = await self.town.finds(name, other.town)

    async def works(self):
        await self.town.place.worker.work_until_idle()
        await self.town.place.carrier.work_until_idle()

    async def names(self):
        """What everybody is called, by number."""
        base, own = self.town.url, {v.actor_id: n for n, v in self.people.items()}

        def read(session):
            return {row.actor_id: row.uri for row in session.exec(select(RemoteActor))}

        others = await self.db.read(read)
        assert not any(uri.startswith(base) for uri in others.values())
        return {number: f"{base}/users/{number}" for number in own} | others

    async def follows(self):
        """Who follows whom, by id, and how far that is."""

        def read(session):
            return [
                (row.follower_actor_id, row.followed_actor_id, row.state)
                for row in session.exec(select(Follow))
            ]

        names, found = await self.names(), await self.db.read(read)
        assert len(found) == len(set(found))
        return {(names[by], names[of], state) for by, of, state in found}


@pytest.fixture
async def sides(towns, clock):
    one, other = (Side(town, clock) for town in towns)
    await one.settle_down(["ana", "bao", "chloe"])
    await other.settle_down(["max", "nina", "otto"])
    await one.meet(other)
    await other.meet(one)
    return one, other


async def until_calm(sides, clock):
    """The weather clears up, and what waits is done when its time has come."""
    for side in sides:
        side.town.line.odds = {}
    for _ in range(200):
        for side in sides:
            await side.works()
        if not sum([await count_open(side.town) for side in sides]):
            return
        clock.advance(minutes=15)
    raise AssertionError("something still waits")


@pytest.mark.parametrize("seed", range(2))
async def test_they_agree_on_who_follows_whom(sides, clock, seed):
    moments = random.Random(seed)  # noqa: S311 - only chooses what happens
    for side in sides:
        side.town.line.odds = STORM
    wanted: set[tuple[str, str]] = set()
    for _ in range(STEPS):
        side = moments.choice(sides)
        by, of = moments.choice(list(side.people)), moments.choice(list(side.known))
        does = unfollow_actor if (by, of) in wanted else follow_actor
        wanted ^= {(by, of)}
        await side.db.write(does, side.people[by], side.known[of])
        if moments.random() < 0.5:
            await moments.choice(sides).works()
            clock.advance(seconds=moments.choice([5, 60, 600]))
    assert all(sum(side.town.line.seen.values()) for side in sides), "the weather was bad"
    await until_calm(sides, clock)
    one, other = [await side.follows() for side in sides]
    assert one == other
    assert len(one) == len(wanted)


async def test_a_town_that_was_away_for_six_days_catches_up_without_a_storm(sides, clock):
    """Called ever more seldom; when it is back, one letter asks how it is, and then all come."""
    one, other = sides
    await other.db.write(follow_actor, other.people["max"], other.known["ana"])
    await until_calm(sides, clock)
    line = other.town.line
    line.is_down, line.knocks = True, 0
    said = [f"Jour {number // 4}, message {number}" for number in range(24)]
    for text in said:
        draft = PostDraft(text=text, audience=Audience.PUBLIC)
        await one.db.write(publish_post, one.people["ana"], draft)
        for _ in range(12):
            await one.works()
            clock.advance(minutes=30)
    assert line.knocks <= 22, "it was called every few minutes only at first"
    line.is_down, line.knocks, line.busiest = False, 0, 0
    await until_calm(sides, clock)
    assert line.knocks <= len(said) + 2
    assert line.busiest <= AT_ONCE[1]

    def heard(session):
        rows = select(InboxItem.verb).where(InboxItem.sender == one_uri)
        return list(session.exec(rows))

    one_uri = f"{one.town.url}/users/{one.people['ana'].actor_id}"
    assert (await other.db.read(heard)).count("Create") == len(said)
