"""A group as its members read it: what is kept on top, the newest first, shelf by shelf."""

import re

import pytest

from fedparents.groups.models import Audience
from fedparents.posts.desk import pin_post
from fedparents.swaps.models import Direction
from fedparents.timelines import queries
from tests.rig.pages import found_in, submit
from tests.web.posts.test_writing import follow

pytestmark = pytest.mark.anyio


def order(page):
    return [int(number) for number in re.findall(r'id="post-(\d+)"', page.text)]


@pytest.fixture
def here(square):
    return f"/groups/{square.group}"


async def test_the_newest_first_and_what_is_kept_on_top_before(square, here):
    first = await square.says("ana", "Bonjour")
    kept = await square.says("marie", "Bienvenue")
    last = await square.asks("bao", "Une poussette ?")
    await square.answers("ana", last)
    await square.db.write(pin_post, square.viewers["marie"], kept.id)
    ana = await square.browser("ana")
    page = await ana.get(here)
    assert order(page) == [kept.id, last.id, first.id], "each once"
    assert "1 answer" in page.text
    assert f'href="/write/ask?group={square.group}"' in page.text


async def test_shelves(square, here):
    topic = await square.topic("Garde")
    ask = await square.asks("ana", "Une poussette ?", topic_id=topic)
    offer = await square.asks("bao", "Un lit", Direction.OFFER)
    question = await square.says("ana", "Quel médecin ?", kind="question")
    await square.says("ana", "Bonjour")
    ana = await square.browser("ana")
    assert order(await ana.get(f"{here}?only=swaps")) == [offer.id, ask.id]
    assert order(await ana.get(f"{here}?only=questions")) == [question.id]
    assert order(await ana.get(f"{here}?only={topic}")) == [ask.id]
    for wrong in ("?only=nothing", "?only=1", "?before=x", f"?before={2**63}", "?only="):
        answer = await ana.get(f"{here}{wrong}")
        assert answer.status_code == (200 if wrong == "?only=" else 404), wrong
    other = await square.topic("Vide")
    assert "Nothing on this shelf yet" in (await ana.get(f"{here}?only={other}")).text


async def test_thirty_a_page(square, here, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    monkeypatch.setitem(queries.feed_of.__kwdefaults__, "limit", 2)
    posts = [await square.says("ana", f"Bonjour {number}") for number in range(5)]
    ana = await square.browser("ana")
    page, seen = await ana.get(here), []
    while True:
        seen += order(page)
        older = re.search(rf'rel="next" href="({here}\?before=\d+)"', page.text)
        if older is None:
            break
        page = await ana.get(older[1])
        assert f'rel="prev" href="{here}"' in page.text
    assert seen == [post.id for post in reversed(posts)]


async def test_thanks_lead_back_to_where_they_were_said(square, here):
    post = await square.says("ana", "Bonjour")
    bao = await square.browser("bao")
    page = await bao.get(f"{here}?only=")
    token = found_in(page.text, r'name="csrf_token" value="([^"]+)"')
    back = found_in(page.text, r'name="back" value="([^"]+)"')
    fields = {"csrf_token": token, "back": back}
    answer = await bao.post(f"/p/{post.id}/thank", data=fields)
    assert answer.headers["location"] == f"{here}#post-{post.id}"
    fields["back"] = "//elsewhere.example/"
    answer = await bao.post(f"/p/{post.id}/unthank", data=fields)
    assert answer.headers["location"] == f"/@ana/{post.id}"


async def test_an_empty_group_gives_words_to_begin_with(square, here):
    ana = await square.browser("ana")
    page = await ana.get(here)
    assert "Nobody has said anything yet" in page.text
    example = found_in(page.text, r'href="(/write/ask\?group=\d+&amp;example=1)"')
    sheet = await ana.get(example.replace("&amp;", "&"))
    assert ">Looking for a double pushchair for this weekend.</textarea>" in sheet.text
    page = await follow(ana, await submit(ana, sheet))
    assert "Ana asks" in page.text
    assert "Nobody has said anything yet" not in (await ana.get(here)).text
    assert (await ana.get("/write/ask?example=9")).status_code == 200
    assert (await ana.get("/write/ask?example=x")).status_code == 404


async def test_others_read_at_the_door_of_a_group_that_everybody_reads(square, here):
    post = await square.says("ana", "Bonjour")
    chloe, visitor = await square.browser("chloe"), await square.browser()
    assert order(await chloe.get(here)) == []
    await square.allow(audience=Audience.HERE, is_local_only=False)
    wide = await square.says("ana", "Pour tous")
    page = await chloe.get(here)
    assert order(page) == [wide.id], "what was said to members stays with them"
    assert "Ask to join" in page.text
    assert order(await visitor.get(here)) == []
    thread = await chloe.get(f"/@ana/{wide.id}")
    assert "Members of the group answer here." in thread.text
    assert (await chloe.get(f"/@ana/{post.id}")).status_code == 404


async def test_about_the_group(square, here):
    ana, chloe = await square.browser("ana"), await square.browser("chloe")
    page = await ana.get(f"{here}/about")
    assert "Soyons aimables." in page.text
    assert "Who is here" in page.text
    assert (await chloe.get(f"{here}/about")).status_code == 404
