"""What people of other towns say, once it is kept here: who finds it, and what becomes of it."""

from datetime import timedelta
from time import process_time

import pytest
from sqlmodel import select

from fedparents import clock as clocks
from fedparents.accounts.models import Role
from fedparents.actors.models import Actor
from fedparents.errors import NotFound
from fedparents.posts.elsewhere import (
    PollSaid,
    Said,
    join_thread,
    may_answer,
    record_said,
    revise_said,
    withdraw_said,
)
from fedparents.posts.models import Audience, Post, PostMention, PostTag, PostVersion
from fedparents.posts.polls import list_polls, vote
from fedparents.posts.service import PostDraft, narrow_post, publish_post
from fedparents.search.queries import Looking, search_posts
from fedparents.search.service import index_post
from fedparents.social.service import block_actor
from fedparents.timelines.queries import get_card, list_home, list_tagged, list_town
from fedparents.timelines.service import fill_homes
from fedparents.timelines.threads import find_place, get_thread
from tests.rig.builders import a_viewer, hide, open_the_doors, put_follow, put_stranger

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]


class Square:
    """Zoé of Rumilly, whom Ana here follows and Bao does not."""

    def __init__(self, db, zoe, ana, bao):
        self.db, self.zoe, self.ana, self.bao = db, zoe, ana, bao
        self.facts = []

    async def hears(self, html="<p>Une poussette ?</p>", text="Une poussette ?", **said):
        said = {"audience": Audience.PUBLIC, "at": clocks.now(), **said}

        def record(uow):
            author = uow.session.get_one(Actor, self.zoe)
            post = record_said(uow, author, Said(html=html, text=text, **said))
            self.facts += [type(fact).__name__ for fact, _ in uow.facts]
            return post

        post = await self.db.write(record)
        await self.db.write(fill_homes, post.id)
        return post

    async def says(self, viewer, text="Une trottinette ?", **draft):
        draft = {"audience": Audience.PUBLIC, **draft}
        return (await self.db.write(publish_post, viewer, PostDraft(text=text, **draft))).post

    async def sees(self, viewer, post):
        try:
            await self.db.read(get_card, viewer, post.id)
        except NotFound:
            return False
        return True

    async def at_home(self, viewer):
        return [card.id for card in (await self.db.read(list_home, viewer)).cards]

    async def row(self, post):
        return await self.db.read(lambda session: session.get(Post, post.id))

    async def all(self, statement):
        return await self.db.read(lambda session: list(session.exec(statement)))


@pytest.fixture
async def square(db):
    await db.write(open_the_doors)
    ana, bao = await a_viewer(db, "ana"), await a_viewer(db, "bao")

    def add(uow):
        zoe = put_stranger(uow)
        put_follow(uow, ana.actor_id, zoe.id)
        return zoe.id

    return Square(db, await db.write(add), ana, bao)


async def test_who_follows_finds_it_at_home_and_nobody_finds_it_among_what_the_town_says(square):
    post = await square.hears()
    assert await square.at_home(square.ana) == [post.id]
    assert await square.at_home(square.bao) == []
    assert (await square.db.read(list_town, square.bao)).cards == ()
    assert await square.sees(square.bao, post)


async def test_words_are_cut_to_what_a_post_may_hold(square):
    post = await square.hears(
        '<h2 class="x">Poussettes</h2><p onclick="x()">Voir <a href="https://a.example/u/1" '
        'class="mention evil">@lea</a><script>x()</script><img src="https://t.example/p.gif"></p>',
        "Poussettes\n\nVoir @lea\u202e",
        warning="w" * 500,
        language="x" * 99,
        ways={"https://a.example/u/1": "/@lea"},
    )
    assert post.html == (
        "<p><strong>Poussettes</strong></p><p>Voir "
        '<a href="/@lea" class="mention" rel="nofollow noopener noreferrer">@lea</a></p>'
    )
    assert post.text == "Poussettes\n\nVoir @lea"
    assert (len(post.warning), len(post.language)) == (120, 35)


