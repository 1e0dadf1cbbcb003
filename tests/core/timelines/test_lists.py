"""Lists and threads: what is in them, in which order, and what is left out."""

import pytest

from fedparents import clock
from fedparents.errors import NotFound
from fedparents.groups.members import leave_group
from fedparents.posts.asking import accept_answer
from fedparents.posts.models import PostState
from fedparents.posts.queries import get_own, get_powers, list_versions
from fedparents.posts.service import PostDraft, delete_post, edit_post, preview_post
from fedparents.social.filters import FilterDraft, create_filter
from fedparents.social.matching import Word
from fedparents.social.models import FilterAction, FilterContext
from fedparents.social.service import block_actor, mute_actor, unblock_actor
from fedparents.swaps.models import Direction
from fedparents.swaps.service import SwapDraft, publish_swap
from fedparents.timelines import threads
from fedparents.timelines.queries import (
    list_group,
    list_group_questions,
    list_group_swaps,
    list_own,
    list_tagged,
    list_unanswered,
)
from fedparents.timelines.service import fill_homes
from fedparents.timelines.threads import find_place, get_thread
from tests.rig.builders import hide

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]


async def asks(square, viewer, text="Une poussette ?", direction=Direction.ASK, **draft):
    draft.setdefault("group_id", square.group)
    swap = SwapDraft(PostDraft(text=text, **draft), direction)
    post = (await square.db.write(publish_swap, viewer, swap)).post
    await square.db.write(fill_homes, post.id)
    return post


def ids(feed):
    return [card.id for card in feed.cards]


async def test_asks_nobody_has_answered(square, clock):
    old = await asks(square, square.ana, "Il y a longtemps")
    clock.advance(days=15)
    asked = await asks(square, square.ana)
    await asks(square, square.ana, "Je donne un lit", Direction.OFFER)
    answered = await asks(square, square.ana, "Un siège auto ?")
    await square.answer(square.bao, answered)
    to_all = await asks(square, square.chloe, "Un club de natation ?", group_id=None)
    own = await asks(square, square.bao, "Des bottes ?")
    await square.allow(allows_anonymous=True)
    hidden = await asks(square, square.bao, "Sans nom ?", is_anonymous=True)
    seen = ids(await square.db.read(list_unanswered, square.bao))
    assert seen == [to_all.id, asked.id]
    assert old.id not in seen
    others = ids(await square.db.read(list_unanswered, square.marie))
    assert others == [hidden.id, own.id, to_all.id], "the newest three"
    await square.db.write(mute_actor, square.bao, square.chloe.actor_id, until=None)
    assert ids(await square.db.read(list_unanswered, square.bao)) == [asked.id]


async def test_asks_and_questions_of_a_group(square):
    ask = await asks(square, square.ana)
    offer = await asks(square, square.bao, "Je donne un lit", Direction.OFFER)
    question = await square.say(square.ana, "Quel médecin ?", kind="question")
    await square.say(square.ana, "Bonjour")
    assert ids(await square.db.read(list_group_swaps, square.ana, square.group)) == [
        offer.id,
        ask.id,
    ]
    assert ids(await square.db.read(list_group_questions, square.bao, square.group)) == [
        question.id
    ]
    assert ids(await square.db.read(list_group_swaps, square.chloe, square.group)) == []


async def test_a_word_leads_to_all_that_carries_it_and_may_be_read(square):
    first = await square.say(square.ana, "Du #vélo")
    answer = await square.answer(square.bao, first, "Moi aussi #Vélo !")
    await square.say(square.ana, "Du velo sans signe")
    to_all = await square.say(square.chloe, "#vélo pour tous", group_id=None)
    assert ids(await square.db.read(list_tagged, square.ana, "VÉLO")) == [
        to_all.id,
        answer.id,
        first.id,
    ]
    assert ids(await square.db.read(list_tagged, square.chloe, "vélo")) == [to_all.id]


async def test_what_one_wrote_stays_ones_own(square):
    await square.allow(allows_anonymous=True)
    said = await square.say(square.ana, "Sous mon nom")
    hidden = await square.say(square.ana, "Sans mon nom", is_anonymous=True)
    answer = await square.answer(square.ana, said, "Et encore")
    gone = await square.say(square.ana, "Repris")
    await square.db.write(delete_post, square.ana, gone.id)
    written, older = await square.db.read(list_own, square.ana)
    assert [each.card.id for each in written] == [answer.id, hidden.id, said.id]
    assert all(each.is_reachable for each in written)
    assert older is None
    await square.db.write(leave_group, square.ana, square.group)
    written, _ = await square.db.read(list_own, square.ana)
    assert [each.is_reachable for each in written] == [False] * 3
    assert (await square.db.read(get_own, square.ana, hidden.id)).id == hidden.id
    await square.db.write(delete_post, square.ana, hidden.id)
    with pytest.raises(NotFound):
        await square.db.read(get_own, square.ana, hidden.id)
    with pytest.raises(NotFound):
        await square.db.read(get_own, square.bao, said.id)
    assert (await square.db.read(list_own, square.bao))[0] == []


async def test_words_that_somebody_wants_to_be_spared(square):
    ball = await square.say(square.ana, "Le football ce soir")
    vote = await square.say(square.ana, "Les élections")
    other = await square.say(square.ana, "Le goûter")
    for text, action in (("football", FilterAction.WARN), ("elections", FilterAction.HIDE)):
        draft = FilterDraft(
            title=text,
            contexts=(FilterContext.HOME,),
            action=action,
            words=(Word(text),),
        )
        await square.db.write(create_filter, square.bao, draft)
        await square.db.write(create_filter, square.ana, draft)
    feed = await square.db.read(list_group, square.bao, square.group)
    assert ids(feed) == [other.id, ball.id]
    assert feed.folded == {ball.id: "football"}
    own = await square.db.read(list_group, square.ana, square.group)
    assert ids(own) == [other.id, vote.id, ball.id], "one's own words are never taken away"
    assert own.folded == {}


