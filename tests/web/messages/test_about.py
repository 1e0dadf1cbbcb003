"""Writing privately about what somebody posted, which stays in sight."""

from datetime import timedelta

import pytest

from fedparents import clock as the_clock
from fedparents.accounts.models import Account
from fedparents.groups.models import Group
from fedparents.ids import PostId
from fedparents.posts.asking import close_post
from fedparents.posts.models import Audience
from fedparents.posts.service import delete_post
from fedparents.social.service import block_actor
from tests.rig.pages import forms_of

pytestmark = pytest.mark.anyio


def way(post):
    return f"/p/{post.id}/write"


async def test_from_a_post_to_a_conversation_that_shows_it(town, press):
    ask = await town.asks("ana", "Une **poussette** double ?")
    visitor = await town.enter("bao")
    thread = await visitor.get(f"/@ana/{ask.id}")
    assert way(ask) in thread.text
    page = await visitor.get(way(ask))
    assert "<strong>poussette</strong>" in page.text
    assert "Only Ana reads what you write here." in page.text
    page = await press(page, way(ask), text="J'en ai une, au 12.")
    assert "Une poussette double ?" in page.text
    assert f'href="/p/{ask.id}"' in page.text
    again = await visitor.get(way(ask))
    assert again.headers["location"] == f"{page.url.path}#newest"
    visitor = await town.enter("ana")
    listed = (await visitor.get("/messages")).text
    assert "Une poussette double ?" in listed
    assert "au 12" not in (await visitor.get(f"/@ana/{ask.id}")).text
    assert way(ask) not in (await visitor.get(f"/@ana/{ask.id}")).text


async def test_each_thing_has_a_conversation_of_its_own(town, press):
    sent = await town.write("bao", "ana")
    ask = await town.asks("ana")
    visitor = await town.enter("bao")
    page = await press(await visitor.get(way(ask)), way(ask), text="J'en ai une.")
    assert page.url.path != f"/messages/{sent.conversation_id}"
    assert "Une poussette ?" not in (await town.open(sent)).text


async def test_whoever_only_answered_is_asked_first(town, press):
    ask = await town.asks("bao", group_id=None, audience=Audience.HERE)
    answer = await town.answers("ana", ask, "J'en ai deux.")
    visitor = await town.enter("chloe")
    assert "You share no group" not in (await visitor.get(way(ask))).text
    page = await visitor.get(way(answer))
    assert "You share no group with Ana" in page.text
    assert "photo_ids" not in page.text
    page = await press(page, way(answer), text="Et l'autre ?")
    assert "so your message waits among the requests" in page.text
    visitor = await town.enter("ana")
    assert "J&#39;en ai deux." in (await visitor.get("/messages/requests")).text
    page = await press(await visitor.get(page.url.path), f"{page.url.path}/accept")
    assert [form for form in forms_of(page.text) if "text" in form.names]


async def test_whoever_asked_says_there_that_it_is_settled(town, press):
    ask = await town.asks("ana")
    visitor = await town.enter("bao")
    page = await press(await visitor.get(way(ask)), way(ask), text="J'en ai une.")
    assert f"/p/{ask.id}/close" not in page.text
    visitor = await town.enter("ana")
    page = await press(await visitor.get(page.url.path), f"/p/{ask.id}/close")
    assert page.url.path.startswith("/messages/")
    assert "No more answers are taken here." in page.text
    assert "Closed" in page.text
    assert f"/p/{ask.id}/close" not in page.text
    assert [form for form in forms_of(page.text) if "text" in form.names]  # for a month still


async def test_too_late_loses_no_word(town, press):
    ask = await town.asks("ana")
    visitor = await town.enter("bao")
    page = await visitor.get(way(ask))
    await town.db.write(close_post, town.viewers["ana"], PostId(ask.id))
    answer = await press(page, way(ask), text="J'en ai une.")
    assert answer.status_code == 422
    assert "J&#39;en ai une." in answer.text
    assert "No more answers are taken here." in answer.text
    answer = await visitor.get(way(ask))
    assert answer.headers["location"] == f"/p/{ask.id}"
    thread = await visitor.get(f"/@ana/{ask.id}")
    assert way(ask) not in thread.text


async def test_what_is_gone_is_said_to_be_gone(town, press):
    ask = await town.asks("ana", "Une poussette ?")
    visitor = await town.enter("bao")
    page = await press(await visitor.get(way(ask)), way(ask), text="J'en ai une.")
    await town.db.write(delete_post, town.viewers["ana"], PostId(ask.id))
    page = await visitor.get(page.url.path)
    assert "What this was about is no longer there." in page.text
    assert "Une poussette" not in page.text


async def test_what_has_no_name_and_who_is_not_there_cannot_be_written_to(town):
    ask = await town.asks("ana")
    message = await town.answers("marie", ask)
    await town.db.write(block_actor, town.viewers["ana"], town.viewers["bao"].actor_id)
    visitor = await town.enter("bao")
    assert (await visitor.get(way(ask))).status_code == 404
    assert (await visitor.get(way(message))).status_code == 200
    sent = await town.write("ana", "marie")
    await town.enter("marie")
    assert (await visitor.get(way(sent.post))).status_code == 404


async def test_no_way_to_whoever_is_out_of_reach(town):
    def change(uow):
        account = uow.session.get_one(Account, town.accounts["ana"].id)
        account.restricted_until = the_clock.now().date() + timedelta(days=300)

    ask = await town.asks("ana", group_id=None, audience=Audience.HERE)
    visitor = await town.enter("chloe")
    assert way(ask) in (await visitor.get(f"/@ana/{ask.id}")).text
    await town.db.write(change)
    assert way(ask) not in (await visitor.get(f"/@ana/{ask.id}")).text
    answer = await visitor.get(way(ask))
    assert answer.headers["location"] == f"/p/{ask.id}"
    answer = await visitor.get(answer.headers["location"])
    assert (
        "You cannot write to this person." in (await visitor.get(answer.headers["location"])).text
    )
    await town.enter("bao")
    assert way(ask) in (await visitor.get(f"/@ana/{ask.id}")).text


async def test_whoever_asked_without_a_name_is_told_why_not(town):
    def allow(uow):
        uow.session.get_one(Group, town.group).allows_anonymous = True

    await town.db.write(allow)
    ask = await town.asks("ana", is_anonymous=True)
    answer = await town.answers("bao", ask)
    visitor = await town.enter("ana")
    refused = await visitor.get(way(answer))
    assert refused.headers["location"] == f"/p/{answer.id}"
    thread = (await visitor.get(refused.headers["location"])).headers["location"]
    page = (await visitor.get(thread)).text
    assert "can only be answered in the group" in page
    assert way(answer) not in page
    await town.enter("marie")
    assert (await visitor.get(way(ask))).status_code == 404
    assert way(ask) not in (await visitor.get(thread)).text