async def test_what_is_too_long_is_plain_words(square):
    post = await square.hears("<b>a</b>" * 10_000, "<a>" * 10_000)
    assert post.html.startswith("<p>&lt;a&gt;")
    assert len(post.text) == 20_000


@pytest.mark.parametrize("deep", ["<ul><li>", "<b>", "<blockquote>", "&", "<"])
async def test_what_is_nested_without_end_keeps_nobody_waiting(square, deep):
    long = (deep * 100_000)[:59_999]
    before = process_time()
    post = await square.hears(long, "Des listes")
    assert process_time() - before < 1
    assert len(post.html) <= 60_000


@pytest.mark.parametrize(
    ("theirs", "shown"),
    [
        ("<b>a</b> <i>b</i>", "<strong>a</strong> <em>b</em>"),
        ("<div>a</div><DIV class=x>b</DIV>", "<p>a</p><p>b</p>"),
        ("<div><p>a</p></div>", "<p>a</p>"),
        ("<p></p><h1>a</h1>b", "<p><strong>a</strong></p>b"),
        ('<a href="javascript:x()">a</a>', '<a rel="nofollow noopener noreferrer">a</a>'),
    ],
)
async def test_what_others_mean_by_their_tags_stays(square, theirs, shown):
    assert (await square.hears(theirs)).html == shown


async def test_for_followers_it_is_there_for_them_and_for_whom_it_names(square):
    post = await square.hears(audience=Audience.FOLLOWERS)
    assert await square.sees(square.ana, post)
    assert not await square.sees(square.bao, post)
    named = await square.hears(audience=Audience.FOLLOWERS, named=[square.bao.actor_id])
    assert await square.sees(square.bao, named)
    await square.db.write(block_actor, square.bao, square.zoe)
    assert not await square.sees(square.bao, named)


async def test_an_answer_stands_in_its_thread_and_is_counted(square):
    asked = await square.says(square.bao)
    answer = await square.hears(is_answer=True, answers_id=asked.id)
    assert (answer.root_id, (await square.row(asked)).reply_count) == (asked.id, 1)
    thread = await square.db.read(get_thread, square.bao, asked.id)
    assert [card.id for card in thread.replies] == [answer.id]
    assert await square.at_home(square.ana) == []


async def test_an_answer_of_which_the_rest_comes_later_finds_its_place(square):
    late = await square.hears(is_answer=True)
    later = await square.says(square.ana, in_reply_to_id=late.id)
    assert await square.db.read(find_place, square.ana, late.id)
    alone = await square.db.read(get_thread, square.ana, late.id)
    assert ([card.id for card in alone.replies], alone.root.id) == ([later.id], late.id)
    asked = await square.says(square.bao)
    middle = await square.hears(is_answer=True, answers_id=asked.id)

    def join(uow):
        join_thread(uow, uow.session.get_one(Post, late.id), uow.session.get_one(Post, middle.id))

    await square.db.write(join)
    rows = [await square.row(each) for each in (asked, middle, late, later)]
    assert [row.root_id for row in rows] == [asked.id] * 4
    assert [row.reply_count for row in rows] == [3, 1, 1, 0]
    thread = await square.db.read(get_thread, square.bao, asked.id)
    assert {card.id for card in thread.replies} == {middle.id, late.id, later.id}


@pytest.mark.parametrize(
    ("audience", "may"),
    [(Audience.PUBLIC, True), (Audience.HERE, False), (Audience.FOLLOWERS, False)],
)
async def test_only_what_they_may_have_read_is_answered(square, audience, may):
    asked = await square.says(square.bao, audience=audience)
    assert await square.db.read(may_answer, square.zoe, asked) == may


async def test_who_is_blocked_answers_nothing_and_nobody_answers_what_is_closed(square):
    asked = await square.says(square.bao)
    await square.db.write(block_actor, square.bao, square.zoe)
    assert not await square.db.read(may_answer, square.zoe, asked)
    narrowed = await square.says(square.ana)
    await square.db.write(narrow_post, square.ana, narrowed.id, Audience.HERE)
    assert not await square.db.read(may_answer, square.zoe, await square.row(narrowed))


