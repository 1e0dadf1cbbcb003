"""How far away asks and offers are: bands, for those who said where they live, and never more."""

import pytest

from fedparents.accounts.models import Account
from fedparents.places.distance import Band
from fedparents.posts.models import Audience
from fedparents.posts.service import PostDraft
from fedparents.search.queries import Looking, search_posts
from fedparents.search.service import index_post
from fedparents.swaps.models import Direction
from fedparents.swaps.service import SwapDraft, publish_swap
from fedparents.timelines.queries import list_group, list_town, list_unanswered
from fedparents.timelines.threads import get_thread
from tests.rig.builders import a_viewer, add_place

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]

PLACES = {
    "issy": (48.8245, 2.2743),
    "vanves": (48.8213, 2.2891),
    "clamart": (48.8001, 2.2628),
    "antony": (48.7538, 2.2976),
    "lyon": (45.7640, 4.8357),
    "nowhere": (None, None),
}


class Country:
    """The people of a group, and where they live."""

    def __init__(self, square):
        self.square, self.db = square, square.db

    async def build(self):
        def add(uow):
            for number, (name, (lat, lon)) in enumerate(PLACES.items()):
                add_place(uow, number + 1, name, lat=lat, lon=lon)

        await self.db.write(add)
        return self

    async def lives(self, viewer, name, *, shows=True):
        def change(uow):
            account = uow.session.get_one(Account, viewer.account_id)
            account.place_id = list(PLACES).index(name) + 1 if name else None
            account.shows_place = shows

        await self.db.write(change)

    async def asks(self, viewer, text="Une poussette ?", direction=Direction.ASK, **draft):
        draft.setdefault("group_id", self.square.group)
        swap = SwapDraft(PostDraft(text=text, **draft), direction)
        post = (await self.db.write(publish_swap, viewer, swap)).post
        await self.db.write(index_post, post.id)
        return post

    async def band(self, viewer, post):
        feed = await self.db.read(list_group, viewer, self.square.group)
        thread = await self.db.read(get_thread, viewer, post.id)
        assert feed.distances == thread.distances
        return feed.distances.get(post.id)


@pytest.fixture
async def country(square):
    return await Country(square).build()


@pytest.mark.parametrize(
    ("author", "shows", "band"),
    [
        ("issy", True, Band.HERE),
        ("vanves", True, Band.NEAR),
        ("clamart", True, Band.NEAR),
        ("antony", True, Band.AROUND),
        ("lyon", True, Band.FAR),
        ("issy", False, Band.WITHIN),
        ("vanves", False, Band.WITHIN),
        ("antony", False, Band.AROUND),
        ("lyon", False, Band.FAR),
        ("nowhere", True, None),
        ("", True, None),
    ],
)
async def test_an_offer_says_how_far_it_is(country, author, shows, band):
    ana, bao = country.square.ana, country.square.bao
    await country.lives(ana, author, shows=shows)
    await country.lives(bao, "issy")
    post = await country.asks(ana, direction=Direction.OFFER)
    assert await country.band(bao, post) == band


async def test_nothing_is_said_to_whoever_said_nothing_nor_of_ones_own(country):
    ana, bao = country.square.ana, country.square.bao
    await country.lives(ana, "issy")
    post = await country.asks(ana)
    assert await country.band(bao, post) is None
    assert await country.band(ana, post) is None
    await country.lives(bao, "nowhere")
    assert await country.band(bao, post) is None
    await country.lives(ana, "nowhere")
    assert await country.band(bao, post) == Band.HERE


async def test_whoever_asks_without_a_name_and_what_is_no_ask_are_nowhere(country):
    square = country.square
    await square.allow(allows_anonymous=True)
    for viewer in (square.ana, square.bao):
        await country.lives(viewer, "issy")
    nameless = await country.asks(square.ana, is_anonymous=True)
    said = await square.say(square.ana, "Poussette rendue, merci !")
    await country.db.write(index_post, said.id)
    feed = await country.db.read(list_group, square.bao, square.group)
    assert {nameless.id, said.id} <= {card.id for card in feed.cards}
    assert feed.distances == {}
    near = await country.db.read(search_posts, square.bao, Looking("poussette", within_km=5))
    assert [card.id for card in near.cards] == [said.id]


async def test_looking_nearby(country):
    square, db = country.square, country.db
    away = await a_viewer(db, "driss")
    homes = {square.ana: "vanves", square.marie: "antony", away: "lyon", square.bao: "issy"}
    for viewer, home in homes.items():
        await country.lives(viewer, home, shows=False)
        await country.asks(viewer, f"Poussette à {home}", group_id=None, audience=Audience.HERE)

    async def found(viewer, km):
        feed = await db.read(search_posts, viewer, Looking("poussette", within_km=km))
        return {card.text.rpartition(" ")[2] for card in feed.cards}

    assert await found(square.bao, None) == set(homes.values())
    assert await found(square.bao, 5) == {"issy", "vanves"}
    assert await found(square.bao, 10) == {"issy", "vanves", "antony"}
    assert await found(square.bao, 25) == {"issy", "vanves", "antony"}
    assert await found(away, 25) == {"lyon"}
    assert await found(square.chloe, 25) == set()


async def test_of_what_nobody_has_answered_the_nearest_comes_first(country):
    square, db = country.square, country.db
    homes = {square.ana: "vanves", square.marie: "lyon", square.chloe: ""}
    await country.lives(square.bao, "issy")
    for viewer, home in homes.items():
        await country.lives(viewer, home)
        await country.asks(viewer, f"{home} !", group_id=None, audience=Audience.HERE)
    feed = await db.read(list_unanswered, square.bao)
    assert [card.text for card in feed.cards] == ["vanves !", "!", "lyon !"]
    town = await db.read(list_town, square.bao)
    assert set(town.distances.values()) == {Band.NEAR, Band.FAR}
