"""Passing on with one press: who follows finds it at home, and sees who brought it."""

import pytest

from fedparents.posts.models import Audience
from fedparents.social.follows import accept_follow, follow_actor
from tests.rig.pages import found_in
from tests.web.posts.test_writing import follow

TO_ALL = {"group_id": None, "audience": Audience.PUBLIC}


@pytest.fixture
async def party(square):
    """What Ana says to everybody; Chloé follows Bao."""
    bao, chloe = square.viewers["bao"], square.viewers["chloe"]
    await square.db.write(follow_actor, chloe, bao.actor_id)
    await square.db.write(accept_follow, bao, chloe.actor_id)
    return await square.says("ana", "Fête du quartier", **TO_ALL)


async def press(browser, page, what, post):
    token = found_in(page.text, r'name="csrf_token" value="([^"]+)"')
    back = found_in(page.text, r'name="back" value="([^"]+)"')
    assert f'formaction="/p/{post.id}/{what}"' in page.text
    answer = await browser.post(f"/p/{post.id}/{what}", data={"csrf_token": token, "back": back})
    return await follow(browser, answer)


async def test_one_press_brings_it_home_and_one_takes_it_back(square, party):
    bao, chloe = await square.browser("bao"), await square.browser("chloe")
    page = await press(bao, await bao.get("/town"), "pass-on", party)
    assert "Those who follow you find it on their home page." in page.text
    await square.place.worker.work_until_idle()
    home = await chloe.get("/")
    assert "Passed on by Bao" in home.text
    assert "You passed this on" in (await bao.get("/")).text
    await press(bao, await bao.get("/town"), "keep", party)
    await square.place.worker.work_until_idle()
    assert "Passed on by" not in (await chloe.get("/")).text


async def test_how_often_it_was_passed_on_is_for_its_author(square, party):
    bao, ana = await square.browser("bao"), await square.browser("ana")
    await press(bao, await bao.get("/town"), "pass-on", party)
    assert "passed on once" in (await ana.get("/town")).text
    chloe = await square.browser("chloe")
    assert "passed on once" not in (await chloe.get("/town")).text


async def test_what_is_for_some_has_no_such_button(square):
    inside = await square.says("ana", "Entre nous")
    here = await square.says("ana", "Ici", group_id=None, audience=Audience.HERE)
    bao = await square.browser("bao")
    for page in (await bao.get("/town"), await bao.get(f"/groups/{square.group}")):
        assert "/pass-on" not in page.text
    token = found_in((await bao.get("/town")).text, r'name="csrf_token" value="([^"]+)"')
    for post in (inside, here):
        answer = await bao.post(f"/p/{post.id}/pass-on", data={"csrf_token": token})
        page = await follow(bao, answer)
        assert "Only what everybody may read can be passed on." in page.text
