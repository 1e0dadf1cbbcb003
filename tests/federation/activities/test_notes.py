"""What people of another town say arrives here, over the wire, and is changed and taken back."""

import itertools

import pytest

from federation.posts import find_post
from fedparents.posts.models import Audience, PostState
from fedparents.posts.service import PostDraft, delete_post, edit_post, publish_post
from fedparents.social.follows import follow_actor
from fedparents.timelines.queries import list_home
from tests.rig.fediverse import settle

NUMBERS = itertools.count()


class Neighbours:
    """Léa of Annecy follows Max of Rumilly."""

    def __init__(self, annecy, rumilly, lea, max_):
        self.annecy, self.rumilly, self.lea, self.max = annecy, rumilly, lea, max_

    async def settles(self):
        await settle(self.annecy, self.rumilly)

    async def says(self, town, viewer, text, **draft):
        draft = {"audience": Audience.PUBLIC, **draft}
        post = (await town.place.db.write(publish_post, viewer, PostDraft(text=text, **draft))).post
        await self.settles()
        return post

    async def here(self, post):
        """A post of Rumilly as Annecy has it."""
        uri = f"{self.rumilly.url}/notes/{post.id}"
        return await self.annecy.place.db.read(find_post, self.annecy.url, uri)

    async def at_home(self):
        feed = await self.annecy.place.db.read(list_home, self.lea)
        return [card.id for card in feed.cards]


@pytest.fixture
async def neighbours(towns):
    annecy, rumilly = towns
    number = next(NUMBERS)
    lea = await annecy.somebody(f"lea_n{number}")
    max_ = await rumilly.somebody(f"max_n{number}", is_locked=False)
    there = await annecy.finds(max_.handle, rumilly)
    await annecy.place.db.write(follow_actor, lea, there)
    found = Neighbours(annecy, rumilly, lea, max_)
    await found.settles()
    return found


async def test_what_is_said_to_everybody_comes_home_to_who_follows(neighbours):
    said = await neighbours.says(
        neighbours.rumilly, neighbours.max, "Une **poussette** ? #vélo", warning="Vélo"
    )
    post = await neighbours.here(said)
    assert post.html.startswith("<p>Une <strong>poussette</strong> ?")
    assert '<a href="/tags/v%C3%A9lo"' in post.html or '<a href="/tags/vélo"' in post.html
    assert (post.warning, post.audience, post.is_from_elsewhere) == ("Vélo", Audience.PUBLIC, True)
    assert await neighbours.at_home() == [post.id]


async def test_it_is_changed_and_taken_back_where_it_was_said(neighbours):
    rumilly, max_ = neighbours.rumilly, neighbours.max
    said = await neighbours.says(rumilly, max_, "Une poussette ?")
    await rumilly.place.db.write(edit_post, max_, said.id, "Un vélo ?")
    await neighbours.settles()
    post = await neighbours.here(said)
    assert (post.text, post.edited_at is not None) == ("Un vélo ?", True)
    await rumilly.place.db.write(delete_post, max_, said.id)
    await neighbours.settles()
    assert (await neighbours.here(said)).state == PostState.DELETED
    assert await neighbours.at_home() == []
