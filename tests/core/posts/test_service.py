"""Saying something, answering, accepting, taking back; who may not is told nothing."""

from datetime import timedelta

import pytest
from sqlmodel import select

from fedparents.errors import Conflict, Invalid, LimitReached, NotAllowed, NotFound
from fedparents.groups import models as groups
from fedparents.groups.members import leave_group, remove_member
from fedparents.groups.models import Group, GroupRole
from fedparents.moderation.deciding import lift_decision
from fedparents.moderation.models import Decision
from fedparents.posts.anonymous import find_author, reveal_author
from fedparents.posts.asking import accept_answer, close_post, reopen_post, thank, unthank
from fedparents.posts.desk import let_post_through, pin_post
from fedparents.posts.facts import AnswerAccepted, PostHeld, PostPublished, PostWithdrawn
from fedparents.posts.models import Audience, Post, PostKind, PostState, PostVersion
from fedparents.posts.polls import PollDraft, list_polls, vote
from fedparents.posts.retention import forget_author
from fedparents.posts.service import (
    PostDraft,
    delete_post,
    edit_post,
    narrow_post,
    publish_post,
)
from fedparents.retention.service import forget_what_is_due
from fedparents.social.service import block_actor
from fedparents.swaps.models import Direction
from fedparents.swaps.service import SwapDraft, publish_swap
from fedparents.timelines.queries import (
    get_card,
    list_group,
    list_held,
    list_home,
    list_pinned,
    list_town,
    list_written,
)
from fedparents.timelines.service import fill_homes, welcome_home
from fedparents.timelines.threads import get_thread
from tests.rig.builders import a_group, a_viewer, give_role, hide, join, open_the_doors

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]


class Square:
    """A group with its manager Marie, two members, and somebody who is not in it."""

    def __init__(self, db, **people):
        self.db, self.facts = db, []
        self.group = people.pop("group")
        self.marie, self.ana, self.bao, self.chloe = people.values()

    async def say(self, viewer, text="Une poussette ?", **draft):
        draft.setdefault("group_id", self.group)
        published = await self.db.write(publish_post, viewer, PostDraft(text=text, **draft))
        return published.post

    async def answer(self, viewer, post, text="J'en ai une."):
        return await self.say(viewer, text, group_id=None, in_reply_to_id=post.id)

    async def sees(self, viewer, post):
        try:
            await self.db.read(get_card, viewer, post.id)
        except NotFound:
            return False
        return True

    async def row(self, post):
        return await self.db.read(lambda session: session.get(Post, post.id))

    async def allow(self, **switches):
        def change(uow):
            group = uow.session.get_one(Group, self.group)
            for name, value in switches.items():
                setattr(group, name, value)

        await self.db.write(change)


@pytest.fixture
async def square(db):
    await db.write(open_the_doors)
    people = {name: await a_viewer(db, name) for name in ("marie", "ana", "bao", "chloe")}
    group = await a_group(db, people["marie"])
    for name in ("ana", "bao"):
        await join(db, people[name], group, people["marie"])
    square = Square(db, group=group, **people)
    store = db.hooks.before_commit

    def keep(uow):
        square.facts += [fact for fact, _ in uow.facts]
        if store is not None:
            store(uow)

    db.hooks.before_commit = keep
    return square


async def test_what_is_said_in_a_group_stays_in_it(square):
    post = await square.say(square.ana)
    assert post.audience == Audience.GROUP
    assert PostPublished(post.id) in square.facts
    assert await square.sees(square.bao, post)
    assert not await square.sees(square.chloe, post)
    wide = await square.say(square.ana, "Pour tous !", audience=Audience.PUBLIC)
    assert wide.audience == Audience.GROUP  # the group's cap, whatever was asked for


async def test_a_stranger_cannot_say_anything_there_nor_learn_that_it_exists(square):
    with pytest.raises(NotFound):
        await square.say(square.chloe)
    post = await square.say(square.ana)
    with pytest.raises(NotFound):
        await square.answer(square.chloe, post)
    with pytest.raises(NotFound):
        await square.db.write(thank, square.chloe, post.id)
    with pytest.raises(NotFound):
        await square.db.write(edit_post, square.chloe, post.id, "Non")


