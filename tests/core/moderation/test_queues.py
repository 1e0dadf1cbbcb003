"""What waits for those who look after a group, and for nobody else."""

import asyncio

import pytest

from fedparents.errors import Conflict, NotFound
from fedparents.groups.joining import ask_to_join
from fedparents.groups.models import GroupRole
from fedparents.groups.service import SwitchesDraft, change_switches
from fedparents.moderation.queues import (
    count_waiting,
    get_first_post,
    list_first_posts,
    list_waiting,
)
from fedparents.posts.desk import UNDO_WITHIN, hold_post_again, let_post_through
from fedparents.posts.models import Post, PostState
from fedparents.posts.service import PostDraft, publish_post
from fedparents.social.service import block_actor
from fedparents.timelines.queries import list_group
from tests.rig.builders import a_group, a_viewer, give_role, join, open_the_doors

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]


class Place:
    def __init__(self, db, group, people):
        self.db, self.group = db, group
        self.marie, self.ana, self.bao, self.chloe = people

    async def say(self, viewer, text, **draft):
        said = PostDraft(text=text, group_id=self.group, **draft)
        return (await self.db.write(publish_post, viewer, said)).post

    async def first_posts(self, viewer):
        return [each.post.text for each in await self.db.read(list_first_posts, viewer, self.group)]

    async def reads(self, viewer):
        feed = await self.db.read(list_group, viewer, self.group)
        return [card.text for card in feed.cards]


@pytest.fixture
async def place(db):
    """Marie manages a group that looks at first posts; Ana is new, Bao moderates, Chloé outside."""
    await db.write(open_the_doors)
    people = [await a_viewer(db, handle) for handle in ("marie", "ana", "bao", "chloe")]
    marie, ana, bao, _ = people
    group = await a_group(db, marie)
    await join(db, ana, group, marie)
    await give_role(db, marie, group, bao, GroupRole.MODERATOR)
    switches = SwitchesDraft(allows_anonymous=True, holds_first_posts=True)
    await db.write(change_switches, marie, group, switches)
    return Place(db, group, people)


async def test_everything_that_waits_is_counted_for_those_who_decide(place):
    await place.say(place.ana, "Bonjour")
    await place.db.write(ask_to_join, place.chloe, place.group, ["Oui."])
    for viewer in (place.marie, place.bao):
        (waiting,) = await place.db.read(list_waiting, viewer)
        assert (waiting.group_id, waiting.requests, waiting.first_posts) == (place.group, 1, 1)
        assert (await place.db.read(count_waiting, viewer, place.group)).all == 2
    for viewer in (place.ana, place.chloe):
        assert await place.db.read(list_waiting, viewer) == []
        assert (await place.db.read(count_waiting, viewer, place.group)).all == 0


async def test_first_posts_wait_oldest_first_and_for_those_who_decide(place, clock):
    await place.say(place.ana, "Un")
    clock.advance(minutes=1)
    await place.say(place.ana, "Deux")
    assert await place.first_posts(place.bao) == ["Un", "Deux"]
    for viewer in (place.ana, place.chloe):
        with pytest.raises(NotFound):
            await place.first_posts(viewer)


async def test_who_has_blocked_the_managers_still_waits_for_them(place):
    """A block stands between two people; nobody gets past a desk by it."""
    await place.db.write(block_actor, place.ana, place.marie.actor_id)
    post = await place.say(place.ana, "Bonjour")
    assert await place.first_posts(place.marie) == ["Bonjour"]
    (first,) = await place.db.read(list_first_posts, place.marie, place.group)
    assert not first.is_seen  # their profile stays closed to her
    await place.db.write(let_post_through, place.marie, post.id)
    assert await place.reads(place.bao) == ["Bonjour"]


async def test_who_asks_without_a_name_has_none_at_the_desk(place):
    await place.say(place.ana, "Qui connaît un avocat ?", is_anonymous=True)
    (first,) = await place.db.read(list_first_posts, place.marie, place.group)
    assert (first.name, first.handle, first.avatar) == ("", "", "")


async def test_who_comes_second_hears_who_was_first(place):
    post = await place.say(place.ana, "Bonjour")
    await place.db.write(let_post_through, place.bao, post.id)
    with pytest.raises(Conflict) as late:
        await place.db.write(let_post_through, place.marie, post.id)
    assert (late.value.code, late.value.params) == ("post_decided_by", {"name": "Bao"})


async def test_letting_through_can_be_undone_for_a_moment(place, clock):
    post = await place.say(place.ana, "Bonjour")
    await place.db.write(let_post_through, place.marie, post.id)
    first = await place.db.read(get_first_post, place.marie, place.group, post.id)
    assert (first.can_undo, first.decider) == (True, "Marie")
    await place.db.write(hold_post_again, place.marie, post.id)
    assert await place.first_posts(place.marie) == ["Bonjour"]
    assert await place.reads(place.bao) == []
    await place.db.write(let_post_through, place.marie, post.id)
    clock.advance(seconds=UNDO_WITHIN.total_seconds() + 1)
    with pytest.raises(Conflict, match="undo_over"):
        await place.db.write(hold_post_again, place.marie, post.id)
    assert not (await place.db.read(get_first_post, place.marie, place.group, post.id)).can_undo


async def test_what_never_waited_cannot_be_put_back(place):
    post = await place.say(place.marie, "Bienvenue !")
    assert post.state == PostState.VISIBLE
    with pytest.raises(Conflict, match="undo_over"):
        await place.db.write(hold_post_again, place.marie, post.id)


async def test_only_posts_of_the_group_are_on_its_desk(place):
    other = await a_group(place.db, place.marie, name="Chorale")
    draft = PostDraft(text="Ailleurs", group_id=other)
    post = (await place.db.write(publish_post, place.marie, draft)).post
    with pytest.raises(NotFound):
        await place.db.read(get_first_post, place.marie, place.group, post.id)
    with pytest.raises(NotFound):
        await place.db.write(let_post_through, place.chloe, post.id)


async def test_two_who_decide_at_once_are_first_and_second(place):
    """On both engines: one lets it through, the other hears of it."""
    post = await place.say(place.ana, "Bonjour")
    done = await asyncio.gather(
        *(place.db.write(let_post_through, each, post.id) for each in (place.marie, place.bao)),
        return_exceptions=True,
    )
    assert {type(each) for each in done} == {Conflict, Post}