async def test_the_answer_that_helped_is_found_on_every_page(square, monkeypatch):
    monkeypatch.setattr(threads, "THREAD", 3)
    post = await asks(square, square.ana)
    answers = [await square.answer(square.bao, post, f"Réponse {n}") for n in range(8)]
    await square.db.write(accept_answer, square.ana, answers[6].id)
    first = await square.db.read(get_thread, square.bao, post.id)
    assert [card.id for card in first.replies] == [each.id for each in answers[:3]]
    assert first.accepted.id == answers[6].id
    assert first.later == answers[2].id
    last = await square.db.read(get_thread, square.bao, post.id, after=answers[5].id)
    assert [card.id for card in last.replies] == [answers[6].id, answers[7].id]
    assert last.later is None
    pages = [(await square.db.read(find_place, square.bao, each.id)).after for each in answers]
    assert pages == [None] * 3 + [answers[2].id] * 3 + [answers[5].id] * 2


async def test_a_blocked_answer_moves_no_page(square, monkeypatch):
    monkeypatch.setattr(threads, "THREAD", 2)
    post = await asks(square, square.ana)
    answers = [
        await square.answer(who, post, f"Réponse {number}")
        for number, who in enumerate((square.bao, square.marie, square.marie, square.marie))
    ]
    await square.db.write(block_actor, square.ana, square.bao.actor_id)
    places = [await square.db.read(find_place, square.ana, each.id) for each in answers[1:]]
    assert [place.after for place in places] == [None, None, answers[2].id]


async def test_everybody_reads_what_is_public_and_nothing_else(square):
    wide = await square.say(square.ana, "Pour tous", group_id=None, audience="public")
    here = await square.say(square.ana, "Pour ici", group_id=None)
    inside = await square.say(square.ana, "Pour nous")
    answer = await square.answer(square.bao, wide, "Oui !")
    narrow = await square.say(
        square.bao, "Entre nous", group_id=None, in_reply_to_id=wide.id, audience="here"
    )
    thread = await square.db.read(get_thread, None, wide.id)
    assert [card.id for card in thread.replies] == [answer.id]
    assert not thread.root.is_own
    for post in (here, inside, narrow):
        with pytest.raises(NotFound):
            await square.db.read(get_thread, None, post.id)
        with pytest.raises(NotFound):
            await square.db.read(find_place, None, post.id)


async def test_what_it_said_before_is_for_those_who_read_it(square):
    post = await square.say(square.ana, "Une pousette")
    await square.db.write(edit_post, square.ana, post.id, "Une poussette")
    (version,) = await square.db.read(list_versions, square.bao, post.id)
    assert version.text == "Une pousette"
    with pytest.raises(NotFound):
        await square.db.read(list_versions, square.chloe, post.id)


async def test_who_may_do_what_in_a_thread(square, clock):
    post = await asks(square, square.ana)
    powers = {
        name: await square.db.read(get_powers, viewer, post.id)
        for name, viewer in (("ana", square.ana), ("bao", square.bao), ("marie", square.marie))
    }
    assert [powers[name].answer for name in powers] == [True, True, True]
    assert [powers[name].accept for name in powers] == [True, False, False]
    assert [powers[name].close for name in powers] == [True, False, True]
    assert [powers[name].pin for name in powers] == [False, False, True]
    assert [powers[name].decide for name in powers] == [False, False, True]
    clock.advance(days=14)
    assert (await square.db.read(get_powers, square.marie, post.id)).accept
    with pytest.raises(NotFound):
        await square.db.read(get_powers, square.chloe, post.id)


async def test_a_look_before_it_is_sent_stores_nothing(square):
    draft = PostDraft(text="**Bonjour** @bao @chloe", group_id=square.group)
    shown = await square.db.read(preview_post, square.ana, draft, clock.now())
    assert "<strong>Bonjour</strong>" in shown.post.html
    assert shown.not_reached == ("chloe",)
    assert shown.post.state == PostState.VISIBLE
    assert (await square.db.read(list_own, square.ana))[0] == []
    with pytest.raises(NotFound):
        await square.db.read(preview_post, square.chloe, draft, clock.now())


async def test_nobody_is_told_of_somebody_behind_a_block(square):
    await square.db.write(block_actor, square.chloe, square.ana.actor_id)
    draft = PostDraft(text="Bonjour @chloe", group_id=square.group)
    shown = await square.db.read(preview_post, square.ana, draft, clock.now())
    assert shown.not_reached == ()


async def test_answers_outlive_a_post_that_was_taken_back_and_no_other(square):
    post = await square.say(square.ana, "Une question")
    answer = await square.answer(square.bao, post)
    await square.db.write(block_actor, square.ana, square.marie.actor_id)
    with pytest.raises(NotFound):
        await square.db.read(get_thread, square.marie, post.id)
    await square.db.write(delete_post, square.ana, post.id)
    thread = await square.db.read(get_thread, square.bao, post.id)
    assert (thread.root, [card.id for card in thread.replies]) == (None, [answer.id])
    other = await square.say(square.ana, "Une autre")
    await square.answer(square.bao, other, "Oui")
    await square.db.write(unblock_actor, square.ana, square.marie.actor_id)
    await hide(square.db, square.marie, other.id, "Pub.")
    with pytest.raises(NotFound):
        await square.db.read(get_thread, square.bao, other.id)
    assert (await square.db.read(get_thread, square.ana, other.id)).root.reason == "Pub."