async def test_who_is_put_out_sees_nothing_from_that_moment_on(square):
    post = await square.say(square.ana)
    own = await square.say(square.bao, "Bonjour")
    await square.db.write(
        remove_member, square.marie, square.group, square.bao.actor_id, "Des insultes."
    )
    assert not await square.sees(square.bao, post)
    assert not await square.sees(square.bao, own)
    await square.db.write(delete_post, square.bao, own.id)  # what one said stays one's own
    assert (await square.row(own)).state == PostState.DELETED


async def test_to_the_town_and_to_one_person(square):
    here = await square.say(square.ana, group_id=None)
    assert here.audience == Audience.HERE
    assert await square.sees(square.chloe, here)


async def test_letters_are_written_elsewhere(square):
    """Who may write to whom is not decided here."""
    with pytest.raises(Conflict, match="answer_in_messages"):
        await square.say(square.ana, "Entre nous", group_id=None, audience=Audience.DIRECT)
    post = await square.say(square.ana)
    with pytest.raises(Conflict, match="answer_in_messages"):
        await square.say(
            square.bao,
            "Entre nous",
            group_id=None,
            in_reply_to_id=post.id,
            audience=Audience.DIRECT,
        )


async def test_a_block_stands_between_two(square):
    post = await square.say(square.ana)
    await square.db.write(block_actor, square.ana, square.bao.actor_id)
    assert not await square.sees(square.bao, post)
    assert await square.sees(square.marie, post)
    other = await square.say(square.bao, "Bonjour")
    feed = await square.db.read(list_group, square.ana, square.group)
    assert other.id not in {card.id for card in feed.cards}


async def test_an_answer_helps_and_is_accepted(square):
    ask = await square.say(square.ana, kind=PostKind.QUESTION)
    first = await square.answer(square.bao, ask)
    await square.answer(square.marie, ask, "Moi aussi.")
    assert (await square.row(ask)).reply_count == 2
    with pytest.raises(NotAllowed):
        await square.db.write(accept_answer, square.bao, first.id)
    await square.db.write(accept_answer, square.ana, first.id)
    assert AnswerAccepted(ask.id, first.id) in square.facts
    thread = await square.db.read(get_thread, square.bao, ask.id)
    assert thread.accepted.id == first.id
    assert [card.text for card in thread.replies] == ["J'en ai une.", "Moi aussi."]


async def test_after_two_weeks_a_host_may_say_what_helped(square, clock):
    hosting = await a_viewer(square.db, "hana")
    await give_role(square.db, square.marie, square.group, hosting, GroupRole.HOST)
    ask = await square.say(square.ana, kind=PostKind.QUESTION)
    reply = await square.answer(square.bao, ask)
    with pytest.raises(NotAllowed):
        await square.db.write(accept_answer, hosting, reply.id)
    clock.advance(timedelta(days=14))
    await square.db.write(accept_answer, hosting, reply.id)


async def test_a_closed_question_takes_no_answers(square):
    ask = await square.say(square.ana, kind=PostKind.QUESTION)
    await square.db.write(close_post, square.ana, ask.id)
    with pytest.raises(Conflict, match="no_more_answers"):
        await square.answer(square.bao, ask)
    await square.db.write(reopen_post, square.marie, ask.id)
    await square.answer(square.bao, ask)


async def test_thanks_count_once(square):
    post = await square.say(square.ana)
    for _ in range(2):
        await square.db.write(thank, square.bao, post.id)
    assert (await square.row(post)).thanks_count == 1
    for _ in range(2):
        await square.db.write(unthank, square.bao, post.id)
    assert (await square.row(post)).thanks_count == 0


async def test_the_same_words_twice_are_one_post(square, clock):
    post = await square.say(square.ana)
    with pytest.raises(Conflict, match="already_posted") as found:
        await square.say(square.ana)
    assert found.value.params["post_id"] == post.id
    clock.advance(timedelta(minutes=11))
    await square.say(square.ana)


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b", "x" * 5001])
async def test_no_words_or_too_many(square, text):
    with pytest.raises(Invalid) as complaint:
        await square.say(square.ana, text)
    assert "text" in complaint.value.fields


