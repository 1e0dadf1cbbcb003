"""Reading and answering, and what one press does, without scripts."""

import re

import pytest

from fedparents.groups.members import leave_group
from fedparents.posts.desk import let_post_through
from fedparents.posts.models import Post
from fedparents.posts.polls import PollDraft
from fedparents.social.filters import FilterDraft, create_filter
from fedparents.social.matching import Word
from fedparents.social.models import FilterContext
from fedparents.timelines import threads
from tests.rig.builders import hide
from tests.rig.pages import fill_in, forms_of, submit
from tests.web.posts.test_writing import follow

pytestmark = pytest.mark.anyio


async def press(browser, page, action):
    """A button that belongs to the page's one form and says itself where it sends it."""
    assert f'formaction="{action}"' in page.text
    token = next(form for form in forms_of(page.text) if "csrf_token" in form.answers)
    fields = {"csrf_token": token.answers["csrf_token"], "back": token.answers.get("back", [""])}
    return await browser.post(action, data=fields)


def order(page):
    return [int(number) for number in re.findall(r'id="(?:accepted-)?post-(\d+)"', page.text)]


async def test_short_and_long_addresses(square):
    post = await square.asks("ana")
    answer = await square.answers("bao", post)
    ana = await square.browser("ana")
    long = f"/@ana/{post.id}"
    assert (await ana.get(f"/p/{post.id}")).headers["location"] == long
    there = (await ana.get(f"/p/{answer.id}")).headers["location"]
    assert there == f"{long}#post-{answer.id}"
    for wrong in (f"/@bao/{post.id}", f"/@nobody/{post.id}"):
        assert (await ana.get(wrong)).headers["location"] == long
    assert (await ana.get(f"/@bao/{answer.id}")).headers["location"] == there
    assert (await ana.get(long)).status_code == 200
    for absent in ("/p/1", "/p/x", "/@ana/1", "/@ana/x", f"{long}?after=x", "/p/" + "9" * 40):
        assert (await ana.get(absent)).status_code == 404
    assert (await ana.get(f"{long}?after={10**17}")).status_code == 200


async def test_an_answer_and_the_one_that_helped(square):
    post = await square.asks("ana")
    bao, ana = await square.browser("bao"), await square.browser("ana")
    page = await follow(bao, await bao.get(f"/p/{post.id}"))
    assert "I have one" in page.text
    assert "I know somebody" in page.text
    page = await bao.get(f"/@ana/{post.id}?say=have")
    assert ">I have one. </textarea>" in page.text
    await square.answers("marie", post, "Peut-être ma sœur.")
    page = await follow(bao, await submit(bao, page, text="J'en ai une, au sous-sol."))
    assert "Your answer is there. Thank you!" in page.text
    page = await follow(ana, await ana.get(f"/p/{post.id}"))
    assert "I have one" not in page.text
    marie, his = order(page)[1:]
    done = await follow(ana, await press(ana, page, f"/p/{his}/accept"))
    assert order(done) == [post.id, his, marie]
    assert "This helped" in done.text
    assert "Solved" in done.text
    undone = await follow(ana, await press(ana, done, f"/p/{post.id}/unaccept"))
    assert order(undone) == [post.id, marie, his]


async def test_an_answer_to_an_answer_says_so(square):
    post = await square.asks("ana")
    answer = await square.answers("bao", post)
    marie = await square.browser("marie")
    page = await marie.get(f"/p/{answer.id}/answer")
    assert "J&#39;en ai une." in page.text or "J'en ai une." in page.text
    page = await follow(marie, await submit(marie, page, text="Magnifique !"))
    assert f'<a href="#post-{answer.id}">to Bao</a>' in page.text


async def test_a_refused_answer_is_kept(square):
    post = await square.asks("ana")
    bao = await square.browser("bao")
    page = await follow(bao, await bao.get(f"/p/{post.id}"))
    refused = await submit(bao, page, text="é" * 6000)
    assert refused.status_code == 422
    assert "é" * 6000 in refused.text
    empty = await submit(bao, page, text="  ")
    assert empty.status_code == 422
    assert "Please write a few words." in empty.text


async def test_thanks_and_no_thanks(square):
    post = await square.asks("ana")
    bao = await square.browser("bao")
    page = await follow(bao, await bao.get(f"/p/{post.id}"))
    page = await follow(bao, await press(bao, page, f"/p/{post.id}/thank"))
    assert "1 thank-you" in page.text
    page = await follow(bao, await press(bao, page, f"/p/{post.id}/unthank"))
    assert "1 thank-you" not in page.text


