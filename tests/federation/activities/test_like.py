"""Thanks across towns: what is thanked for here is known where it was said."""

import itertools

import pytest
from sqlmodel import select

from federation.border import NeverLeaves, check_activity
from federation.models import LikeActivity, RemotePost
from fedparents.actors.models import Actor
from fedparents.posts.asking import thank, unthank
from fedparents.posts.elsewhere import Said, record_said
from fedparents.posts.models import Audience, Post, Thanks
from fedparents.posts.service import PostDraft, publish_post
from tests.rig.fediverse import settle

NUMBERS = itertools.count()


class Pair:
    """Léa in Annecy reads what Max in Rumilly has said."""

    def __init__(self, towns, lea, max_, said, read):
        self.annecy, self.rumilly = self.towns = towns
        self.lea, self.max, self.said, self.read = lea, max_, said, read

    async def does(self, service):
        await self.annecy.place.db.write(service, self.lea, self.read)
        await settle(*self.towns)
        await self.rumilly.place.worker.work_until_idle()

    async def thanked(self):
        """How many thank Max, as his own town has it."""

        def count(session):
            post = session.get_one(Post, self.said.id)
            rows = session.exec(select(Thanks).where(Thanks.post_id == post.id)).all()
            assert len(rows) == post.thanks_count
            return post.thanks_count

        return await self.rumilly.place.db.read(count)

    async def papers(self):
        """What each of the towns keeps of it."""
        found = []
        for town, post in ((self.annecy, self.read), (self.rumilly, self.said.id)):
            own = select(LikeActivity).where(LikeActivity.post_id == post)
            found.append(len(await town.place.db.read(lambda s, own=own: s.exec(own).all())))
        return found


async def a_pair(towns, **lea_is):
    annecy, rumilly = towns
    lea = await annecy.somebody(f"lea_l{next(NUMBERS)}", **lea_is)
    max_ = await rumilly.somebody(f"max_l{next(NUMBERS)}")
    draft = PostDraft(text=f"Bonjour {next(NUMBERS)}", audience=Audience.PUBLIC)
    said = (await rumilly.place.db.write(publish_post, max_, draft)).post
    there = await annecy.finds(max_.handle, rumilly)

    def keep(uow):
        words = Said(html="<p>Bonjour</p>", text="Bonjour", audience=Audience.PUBLIC, at=uow.now)
        post = record_said(uow, uow.session.get_one(Actor, there), words)
        uri = f"{rumilly.url}/notes/{said.id}"
        uow.session.add(RemotePost(post_id=post.id, uri=uri, url=uri, fetched_at=uow.now))
        return post.id

    return Pair(towns, lea, max_, said, await annecy.place.db.write(keep))


@pytest.fixture
async def pair(towns):
    return await a_pair(towns)


async def test_thanks_reach_whoever_said_it_and_are_taken_back(pair):
    await pair.does(thank)
    await pair.does(thank)
    assert await pair.thanked() == 1
    assert await pair.papers() == [1, 1]
    await pair.does(unthank)
    assert await pair.thanked() == 0
    assert await pair.papers() == [0, 0]
    await pair.does(thank)
    assert await pair.thanked() == 1


async def test_who_thinks_again_at_once_has_said_nothing(pair):
    for service in (thank, unthank):
        await pair.annecy.place.db.write(service, pair.lea, pair.read)
    await settle(*pair.towns)
    assert await pair.thanked() == 0
    assert await pair.papers() == [0, 0]


async def test_thanks_of_whom_nobody_elsewhere_may_know_stay(towns):
    pair = await a_pair(towns, is_discoverable=False)
    await pair.does(thank)
    assert await pair.thanked() == 0
    actor = f"{pair.annecy.url}/users/{pair.lea.actor_id}"
    like = {"id": "x", "type": "Like", "actor": actor, "object": "x", "to": [], "cc": []}
    with pytest.raises(NeverLeaves, match="nobody elsewhere may know"):
        await pair.annecy.place.db.read(
            lambda session: check_activity(
                session, pair.annecy.url, like, sender_id=pair.lea.actor_id
            )
        )