async def test_words_that_change_leave_their_first_version(square):
    post = await square.hears(tags=["Vélo"], named=[square.bao.actor_id])

    def revise(uow):
        said = Said(html="<p>Un vélo.</p>", text="Un vélo.", audience=Audience.PUBLIC, at=uow.now)
        revise_said(uow, uow.session.get_one(Post, post.id), said)
        return [type(fact).__name__ for fact, _ in uow.facts]

    assert await square.db.write(revise) == ["PostEdited"]
    row = await square.row(post)
    assert (row.html, row.edited_at) == ("<p>Un vélo.</p>", clocks.now())
    versions = await square.all(select(PostVersion.text).where(PostVersion.post_id == post.id))
    assert versions == ["Une poussette ?"]
    assert await square.all(select(PostTag)) == await square.all(select(PostMention)) == []
    assert await square.db.write(revise) == []


async def test_a_hashtag_leads_to_it(square):
    post = await square.hears(tags=["Vélo", "vélo"])
    found = await square.db.read(list_tagged, square.bao, "vélo")
    assert [card.id for card in found.cards] == [post.id]


async def test_what_is_taken_back_is_gone_and_counted_no_more(square):
    asked = await square.says(square.bao)
    answer = await square.hears(is_answer=True, answers_id=asked.id)
    take_back = lambda uow: withdraw_said(uow, uow.session.get_one(Post, answer.id))  # noqa: E731
    await square.db.write(take_back)
    await square.db.write(take_back)
    assert not await square.sees(square.bao, answer)
    assert (await square.row(asked)).reply_count == 0


async def test_what_was_said_long_ago_is_no_news_and_stands_where_it_was_said(square):
    here = await square.says(square.bao)
    post = await square.hears(at=clocks.now() - timedelta(days=30))
    assert post.id < here.id
    assert square.facts == ["PostFound"]
    odd = await square.hears(at=clocks.now() + timedelta(days=9000))
    assert odd.created_at == clocks.now()


async def test_a_poll_has_the_numbers_of_its_own_town(square):
    poll = PollSaid(options=(("Lundi", 4), ("Mardi", 2), ("Lundi", 9)), voters=6)
    post = await square.hears(poll=poll)

    def revise(uow, poll):
        said = Said(html=post.html, text=post.text, audience=post.audience, at=uow.now, poll=poll)
        revise_said(uow, uow.session.get_one(Post, post.id), said)

    async def view():
        return (await square.db.read(list_polls, square.bao, [post.id], now=clocks.now()))[post.id]

    await square.db.write(vote, square.bao, post.id, [1])
    await square.db.write(revise, PollSaid(options=(("Lundi", 5), ("Mardi", 4)), voters=9))
    seen = await view()
    assert [each.votes for each in seen.options] == [5, 4]
    assert (seen.voters, seen.has_voted) == (9, True)
    await square.db.write(revise, PollSaid(options=(("Lundi", 0), ("Jeudi", 0))))
    assert not (await view()).has_voted


async def test_it_is_found_by_its_words_if_its_author_lets_others_look_for_them(square):
    post = await square.hears("<p>Un trombone</p>", "Un trombone")

    async def found():
        await square.db.write(index_post, post.id)
        feed = await square.db.read(search_posts, square.bao, Looking("trombone"))
        return [card.id for card in feed.cards]

    assert await found() == []

    def let(uow):
        uow.session.get_one(Actor, square.zoe).is_indexable = True

    await square.db.write(let)
    assert await found() == [post.id]


async def test_those_who_look_after_the_place_hide_it_and_it_stays_hidden(square):
    post = await square.hears()
    moderator = await a_viewer(square.db, "marie", role=Role.MODERATOR)
    await hide(square.db, moderator, post.id)
    assert not await square.sees(square.bao, post)

    def revise(uow):
        said = Said(html="<p>Encore</p>", text="Encore", audience=Audience.PUBLIC, at=uow.now)
        revise_said(uow, uow.session.get_one(Post, post.id), said)

    await square.db.write(revise)
    assert not await square.sees(square.bao, post)
    assert await square.sees(moderator, post)
