"""The words with which a reply does something, and all the others."""

from __future__ import annotations

import pytest

from fedparents.groups.service import SwitchesDraft, change_switches
from fedparents.ids import PostId
from fedparents.posts.models import Post
from fedparents.posts.service import PostDraft, publish_post
from fedparents.swaps.models import Direction
from fedparents.swaps.replies import PHRASES, ReplyWord, heed_reply, word_of
from fedparents.swaps.service import SwapDraft, publish_swap
from tests.rig.builders import a_group, a_viewer, join, open_the_doors

DONE = ReplyWord.DONE


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Trouvé !", DONE),
        ("trouve", DONE),
        ("#donné", DONE),
        ("@lea @bao@rumilly.example C’est donné, merci à toutes", DONE),
        ("TROUVÉ\n\nMerci !", DONE),
        ("**Given away**", DONE),
        ("Found, thank you all", DONE),
        ("ให้แล้ว", DONE),
        ("หาได้แล้ว!", DONE),
        ("Toujours disponible", None),
        ("Trouvé une autre idée", None),
        ("Donnez-moi une photo", None),
        ("Pas encore trouvé", None),
        ("foundation", None),
        ("", None),
        ("@lea", None),
        ("ให้แล้วแต่ยังไม่ได้", None),
    ],
)
def test_a_reply_does_something_only_if_nothing_is_added_to_the_word(text, word):
    assert word_of(text) == word


def test_every_phrase_is_heard_in_any_dress():
    for word, phrases in PHRASES.items():
        for phrase in phrases:
            for dressed in (phrase, phrase.upper(), f"  {phrase}. Merci", f"@lea {phrase}!"):
                assert word_of(dressed) == word, dressed
    every = [phrase for phrases in PHRASES.values() for phrase in phrases]
    assert len(every) == len(set(every))


@pytest.fixture
async def town(db):
    """Marie looks after a group in which one may ask without a name; Ana is in it."""
    await db.write(open_the_doors)
    marie, ana = await a_viewer(db, "marie"), await a_viewer(db, "ana")
    group = await a_group(db, marie)
    await db.write(change_switches, marie, group, SwitchesDraft(allows_anonymous=True))
    await join(db, ana, group, marie)
    return marie, ana, group


async def asks(db, who, group, **draft):
    made = SwapDraft(PostDraft(text="Une poussette ?", group_id=group, **draft), Direction.ASK)
    return PostId((await db.write(publish_swap, who, made)).post.id)


async def replies(db, who, asked, text, **draft):
    """What was heard, and whether the ask is closed now."""

    def say(uow):
        made = publish_post(uow, who, PostDraft(text=text, in_reply_to_id=asked, **draft))
        return heed_reply(uow, who, made.post)

    heard = await db.write(say)
    closed_at = await db.read(lambda session: session.get_one(Post, asked).closed_at)
    return heard, closed_at is not None


async def test_whoever_asked_says_that_it_is_found_and_nobody_else_can(db, town):
    marie, ana, group = town
    asked = await asks(db, ana, group)
    assert await replies(db, marie, asked, "Trouvé !") == (None, False)
    assert await replies(db, ana, asked, "Trouvé une piste") == (None, False)
    assert await replies(db, ana, asked, "Trouvé !") == (DONE, True)


async def test_a_word_does_not_tell_who_asked_without_a_name(db, town):
    _, ana, group = town
    asked = await asks(db, ana, group, is_anonymous=True)
    assert await replies(db, ana, asked, "Trouvé !") == (None, False)
    assert await replies(db, ana, asked, "C'est trouvé !", is_anonymous=True) == (DONE, True)


async def test_a_message_is_never_closed_by_a_word(db, town):
    _, ana, group = town
    said = (await db.write(publish_post, ana, PostDraft(text="Bonjour", group_id=group))).post
    assert await replies(db, ana, PostId(said.id), "Trouvé !") == (None, False)