async def test_a_name_reaches_only_who_can_read(square):
    draft = PostDraft(text="@bao @chloe @personne", group_id=square.group)
    published = await square.db.write(publish_post, square.ana, draft)
    assert published.not_reached == ("chloe",)
    assert "/@bao" in published.post.html
    assert "/@chloe" not in published.post.html


async def test_what_was_said_before_stays_readable_for_thirty_days(square, clock):
    post = await square.say(square.ana, "Poussete")
    await square.db.write(edit_post, square.ana, post.id, "Poussette")
    kept = await square.db.read(lambda s: [each.text for each in s.exec(select(PostVersion))])
    assert kept == ["Poussete"]
    with pytest.raises(NotAllowed):
        await square.db.write(edit_post, square.marie, post.id, "Autre chose")
    clock.advance(timedelta(days=31))
    assert (await forget_what_is_due(square.db))["older_versions"] == 1


async def test_what_is_taken_back_is_gone_and_after_thirty_days_from_the_disk(square, clock):
    post = await square.say(square.ana)
    reply = await square.answer(square.bao, post)
    await square.db.write(delete_post, square.ana, post.id)
    assert PostWithdrawn(post.id) in square.facts
    assert not await square.sees(square.bao, post)
    thread = await square.db.read(get_thread, square.bao, post.id)
    assert thread.root is None
    assert [card.id for card in thread.replies] == [reply.id]
    with pytest.raises(NotFound):
        await square.db.write(delete_post, square.ana, post.id)
    clock.advance(timedelta(days=31))
    assert (await forget_what_is_due(square.db))["deleted_posts"] == 1
    assert await square.row(post) is None


async def test_a_newcomers_first_post_waits_for_a_look(square):
    await square.allow(holds_first_posts=True)
    post = await square.say(square.ana)
    assert post.state == PostState.HELD
    assert PostHeld(post.id) in square.facts
    assert await square.sees(square.ana, post)
    assert await square.sees(square.marie, post)
    assert not await square.sees(square.bao, post)
    with pytest.raises(NotFound):
        await square.db.write(let_post_through, square.bao, post.id)
    held = await square.db.read(list_held, square.marie, square.group)
    assert [card.id for card in held.cards] == [post.id]
    await square.db.write(let_post_through, square.marie, post.id)
    assert await square.sees(square.bao, post)
    with pytest.raises(Conflict, match="post_decided"):
        await square.db.write(let_post_through, square.marie, post.id)
    assert (await square.say(square.ana, "Encore moi")).state == PostState.VISIBLE


async def test_what_is_hidden_has_a_reason_and_can_come_back(square):
    post = await square.say(square.ana)
    reply = await square.answer(square.bao, post)
    with pytest.raises(Invalid):
        await hide(square.db, square.marie, reply.id, " ")
    await hide(square.db, square.marie, reply.id, "Une publicité.")
    assert (await square.row(post)).reply_count == 0
    assert not await square.sees(square.ana, reply)
    card = await square.db.read(get_card, square.bao, reply.id)
    assert card.reason == "Une publicité."
    hidden = await square.db.read(lambda session: session.exec(select(Decision)).one())
    await square.db.write(lift_decision, square.marie, hidden.id)
    assert (await square.row(post)).reply_count == 1


async def test_three_pins_and_not_by_everybody(square):
    posts = [await square.say(square.ana, f"Message {number}") for number in range(4)]
    with pytest.raises(NotFound):
        await square.db.write(pin_post, square.ana, posts[0].id)
    for post in posts[:3]:
        await square.db.write(pin_post, square.marie, post.id)
    with pytest.raises(LimitReached):
        await square.db.write(pin_post, square.marie, posts[3].id)
    pinned = await square.db.read(list_pinned, square.bao, square.group)
    assert {card.id for card in pinned.cards} == {post.id for post in posts[:3]}