async def test_the_end_and_a_new_beginning(square):
    post = await square.asks("ana")
    ana, bao = await square.browser("ana"), await square.browser("bao")
    page = await follow(ana, await ana.get(f"/p/{post.id}"))
    before = await follow(bao, await bao.get(f"/p/{post.id}"))
    page = await follow(ana, await press(ana, page, f"/p/{post.id}/close"))
    assert "No more answers are taken here." in page.text
    late = await submit(bao, before, text="J'en ai une !")
    assert late.status_code == 422
    assert "No more answers are taken here. What you wrote was not sent." in late.text
    assert "J&#39;en ai une !" in late.text
    page = await follow(ana, await press(ana, page, f"/p/{post.id}/reopen"))
    assert (await submit(bao, before, text="J'en ai une !")).status_code == 303


async def test_on_top_of_the_group(square):
    marie = await square.browser("marie")
    for number in range(4):
        post = await square.asks("ana", f"Demande {number}")
        page = await follow(marie, await marie.get(f"/p/{post.id}"))
        page = await follow(marie, await press(marie, page, f"/p/{post.id}/pin"))
    assert "3 messages are pinned already." in page.text
    ana = await square.browser("ana")
    assert f"/p/{post.id}/pin" not in (await follow(ana, await ana.get(f"/p/{post.id}"))).text


async def test_a_vote(square):
    post = await square.says("ana", "Quand ?", poll=PollDraft(("Matin", "Soir")))
    bao = await square.browser("bao")
    page = await follow(bao, await bao.get(f"/p/{post.id}"))
    assert "You see the results when you have voted." in page.text
    form = fill_in(page, {"choice": "1"})
    page = await follow(bao, await form.send(bao))
    assert "Your vote counts. Thank you!" in page.text
    assert 'value="100"' in page.text
    page = await follow(bao, await form.send(bao))
    assert "You have voted already" in page.text
    marie = await square.browser("marie")
    page = await follow(marie, await marie.get(f"/p/{post.id}"))
    for wrong in ([], ["0", "1"], ["7"], ["x"], ["9" * 30]):
        fields = {**fill_in(page, {"choice": "0"}).fields, "choice": wrong}
        told = await follow(marie, await marie.post(f"/p/{post.id}/vote", data=fields))
        assert told.status_code == 200
        assert "Your vote counts" not in told.text


async def test_better_words_and_what_they_were(square):
    post = await square.asks("ana", "Une pousette")
    ana, bao = await square.browser("ana"), await square.browser("bao")
    page = await follow(ana, await submit(ana, f"/p/{post.id}/edit", text="Une poussette"))
    assert "changed" in page.text
    history = await bao.get(f"/p/{post.id}/history")
    assert history.text.index("Une poussette") < history.text.index("Une pousette")
    assert (await submit(ana, f"/p/{post.id}/edit", text=" ")).status_code == 422
    assert (await bao.get(f"/p/{post.id}/edit")).status_code == 404


async def test_changed_in_two_windows_both_are_shown(square):
    post = await square.asks("ana", "Une")
    ana = await square.browser("ana")
    first, second = [await ana.get(f"/p/{post.id}/edit") for _ in range(2)]
    await submit(ana, first, text="Deux")
    both = await submit(ana, second, text="Trois")
    assert both.status_code == 409
    assert "<p>Deux</p>" in both.text
    assert ">Trois</textarea>" in both.text
    await submit(ana, both, text="Trois")
    row = await square.db.read(lambda session: session.get(Post, post.id))
    assert row.text == "Trois"


async def test_taken_back_its_answers_stay(square):
    post = await square.asks("ana", "Une poussette")
    await square.answers("bao", post, "J'en ai une")
    ana, bao = await square.browser("ana"), await square.browser("bao")
    page = await ana.get(f"/p/{post.id}/delete")
    assert "Answers of others stay." in page.text
    page = await follow(ana, await submit(ana, page))
    assert "It is deleted." in page.text
    seen = await bao.get(f"/@ana/{post.id}")
    assert "This was deleted" in seen.text
    assert "Une poussette" not in seen.text
    assert "J&#39;en ai une" in seen.text or "J'en ai une" in seen.text
    assert (await bao.get(f"/p/{post.id}/delete")).status_code == 404


async def test_words_can_be_taken_back_from_a_group_that_was_left(square):
    post = await square.asks("ana", "Une poussette")
    await square.db.write(leave_group, square.viewers["ana"], square.group)
    ana = await square.browser("ana")
    assert (await ana.get(f"/p/{post.id}")).status_code == 404
    page = await ana.get("/settings/posts")
    assert "you no longer read there" in page.text
    assert f'href="/p/{post.id}"' not in page.text
    page = await follow(ana, await submit(ana, f"/p/{post.id}/delete"))
    assert page.url.path == "/settings/posts"
    assert "Une poussette" not in page.text


