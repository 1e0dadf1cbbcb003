"""The desk of a group: one queue, the oldest first, each thing decided with one tap and an undo."""

import re
from types import SimpleNamespace

import pytest
from sqlmodel import select

from fedparents.groups.joining import ask_to_join
from fedparents.groups.service import SwitchesDraft, change_switches
from fedparents.moderation.models import Decision
from fedparents.posts.models import Post, PostState
from fedparents.posts.service import PostDraft, publish_post
from tests.rig.builders import a_group, an_account, join, signed_in
from tests.rig.pages import found_in, submit
from tests.rig.visitors import press
from tests.web.conftest import sign_in
from web.mail.folder import FolderSender

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]


async def person(place, handle):
    account = await an_account(place.db, handle, language="en")
    return SimpleNamespace(account=account, viewer=await signed_in(place.db, account))


@pytest.fixture
async def desk(place):
    """Marie's group looks at first posts: Ana has written one, Bao asks to join since before."""
    marie, ana, bao = [await person(place, handle) for handle in ("marie", "ana", "bao")]
    group = await a_group(place.db, marie.viewer)
    await join(place.db, ana.viewer, group, marie.viewer)
    await place.db.write(ask_to_join, bao.viewer, group, ["Parce que."])
    await place.db.write(
        change_switches, marie.viewer, group, SwitchesDraft(holds_first_posts=True)
    )
    draft = PostDraft(text="Une **poussette** <b>?", group_id=group)
    post = (await place.db.write(publish_post, ana.viewer, draft)).post
    return SimpleNamespace(
        marie=marie, ana=ana, group=group, post=post, path=f"/groups/{group}/desk"
    )


async def state_of(place, desk):
    return await place.db.read(lambda session: session.get_one(Post, desk.post.id).state)


async def letters(place):
    await place.worker.work_until_idle()
    assert isinstance(place.mailer, FolderSender)
    found = [place.mailer.find(name) for name in place.mailer.list_names()]
    return [letter["Subject"] for letter in found if letter is not None]


async def test_one_queue_the_oldest_first(place, visitor, desk):
    await sign_in(place, visitor, desk.marie.account)
    page = await visitor.get(desk.path)
    assert re.findall(r'card-kind">.*?<span>(.*?)</span>', page.text) == [
        "Would like to join",
        "A first message",
    ]
    assert "<strong>poussette</strong> &lt;b&gt;?" in page.text
    for words in ("1 request", "1 first message"):
        assert words in page.text
    assert "2 things wait for you" in (await visitor.get(f"/groups/{desk.group}")).text
    assert "2 things wait in Parents du Corentin" in (await visitor.get("/")).text


async def test_earlier_mails_still_lead_there(place, visitor, desk):
    await sign_in(place, visitor, desk.marie.account)
    moved = await visitor.get(f"/groups/{desk.group}/requests")
    assert (moved.status_code, moved.headers["location"]) == (303, desk.path)
    await sign_in(place, visitor, desk.ana.account)
    assert (await visitor.get(f"/groups/{desk.group}/requests")).status_code == 404


async def test_a_first_post_is_let_through_and_held_again(place, visitor, desk, clock):
    await sign_in(place, visitor, desk.marie.account)
    done = await press(visitor, await visitor.get(desk.path), "/through")
    page = await visitor.get(done.headers["location"])
    assert "Everybody in the group can read this first message now." in page.text
    assert "A first message" not in page.text
    assert await state_of(place, desk) == PostState.VISIBLE
    undone = await press(visitor, page, "/again")
    page = await visitor.get(undone.headers["location"])
    assert "The message is back in the queue." in page.text
    assert await state_of(place, desk) == PostState.HELD
    clock.advance(minutes=1)
    assert not [subject for subject in await letters(place) if "can be read now" in subject]


async def test_its_author_gets_a_mail_once(place, visitor, desk, clock):
    await sign_in(place, visitor, desk.marie.account)
    await press(visitor, await visitor.get(desk.path), "/through")
    clock.advance(minutes=1)
    subjects = await letters(place)
    assert subjects.count("Your message in Parents du Corentin can be read now") == 1


async def test_a_first_post_is_refused_with_a_reason(place, visitor, desk):
    await sign_in(place, visitor, desk.marie.account)
    refusal = await visitor.get(f"{desk.path}/posts/{desk.post.id}/refuse")
    without = await submit(visitor, refusal, words_of_own="")
    assert without.status_code == 422
    done = await submit(visitor, refusal, preset="child", words_of_own="Pas de nom de famille.")
    assert "The message stays hidden" in (await visitor.get(done.headers["location"])).text
    post = await place.db.read(lambda session: session.exec(select(Post)).one())
    assert post.state == PostState.HIDDEN
    assert post.reason == "Pas de nom de famille."
    decision = await place.db.read(lambda session: session.exec(select(Decision)).one())
    assert "des horaires, une photo" in decision.ground_text


async def test_the_desk_empties_with_thanks(place, visitor, desk):
    await sign_in(place, visitor, desk.marie.account)
    await press(visitor, await visitor.get(desk.path), "/through")
    await press(visitor, await visitor.get(desk.path), "/approve")
    page = await visitor.get(desk.path)
    assert "Nothing waits for you" in page.text
    assert "Thank you!" in page.text
    assert "Your turn" not in (await visitor.get("/")).text


async def test_topics_from_the_settings(place, visitor, desk):
    await sign_in(place, visitor, desk.marie.account)
    topics = f"/groups/{desk.group}/topics"
    assert f'href="{topics}"' in (await visitor.get(f"/groups/{desk.group}/settings")).text
    for name in ("Cantine", "Garde"):
        assert (await submit(visitor, topics, name=name)).status_code == 303
    twice = await submit(visitor, topics, name="garde")
    assert (twice.status_code, "There is a topic of this name already." in twice.text) == (
        422,
        True,
    )
    page = await visitor.get(topics)
    moved = await press(visitor, page, "/move", direction="down")
    page = await visitor.get(moved.headers["location"])
    assert page.text.index("Garde") < page.text.index("Cantine")
    change = found_in(page.text, r'href="(/groups/\d+/topics/\d+)"')
    assert (await submit(visitor, change, name="Baby-sitting")).status_code == 303
    assert (await submit(visitor, f"{change}/remove")).status_code == 303
    page = await visitor.get(topics)
    assert ("Baby-sitting" in page.text, "Cantine" in page.text) == (False, True)


async def test_switches_from_the_settings(place, visitor, desk):
    await sign_in(place, visitor, desk.marie.account)
    path = f"/groups/{desk.group}/switches"
    page = await visitor.get(path)
    assert page.text.count("checked") == 1
    await submit(visitor, page, anonymous="yes", holds=[])
    page = await visitor.get(path)
    assert re.search(r'name="anonymous"[^>]*checked', page.text)
    assert not re.search(r'name="holds"[^>]*checked', page.text)