async def test_announcements_are_for_those_who_look_after_the_group(square):
    with pytest.raises(NotAllowed):
        await square.say(square.ana, kind=PostKind.ANNOUNCEMENT)
    assert await square.say(square.marie, kind=PostKind.ANNOUNCEMENT)


async def test_who_asks_anonymously_is_nobody_to_the_others(square):
    with pytest.raises(Invalid):
        await square.say(square.ana, is_anonymous=True)
    await square.allow(allows_anonymous=True)
    post = await square.say(square.ana, is_anonymous=True, kind=PostKind.QUESTION)
    assert post.author_actor_id == square.group
    for viewer in (square.bao, square.marie):
        card = await square.db.read(get_card, viewer, post.id)
        assert not card.is_own
        assert "ana" not in repr(card).lower()
        assert str(square.ana.actor_id) not in repr(card)
    assert (await square.db.read(get_card, square.ana, post.id)).is_own
    written = await square.db.read(list_written, square.bao, square.ana.actor_id)
    assert written.cards == ()
    reply = await square.answer(square.bao, post)
    await square.db.write(accept_answer, square.ana, reply.id)
    assert await square.db.read(lambda s: find_author(s, post)) == square.ana.actor_id
    with pytest.raises(NotFound):
        await square.db.write(reveal_author, square.bao, post.id, "Par curiosité")
    with pytest.raises(Invalid):
        await square.db.write(reveal_author, square.marie, post.id, "")
    revealed = await square.db.write(reveal_author, square.marie, post.id, "Une menace.")
    assert revealed == square.ana.actor_id


async def test_two_anonymous_asks_a_week(square, clock):
    await square.allow(allows_anonymous=True)
    for number in range(2):
        await square.say(square.ana, f"Question {number}", is_anonymous=True)
    with pytest.raises(LimitReached) as limit:
        await square.say(square.ana, "Encore une", is_anonymous=True)
    assert limit.value.retry_after == timedelta(days=7)
    clock.advance(timedelta(days=7, seconds=1))
    await square.say(square.ana, "Encore une", is_anonymous=True)


async def test_a_poll_counts_each_person_once(square, clock):
    poll = PollDraft(("Mardi", "Jeudi"), lasts=timedelta(days=1))
    post = await square.say(square.ana, "Quand ?", poll=poll)
    await square.db.write(vote, square.bao, post.id, [1])
    with pytest.raises(Conflict, match="already_voted"):
        await square.db.write(vote, square.bao, post.id, [0])
    with pytest.raises(Invalid):
        await square.db.write(vote, square.marie, post.id, [0, 1])
    with pytest.raises(Invalid):
        await square.db.write(vote, square.marie, post.id, [7])
    with pytest.raises(NotFound):
        await square.db.write(vote, square.chloe, post.id, [0])
    now = clock()
    view = (await square.db.read(lambda s: list_polls(s, square.bao, [post.id], now=now)))[post.id]
    assert [(each.votes, each.is_own) for each in view.options] == [(0, False), (1, True)]
    assert view.shows_results
    clock.advance(timedelta(days=1))
    with pytest.raises(Conflict, match="poll_over"):
        await square.db.write(vote, square.marie, post.id, [0])


async def test_where_several_answers_may_be_chosen_they_can_come_one_after_the_other(square, clock):
    poll = PollDraft(("Mardi", "Jeudi", "Samedi"), is_multiple=True)
    post = await square.say(square.ana, "Quels jours ?", poll=poll)
    for chosen in ([2], [0, 1]):
        await square.db.write(vote, square.bao, post.id, chosen)
        with pytest.raises(Conflict, match="already_voted"):
            await square.db.write(vote, square.bao, post.id, chosen)
    now = clock()
    view = (await square.db.read(lambda s: list_polls(s, square.bao, [post.id], now=now)))[post.id]
    assert ([each.votes for each in view.options], view.voters, view.own) == (
        [1, 1, 1],
        1,
        (2, 0, 1),
    )


