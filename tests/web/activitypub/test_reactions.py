"""What others do about what is said here: likes, reactions, and the end of both; and blocks."""

import itertools

import pytest
from sqlmodel import select

from federation.models import FollowActivity, LikeActivity
from federation.signing import Scheme
from fedparents.notifications.models import Notification
from fedparents.posts.models import Audience, Post, Thanks
from fedparents.posts.service import PostDraft, publish_post
from fedparents.social.models import Block, Follow
from fedparents.social.service import block_actor
from tests.rig.builders import signed_in
from tests.rig.elsewhere import Neighbour
from tests.web.activitypub.conftest import show, somebody
from tests.web.activitypub.test_inbox import Letter, rows

ALICE = Neighbour("https://rumilly.example/users/alice", 1)
BOB = Neighbour("https://rumilly.example/users/bob", 2)
NUMBERS = itertools.count(1)


@pytest.fixture
def world(open_place):
    return show(open_place, ALICE, BOB)


class Town:
    """Where Ana has said something."""

    def __init__(self, place, server, clock):
        self.place, self.server, self.clock = place, server, clock

    async def begin(self):
        account = await somebody(self.place, is_locked=False)
        self.ana = await signed_in(self.place.db, account)
        self.uri = f"{self.place.settings.base_url}/users/{account.actor_id}"
        self.post = await self.says()
        return self

    async def says(self, audience=Audience.PUBLIC):
        draft = PostDraft(text=f"Merci ! {next(NUMBERS)}", audience=audience)
        return (await self.place.db.write(publish_post, self.ana, draft)).post

    def note(self, post=None):
        return f"{self.place.settings.base_url}/notes/{(post or self.post).id}"

    async def hears(self, verb, thing, by=ALICE, number=None, **more):
        """Something arrives and is worked on; its id."""
        number = number or next(NUMBERS)
        letter = Letter(self.place, "/inbox", self.clock, Scheme.CAVAGE, by=by)
        letter.body = by.says(verb, thing, number, **more)
        assert await letter.sign().send(self.server) == 202
        await self.place.worker.work_until_idle()
        return f"{by.uri}/{verb.lower()}/{number}"

    async def thanks(self, post=None):
        """How many, by the number and by the rows."""
        number = (post or self.post).id
        found = await rows(self.place, Thanks)
        kept = await self.place.db.read(lambda session: session.get_one(Post, number))
        assert kept.thanks_count == len([each for each in found if each.post_id == number])
        return kept.thanks_count


@pytest.fixture
async def town(open_place, server, world, clock):
    return await Town(open_place, server, clock).begin()


@pytest.mark.parametrize("verb", ["Like", "EmojiReact"])
async def test_a_like_is_thanks(town, verb):
    await town.hears(verb, town.note(), content="🎉")
    assert await town.thanks() == 1
    own = select(Notification).where(Notification.account_id == town.ana.account_id)
    told = await town.place.db.read(lambda session: session.exec(own).all())
    assert [each.kind for each in told] == ["thanks"]


async def test_whoever_likes_twice_has_thanked_once(town):
    for verb in ("Like", "EmojiReact", "Like"):
        await town.hears(verb, town.note())
    await town.hears("Like", town.note(), by=BOB)
    assert await town.thanks() == 2


@pytest.mark.parametrize("how", ["by its id", "whole", "whole under another id"])
async def test_a_like_is_taken_back(town, how):
    await town.hears("Like", town.note(), by=BOB)
    uri = await town.hears("Like", town.note())
    whole = {"id": uri, "type": "Like", "actor": ALICE.uri, "object": town.note()}
    if how == "whole under another id":
        whole["id"] = f"{ALICE.uri}/like/unknown"
    await town.hears("Undo", uri if how == "by its id" else whole)
    assert await town.thanks() == 1
    assert [each.actor_id for each in await rows(town.place, LikeActivity)] == [
        each.actor_id for each in await rows(town.place, Thanks)
    ]