async def test_fewer_people_than_before(square):
    post = await square.says("ana", "Pour tous", group_id=None, audience="public")
    ana, visitor = await square.browser("ana"), await square.browser()
    page = await follow(ana, await ana.get(f"/p/{post.id}"))
    assert "also on the open web." in page.text
    assert (await visitor.get(f"/@ana/{post.id}")).status_code == 200
    await submit(ana, f"/p/{post.id}/audience", audience="here")
    assert (await visitor.get(f"/@ana/{post.id}")).status_code == 404
    page = await ana.get(f"/p/{post.id}/audience")
    assert page.status_code == 404, "nothing narrower is left"
    inside = await square.says("ana", "Pour nous")
    assert (await ana.get(f"/p/{inside.id}/audience")).status_code == 404


async def test_visitors_read_what_is_public_without_being_offered_anything(square):
    post = await square.says("ana", "Pour tous", group_id=None, audience="public")
    await square.answers("bao", post, "Bonjour")
    visitor = await square.browser()
    page = await visitor.get(f"/@ana/{post.id}")
    assert "noindex" in page.headers["x-robots-tag"]
    assert "Sign in to answer" in page.text
    assert "formaction" not in page.text
    assert (await visitor.get(f"/p/{post.id}")).status_code == 303
    for path in ("edit", "delete", "answer", "history", "audience"):
        assert (await visitor.get(f"/p/{post.id}/{path}")).status_code == 404


async def test_what_waits_and_what_was_hidden(square):
    await square.allow(holds_first_posts=True)
    post = await square.says("ana", "Mon premier message")
    ana, bao, marie = [await square.browser(name) for name in ("ana", "bao", "marie")]
    assert "you do not have to do anything" in (await ana.get(f"/@ana/{post.id}")).text
    assert (await bao.get(f"/@ana/{post.id}")).status_code == 404
    assert "Only its author and those" in (await marie.get(f"/@ana/{post.id}")).text
    await square.db.write(let_post_through, square.viewers["marie"], post.id)
    assert (await bao.get(f"/@ana/{post.id}")).status_code == 200
    await hide(square.db, square.viewers["marie"], post.id, "Trop de publicité.")
    assert "Trop de publicité." in (await ana.get(f"/@ana/{post.id}")).text
    assert (await bao.get(f"/@ana/{post.id}")).status_code == 404


async def test_two_hundred_answers_have_pages(square, monkeypatch):
    monkeypatch.setattr(threads, "THREAD", 2)
    post = await square.asks("ana")
    answers = [await square.answers("bao", post, f"Réponse {number}") for number in range(5)]
    ana = await square.browser("ana")
    page = await ana.get(f"/@ana/{post.id}")
    assert order(page) == [post.id, answers[0].id, answers[1].id]
    assert f"/@ana/{post.id}?after={answers[1].id}" in page.text
    page = await follow(ana, await ana.get(f"/p/{answers[4].id}"))
    assert order(page) == [post.id, answers[4].id]
    assert "From the first answer on" in page.text


async def test_words_behind_a_filter_are_folded(square):
    post = await square.asks("ana", "Question de football")
    await square.answers("ana", post, "Encore du football")
    draft = FilterDraft("Sport", (FilterContext.THREAD,), words=(Word("football"),))
    await square.db.write(create_filter, square.viewers["bao"], draft)
    bao = await square.browser("bao")
    page = await bao.get(f"/@ana/{post.id}")
    assert page.text.count("Folded, because it says “football”") == 2


async def test_lists(square):
    await square.says("chloe", "Bonjour #issy", group_id=None)
    inside = await square.says("ana", "Entre nous #issy")
    ana, chloe = await square.browser("ana"), await square.browser("chloe")
    assert "Bonjour" in (await ana.get("/town")).text
    assert "Entre nous" not in (await ana.get("/town")).text
    page = await ana.get("/tags/ISSY")
    assert "Bonjour" in page.text
    assert f"post-{inside.id}" in page.text
    assert f"post-{inside.id}" not in (await chloe.get("/tags/issy")).text
    assert (await ana.get("/tags/" + "x" * 61)).status_code == 404
    assert (await ana.get("/tags/rien")).status_code == 200
    for path in ("/town", "/tags/issy", "/settings/posts", "/write", "/write/ask"):
        visitor = await square.browser()
        assert (await visitor.get(path)).headers["location"].startswith("/sign-in")
        if "write" not in path:
            assert (await ana.get(f"{path}?before=x")).status_code == 404
            assert (await ana.get(f"{path}?before=1")).status_code == 200