@pytest.mark.parametrize(
    "options", [("Oui",), ("Oui", "Oui"), ("Oui", " "), tuple("123456789"), ("a", "b" * 101)]
)
async def test_polls_that_make_no_sense(square, options):
    with pytest.raises(Invalid) as complaint:
        await square.say(square.ana, "Quand ?", poll=PollDraft(options))
    assert "poll" in complaint.value.fields


async def test_an_ask_that_cannot_wait_has_its_limits(square, clock):
    async def urgent(viewer, text):
        draft = PostDraft(text=text, group_id=square.group)
        await square.db.write(publish_swap, viewer, SwapDraft(draft, Direction.ASK, "Ce soir"))

    await urgent(square.ana, "Siège auto")
    with pytest.raises(LimitReached, match="urgent_too_often"):
        await urgent(square.ana, "Autre chose")
    await urgent(square.bao, "Lit pliant")
    await urgent(square.marie, "Chauffe-biberon")
    late = await a_viewer(square.db, "lina")
    await join(square.db, late, square.group, square.marie)
    with pytest.raises(LimitReached, match="urgent_group_full"):
        await urgent(late, "Poussette")
    clock.advance(timedelta(days=1, seconds=1))
    await urgent(square.ana, "Siège auto encore")


async def test_an_audience_can_be_narrowed_never_widened(square):
    post = await square.say(square.ana, group_id=None, audience=Audience.NEARBY)
    await square.db.write(narrow_post, square.ana, post.id, Audience.HERE)
    with pytest.raises(Invalid):
        await square.db.write(narrow_post, square.ana, post.id, Audience.PUBLIC)
    with pytest.raises(NotAllowed):
        await square.db.write(narrow_post, square.bao, post.id, Audience.HERE)


async def test_what_is_new_comes_home(square):
    post = await square.say(square.ana)
    assert await square.db.write(fill_homes, post.id) == 3
    assert await square.db.write(fill_homes, post.id) == 0  # a second time nobody notices
    home = await square.db.read(list_home, square.bao)
    assert [card.id for card in home.cards] == [post.id]
    assert (await square.db.read(list_home, square.chloe)).cards == ()
    await square.db.write(leave_group, square.bao, square.group)
    assert (await square.db.read(list_home, square.bao)).cards == ()


async def test_who_comes_in_finds_something_to_read(square):
    for number in range(3):
        await square.say(square.ana, f"Message {number}")
    await join(square.db, square.chloe, square.group, square.marie)
    assert await square.db.write(welcome_home, square.group, square.chloe.actor_id) == 3
    assert len((await square.db.read(list_home, square.chloe)).cards) == 3


async def test_pages_of_a_feed_meet_without_gap(square, clock):
    written = []
    for number in range(35):
        clock.advance(timedelta(seconds=1))
        written.append((await square.say(square.ana, f"Message {number}")).id)
    first = await square.db.read(list_group, square.bao, square.group)
    rest = await square.db.read(list_group, square.bao, square.group, before=first.older)
    assert [card.id for card in (*first.cards, *rest.cards)] == written[::-1]
    assert rest.older is None
    assert (await square.db.read(list_town, square.bao)).cards == ()


async def test_with_an_account_go_its_words(square):
    post = await square.say(square.ana)
    await square.answer(square.bao, post)
    theirs = await square.say(square.bao, "Bonjour")
    await square.db.write(thank, square.ana, theirs.id)
    await square.db.write(forget_author, square.ana.actor_id)
    gone = await square.row(post)
    assert (gone.state, gone.text, gone.html) == (PostState.DELETED, "", "")
    assert (await square.row(theirs)).thanks_count == 0


async def test_a_group_that_everybody_here_reads(square):
    await square.allow(audience=groups.Audience.HERE)
    post = await square.say(square.ana)
    assert post.audience == Audience.HERE
    assert await square.sees(square.chloe, post)
    with pytest.raises(NotAllowed):
        await square.answer(square.chloe, post)
    await square.allow(audience=groups.Audience.MEMBERS)  # narrowed: true from this moment on
    assert not await square.sees(square.chloe, post)