async def test_of_two_reactions_the_other_one_goes_on(town):
    first = await town.hears("EmojiReact", town.note())
    second = await town.hears("EmojiReact", town.note())
    await town.hears("Undo", first)
    assert await town.thanks() == 1
    await town.hears("Undo", second)
    assert await town.thanks() == 0


async def test_a_like_that_comes_after_its_end_is_none(town):
    await town.place.towns.discovery.get(ALICE.uri)
    uri = f"{ALICE.uri}/like/70"
    whole = {"id": uri, "type": "Like", "actor": ALICE.uri, "object": town.note()}
    await town.hears("Undo", whole)
    await town.hears("Like", town.note(), number=70)
    assert await town.thanks() == 0
    await town.hears("Like", town.note(), number=71)
    assert await town.thanks() == 1


async def test_nobody_takes_back_what_another_one_did(town):
    uri = await town.hears("Like", town.note())
    await town.hears("Undo", uri, by=BOB)
    whole = {"id": uri, "type": "Like", "actor": ALICE.uri, "object": town.note()}
    await town.hears("Undo", whole, by=BOB)
    assert await town.thanks() == 1


async def test_forums_dislike_in_place_of_a_like(town):
    await town.hears("Like", town.note())
    await town.hears("Dislike", town.note(), by=BOB)
    assert await town.thanks() == 1
    await town.hears("Dislike", town.note())
    assert await town.thanks() == 0
    assert await rows(town.place, LikeActivity) == []


async def test_what_is_for_fewer_cannot_be_liked(town):
    here = await town.says(Audience.HERE)
    await town.hears("Like", town.note(here))
    await town.hears("Like", f"{town.place.settings.base_url}/notes/12345")
    assert await town.thanks(here) == 0


async def test_a_letter_to_followers_is_thanked_for_by_those_who_have_it(town):
    """Bob lives where it went, too, but does not follow."""
    await town.hears("Follow", town.uri)
    post = await town.says(Audience.FOLLOWERS)
    await town.place.worker.work_until_idle()
    for by in (BOB, ALICE):
        await town.hears("Like", town.note(post), by=by)
    assert await town.thanks(post) == 1


async def test_thanks_of_whoever_is_blocked_do_not_count(town):
    alice = await town.place.towns.discovery.get(ALICE.uri)
    await town.place.db.write(block_actor, town.ana, alice.id)
    await town.hears("Like", town.note())
    assert await town.thanks() == 0


async def test_thanks_end_with_whoever_thanked(town, world):
    await town.hears("Like", town.note())
    world.answer(ALICE.uri, 410)
    await town.hears("Delete", ALICE.uri)
    assert await town.thanks() == 0
    assert await rows(town.place, LikeActivity) == []


async def test_a_block_is_honoured_without_a_word(town, world):
    """It ends what there was, and nothing is sent about it."""
    await town.hears("Follow", town.uri)
    assert len(await rows(town.place, Follow)) == 1
    await town.hears("Block", town.uri)
    assert await rows(town.place, Follow) == []
    assert await rows(town.place, FollowActivity) == []
    (block,) = await rows(town.place, Block)
    assert block.actor_id == town.ana.actor_id
    await town.hears("Follow", town.uri)
    await town.hears("Like", town.note())
    assert await rows(town.place, Follow) == []
    assert await town.thanks() == 0


async def test_a_block_ends(town):
    uri = await town.hears("Block", town.uri)
    whole = {"id": uri, "type": "Block", "actor": ALICE.uri, "object": town.uri}
    await town.hears("Undo", whole, by=BOB)
    assert len(await rows(town.place, Block)) == 1
    await town.hears("Undo", whole)
    assert await rows(town.place, Block) == []


async def test_nobody_blocks_whoever_is_not_here(town):
    for uri in (f"{town.place.settings.base_url}/users/12345", BOB.uri, "x"):
        await town.hears("Block", uri)
    assert await rows(town.place, Block) == []
