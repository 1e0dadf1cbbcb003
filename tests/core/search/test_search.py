"""Finding posts: only where one may read, only what can still be read, in pages."""

from datetime import timedelta

import pytest

from fedparents.conversations.service import MessageDraft, write_to
from fedparents.groups.members import remove_member
from fedparents.posts.models import PostKind
from fedparents.posts.service import PostDraft, delete_post, edit_post, publish_post
from fedparents.search.queries import Looking, search_posts
from fedparents.search.service import index_post
from fedparents.swaps.models import Direction
from fedparents.swaps.service import SwapDraft, publish_swap
from tests.rig.builders import a_group, a_viewer, hide, join, open_the_doors

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]


@pytest.fixture
async def people(db):
    await db.write(open_the_doors)
    return {name: await a_viewer(db, name) for name in ("marie", "ana", "chloe")}


@pytest.fixture
async def group(db, people):
    group = await a_group(db, people["marie"])
    await join(db, people["ana"], group, people["marie"])
    return group


async def say(db, viewer, text, **draft):
    published = await db.write(publish_post, viewer, PostDraft(text=text, **draft))
    await db.write(index_post, published.post.id)
    return published.post


async def found(db, viewer, words, **looking):
    feed = await db.read(search_posts, viewer, Looking(words, **looking))
    return [card.text for card in feed.cards]


async def test_words_find_what_was_said_to_the_one_who_looks(db, people, group):
    await say(db, people["ana"], "Poussettes doubles", group_id=group)
    await say(db, people["ana"], "Une poussette pour la ville", group_id=None)
    letter = MessageDraft(text="Poussette secrète")
    sent = await db.write(write_to, people["ana"], [people["marie"].actor_id], letter)
    await db.write(index_post, sent.post.id)
    both = ["Une poussette pour la ville", "Poussettes doubles"]
    assert await found(db, people["marie"], "poussette") == both
    assert await found(db, people["chloe"], "poussette") == both[:1]
    assert await found(db, people["marie"], "poussette double") == both[1:]
    assert await found(db, people["marie"], "poussette", group_id=group) == both[1:]
    assert await found(db, people["chloe"], "poussette", group_id=group) == []


async def test_who_is_put_out_finds_nothing_more(db, people, group):
    await say(db, people["marie"], "Poussette", group_id=group)
    assert await found(db, people["ana"], "poussette")
    await db.write(remove_member, people["marie"], group, people["ana"].actor_id, "Insultes.")
    assert await found(db, people["ana"], "poussette") == []


async def test_what_is_gone_is_not_found_even_before_the_index_knows(db, people, group):
    post = await say(db, people["ana"], "Poussette", group_id=group)
    other = await say(db, people["ana"], "Poussette verte", group_id=group)
    await db.write(delete_post, people["ana"], post.id)
    await hide(db, people["marie"], other.id)
    assert await found(db, people["marie"], "poussette") == []


async def test_what_was_changed_is_found_by_its_new_words(db, people, group):
    post = await say(db, people["ana"], "Poussette", group_id=group)
    await db.write(edit_post, people["ana"], post.id, "Siège auto")
    await db.write(index_post, post.id)
    assert await found(db, people["ana"], "poussette") == []
    assert await found(db, people["ana"], "siège") == ["Siège auto"]


async def test_the_beginning_of_a_word_counts_when_nothing_has_the_word(db, people):
    await say(db, people["ana"], "Trottinette")
    assert await found(db, people["chloe"], "trott") == ["Trottinette"]
    assert await found(db, people["chloe"], "tr") == []


async def test_asks_and_offers_apart(db, people):
    for direction in Direction:
        draft = SwapDraft(PostDraft(text=f"Poussette {direction}"), direction)
        published = await db.write(publish_swap, people["ana"], draft)
        await db.write(index_post, published.post.id)
    offers = await found(db, people["chloe"], "poussette", direction=Direction.OFFER)
    assert offers == ["Poussette offer"]
    swaps = await found(db, people["chloe"], "poussette", kind=PostKind.SWAP)
    assert len(swaps) == 2


@pytest.mark.parametrize("words", ["", '"', "a OR b", "NEAR(", "poussette*", "' & '", "x" * 9000])
async def test_no_words_break_the_engine(db, people, words):
    assert await found(db, people["ana"], words) == []


async def test_pages_meet_without_gap(db, people, clock):
    for number in range(33):
        clock.advance(timedelta(minutes=1))
        await say(db, people["ana"], f"Poussette {number}")
    first = await db.read(search_posts, people["chloe"], Looking("poussette"))
    looking = Looking("poussette")
    rest = await db.read(search_posts, people["chloe"], looking, before=first.older)
    texts = [card.text for card in (*first.cards, *rest.cards)]
    assert texts == [f"Poussette {number}" for number in reversed(range(33))]
