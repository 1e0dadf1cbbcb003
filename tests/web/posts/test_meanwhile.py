"""What was open on a screen when something changed: it gives nothing away and takes nothing in."""

import asyncio

import pytest
from sqlmodel import select

from fedparents.groups.members import ban_member, remove_member
from fedparents.posts.models import PollBallot, Post
from fedparents.posts.polls import PollDraft
from tests.rig.pages import fill_in
from tests.web.posts.test_writing import follow

pytestmark = pytest.mark.anyio
SAID = "Des mots précieux"


async def count_posts(square):
    return len(await square.db.read(lambda session: session.exec(select(Post.id)).all()))


@pytest.mark.both_engines
async def test_a_poll_voted_in_twice_at_the_same_moment_counts_once(square):
    post = await square.says("ana", "Quand ?", poll=PollDraft(("Matin", "Soir")))
    bao = await square.browser("bao")
    page = await follow(bao, await bao.get(f"/p/{post.id}"))
    morning, evening = (fill_in(page, {"choice": choice}) for choice in ("0", "1"))
    answers = await asyncio.gather(*(form.send(bao) for form in (morning, evening) * 3))
    assert {answer.status_code for answer in answers} == {303}
    ballots = await square.db.read(lambda session: session.exec(select(PollBallot)).all())
    assert len(ballots) == 1
    page = await follow(bao, await bao.get(f"/p/{post.id}"))
    assert "1 person has voted" in page.text


async def test_a_tab_that_a_banned_person_left_open(square):
    post = await square.asks("ana")
    bao = await square.browser("bao")
    thread = await follow(bao, await bao.get(f"/p/{post.id}"))
    forms = [
        fill_in(thread, {"text": SAID}),
        fill_in(await bao.get(f"/write/ask?group={square.group}"), {"text": SAID}),
    ]
    before = await count_posts(square)
    bao_is, marie = square.viewers["bao"], square.viewers["marie"]
    await square.db.write(ban_member, marie, square.group, bao_is.actor_id, "Injures.", until=None)
    for form in forms:
        answer = await follow(bao, await form.send(bao))
        assert answer.status_code in {404, 422}
        assert "Une poussette" not in answer.text
    assert await count_posts(square) == before
    for press in ("thanks", "vote", "pin", "close"):
        assert (await bao.post(f"/p/{post.id}/{press}")).status_code in {403, 404}


async def test_a_link_that_somebody_kept_who_was_removed(square):
    """All of it looks like what has never been."""
    post = await square.asks("ana")
    bao = await square.browser("bao")
    kept = [f"/p/{post.id}", f"/@ana/{post.id}", f"/p/{post.id}/history", f"/p/{post.id}/edit"]
    assert (await bao.get(f"/@ana/{post.id}")).status_code == 200
    bao_is, marie = square.viewers["bao"], square.viewers["marie"]
    await square.db.write(remove_member, marie, square.group, bao_is.actor_id, "Parti.")
    for path in kept:
        gone = await bao.get(path)
        never = await bao.get(path.replace(str(post.id), str(post.id + 1)))
        assert gone.status_code == never.status_code == 404
        assert "poussette" not in gone.text
    for path in (f"/groups/{square.group}", "/search?q=poussette", "/", "/notifications"):
        assert "Une poussette" not in (await bao.get(path)).text
