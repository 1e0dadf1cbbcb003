"""A town that is kept out: who is there vanishes at once, and is there again when it is let in."""

import itertools

import pytest
from sqlmodel import delete, select

from federation.models import RemotePost, Town
from federation.trust import set_standing
from federation.uris import note_uri
from fedparents import clock
from fedparents.accounts.models import Account
from fedparents.actors.models import Standing
from fedparents.authority import OPERATOR
from fedparents.instance.models import FederationMode
from fedparents.instance.service import change_federation
from fedparents.notifications.models import Notification
from fedparents.posts.access import get_met
from fedparents.posts.models import Audience
from fedparents.posts.service import PostDraft, publish_post
from fedparents.search.queries import Looking, search_posts
from fedparents.social.follows import follow_actor, unfollow_actor
from tests.rig.fediverse import settle
from tests.rig.visitors import a_browser

NUMBERS = itertools.count()


@pytest.fixture
async def scene(towns):
    """Léa of Annecy follows Max of Rumilly, who has said something to everybody."""
    annecy, rumilly = towns
    for town in towns:
        await town.place.db.write(change_federation, FederationMode.OPEN, by=OPERATOR)
        await town.place.db.write(lambda uow: uow.session.exec(delete(Town)))
    lea = await annecy.somebody(f"lea_k{next(NUMBERS)}")
    max_ = await rumilly.somebody(f"max_k{next(NUMBERS)}", is_locked=False, is_indexable=True)
    there = await annecy.finds(max_.handle, rumilly)
    await annecy.place.db.write(follow_actor, lea, there)
    await settle(*towns)
    said = PostDraft(text=f"Bonjour de Rumilly {next(NUMBERS)}", audience=Audience.PUBLIC)
    post = (await rumilly.place.db.write(publish_post, max_, said)).post
    await settle(*towns)
    yield annecy, rumilly, lea, max_, there, post
    await stands(annecy, rumilly, Standing.KNOWN)


async def stands(here, there, standing):
    await here.place.db.write(set_standing, there.domain, standing, by=OPERATOR)


async def known_in(town, post, home):
    row = select(RemotePost.post_id).where(RemotePost.uri == note_uri(home.url, post.id))
    return await town.place.db.read(lambda session: session.exec(row).first())


async def test_everybody_there_vanishes_at_once_and_comes_back(scene):
    annecy, rumilly, lea, max_, _there, post = scene
    number = await known_in(annecy, post, rumilly)
    account = await annecy.place.db.read(lambda session: session.get_one(Account, lea.account_id))
    person = f"/@{max_.handle}@{rumilly.domain}"
    async with (
        a_browser(annecy.place, account=account) as of_lea,
        a_browser(annecy.place) as visitor,
    ):

        async def sees():
            home, following = await of_lea.get("/"), await of_lea.get("/settings/people")
            return (
                (await of_lea.get(person)).status_code,
                (await of_lea.get(f"/p/{number}")).status_code,
                (await visitor.get(f"/p/{number}")).status_code,
                post.text in home.text,
                max_.handle in following.text,
            )

        before = await sees()
        assert before == (200, 303, 303, True, True)
        await stands(annecy, rumilly, Standing.BLOCKED)
        assert await sees() == (404, 404, 404, False, False)
        await stands(annecy, rumilly, Standing.KNOWN)
        assert await sees() == before


async def test_what_a_blocked_town_sends_is_not_kept(scene, towns):
    annecy, rumilly, _lea, max_, _there, _post = scene
    await stands(annecy, rumilly, Standing.BLOCKED)
    said = PostDraft(text="Encore moi", audience=Audience.PUBLIC)
    post = (await rumilly.place.db.write(publish_post, max_, said)).post
    await settle(*towns)
    assert await known_in(annecy, post, rumilly) is None


@pytest.mark.parametrize("follows", [True, False])
async def test_of_a_limited_town_only_who_follows_is_told(scene, towns, follows):
    annecy, rumilly, lea, max_, there, _post = scene
    await stands(annecy, rumilly, Standing.LIMITED)
    if not follows:
        await annecy.place.db.write(unfollow_actor, lea, there)
    await rumilly.finds(lea.handle, annecy)
    text = f"Salut @{lea.handle}@{annecy.domain}"
    said = PostDraft(text=text, audience=Audience.PUBLIC)
    post = (await rumilly.place.db.write(publish_post, max_, said)).post
    await settle(*towns)
    number = await known_in(annecy, post, rumilly)
    today = clock.now().date()
    await annecy.place.db.read(get_met, lea, number, today=today)  # it can be read
    told = select(Notification).where(
        Notification.account_id == lea.account_id, Notification.subject_id == number
    )
    found = await annecy.place.db.read(lambda session: session.exec(told).all())
    assert bool(found) == follows


@pytest.mark.parametrize("follows", [True, False])
async def test_of_a_limited_town_only_who_follows_finds(scene, follows):
    annecy, rumilly, lea, _max, there, post = scene
    looking = Looking(post.text.rpartition(" ")[0])
    found = await annecy.place.db.read(search_posts, lea, looking)
    assert found.cards
    await stands(annecy, rumilly, Standing.LIMITED)
    if not follows:
        await annecy.place.db.write(unfollow_actor, lea, there)
    found = await annecy.place.db.read(search_posts, lea, looking)
    assert bool(found.cards) == follows
