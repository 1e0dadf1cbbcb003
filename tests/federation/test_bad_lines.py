"""Whatever happens on the way, both towns know the same in the end, and each thing once."""

import random

import pytest
from sqlmodel import col, select

from federation.delivery.states import AT_ONCE
from federation.models import InboxItem, RemoteActor, RemotePost
from federation.posts import find_post
from fedparents.posts.asking import thank, unthank
from fedparents.posts.models import Audience, Post, PostState
from fedparents.posts.service import PostDraft, delete_post, edit_post, publish_post
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


MANY = [pytest.param(number, marks=pytest.mark.long) for number in (1, 3, *range(5, 25))]
ONE_ENGINE = pytest.mark.sqlite_only


@pytest.mark.parametrize("seed", [pytest.param(4, marks=ONE_ENGINE), *MANY])
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


class Say:
    """What somebody of one town says, and how the other one has it in the end."""

    def __init__(self, here, there, moments):
        self.here, self.there, self.moments = here, there, moments
        self.by = here.people[next(iter(here.people))]
        self.posts, self.thanked = [], set()

    async def something(self):
        living = [post for post in self.posts if post is not None]
        if not living or self.moments.random() < 0.5:
            draft = PostDraft(text=f"Message {len(self.posts)}", audience=Audience.PUBLIC)
            published = await self.here.db.write(publish_post, self.by, draft)
            self.posts.append(published.post)
            return
        post = self.moments.choice(living)
        if self.moments.random() < 0.3:
            await self.here.db.write(delete_post, self.by, post.id)
            self.posts[self.posts.index(post)] = None
        else:
            await self.here.db.write(edit_post, self.by, post.id, f"Autrement {len(self.posts)}")

    async def thanks(self):
        """Somebody of the other town thanks for what has arrived, or no longer does."""
        uri = self.moments.choice([post for post in self.posts if post is not None] or [None])
        found = uri and await self.known(uri)
        if found is None or found.state != PostState.VISIBLE:
            return
        reader = self.there.people[next(iter(self.there.people))]
        does = unthank if found.id in self.thanked else thank
        self.thanked ^= {found.id}
        await self.there.db.write(does, reader, found.id)

    async def known(self, post):
        uri = f"{self.here.town.url}/notes/{post.id}"
        return await self.there.db.read(find_post, self.there.town.url, uri)

    async def check(self):
        own = select(Post).where(Post.author_actor_id == self.by.actor_id)
        for post in await self.here.db.read(lambda session: list(session.exec(own))):
            found = await self.known(post)
            if post.state == PostState.DELETED:
                assert found is None or found.state == PostState.DELETED
            else:
                assert (found.html, found.thanks_count) == (post.html, post.thanks_count)
                assert found.thanks_count == (found.id in self.thanked)
        known = select(RemotePost.uri).where(col(RemotePost.uri).startswith(self.here.town.url))
        uris = await self.there.db.read(lambda session: list(session.exec(known)))
        assert len(uris) == len(set(uris))


@pytest.mark.parametrize("seed", [0, *MANY])
async def test_they_agree_on_what_was_said(sides, clock, seed):
    one, other = sides
    moments = random.Random(seed)  # noqa: S311 - only chooses what happens
    await other.db.write(follow_actor, other.people["max"], other.known["ana"])
    await one.db.write(follow_actor, one.people["ana"], one.known["max"])
    await until_calm(sides, clock)
    says = [Say(one, other, moments), Say(other, one, moments)]
    for side in sides:
        side.town.line.odds = STORM
    for _ in range(STEPS):
        await moments.choice(says).something()
        if moments.random() < 0.3:
            await moments.choice(says).thanks()
        if moments.random() < 0.5:
            await moments.choice(sides).works()
            clock.advance(seconds=moments.choice([5, 60, 600]))
    await until_calm(sides, clock)
    for each in says:
        assert len(each.posts) > 5
        await each.check()


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
