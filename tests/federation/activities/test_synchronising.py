"""Who follows whom, as two towns have it: told with each letter, and put right where it differs."""

import itertools
from datetime import timedelta

import pytest
from sqlmodel import select

from federation.follower_digests import digest_of
from federation.models import FollowActivity, RemoteActor
from fedparents.posts.models import Audience
from fedparents.posts.service import PostDraft, publish_post
from fedparents.social.follows import follow_actor
from fedparents.social.models import Follow, FollowState
from tests.federation.activities.test_follow import known_in, state
from tests.rig.fediverse import settle

NUMBERS = itertools.count()
ACCEPTED = FollowState.ACCEPTED


class Readers:
    """Léa and Tom of Annecy follow Max of Rumilly, as far as both towns know."""

    def __init__(self, towns, max_, there, lea, tom):
        self.towns, self.max, self.there = towns, max_, there
        self.annecy, self.rumilly = towns
        self.lea, self.tom = lea, tom

    async def says(self):
        draft = PostDraft(text=f"Bonjour {next(NUMBERS)}", audience=Audience.PUBLIC)
        await self.rumilly.place.db.write(publish_post, self.max, draft)
        for _ in range(3):
            await settle(*self.towns)

    async def states(self, viewer):
        """Of a follow as Annecy and as Rumilly have it."""
        here = await known_in(self.rumilly, viewer, self.annecy)
        return (
            await state(self.annecy, viewer.actor_id, self.there),
            await state(self.rumilly, here, self.max.actor_id),
        )

    async def forgets(self, town, follower_id, followed_id):
        """One of the towns was set back by a backup."""

        def forget(uow):
            for table in (Follow, FollowActivity):
                row = uow.session.get(table, (follower_id, followed_id))
                uow.session.delete(row)

        await town.place.db.write(forget)


@pytest.fixture
async def readers(towns, clock):
    annecy, rumilly = towns
    max_ = await rumilly.somebody(f"max_sy{next(NUMBERS)}", is_locked=False)
    there = await annecy.finds(max_.handle, rumilly)
    people = [await annecy.somebody(f"reader_{next(NUMBERS)}") for _ in range(2)]
    for each in people:
        await annecy.place.db.write(follow_actor, each, there)
    await settle(*towns)
    clock.advance(timedelta(hours=2))
    return Readers(towns, max_, there, *people)


async def asked(readers):
    """When Annecy last asked for the list."""
    own = select(RemoteActor.compared_at).where(RemoteActor.actor_id == readers.there)
    return await readers.annecy.place.db.read(lambda session: session.exec(own).one())


async def test_towns_that_agree_ask_nothing(readers):
    await readers.says()
    assert await asked(readers) is None
    assert await readers.states(readers.lea) == (ACCEPTED, ACCEPTED)


async def test_who_is_no_follower_there_is_none_here(readers):
    here = await known_in(readers.rumilly, readers.lea, readers.annecy)
    await readers.forgets(readers.rumilly, here, readers.max.actor_id)
    await readers.says()
    assert await readers.states(readers.lea) == (None, None)
    assert await readers.states(readers.tom) == (ACCEPTED, ACCEPTED)


async def test_who_is_no_follower_here_is_none_there(readers):
    await readers.forgets(readers.annecy, readers.lea.actor_id, readers.there)
    await readers.says()
    assert await readers.states(readers.lea) == (None, None)
    assert await readers.states(readers.tom) == (ACCEPTED, ACCEPTED)


async def test_a_yes_that_got_lost_is_heard_after_all(readers):
    def wait(uow):
        row = uow.session.get_one(Follow, (readers.lea.actor_id, readers.there))
        row.state = FollowState.PENDING
        uow.session.add(row)

    await readers.annecy.place.db.write(wait)
    await readers.says()
    assert await readers.states(readers.lea) == (ACCEPTED, ACCEPTED)


async def test_the_same_list_is_not_asked_for_twice_in_an_hour(readers, clock):
    await readers.forgets(readers.annecy, readers.lea.actor_id, readers.there)
    await readers.says()
    first = await asked(readers)
    await readers.forgets(readers.annecy, readers.tom.actor_id, readers.there)
    await readers.says()
    assert await asked(readers) == first
    assert await readers.states(readers.tom) == (None, ACCEPTED)
    clock.advance(timedelta(hours=2))
    await readers.says()
    assert await readers.states(readers.tom) == (None, None)


def test_the_number_of_a_set():
    """As FEP-8fcf gives it: the order does not matter, and nobody is nought."""
    assert digest_of([]) == "0" * 64
    assert digest_of(["https://a", "https://b"]) == digest_of(["https://b", "https://a"])
    assert (
        digest_of(
            [
                "https://testing.example.org/users/1",
                "https://testing.example.org/users/2",
            ]
        )
        == "c33f48cd341ef046a206b8a72ec97af65079f9a3a9b90eef79c5920dce45c61f"
    )
