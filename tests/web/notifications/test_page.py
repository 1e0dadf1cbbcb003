"""The page of notifications and the bell, without scripts: from what happened to what is read."""

import pytest

from fedparents.groups.joining import ask_to_join
from fedparents.groups.members import remove_member
from fedparents.notifications.kinds import Kind
from fedparents.notifications.models import Notification
from tests.rig.builders import a_group, a_viewer, an_account, join, signed_in
from tests.web.conftest import sign_in

pytestmark = pytest.mark.anyio


@pytest.fixture
async def marie(place):
    account = await an_account(place.db, "marie", language="en")
    return account, await signed_in(place.db, account)


@pytest.fixture
async def group(place, marie):
    return await a_group(place.db, marie[1])


async def asks(place, group, handle):
    viewer = await a_viewer(place.db, handle)
    await place.db.write(ask_to_join, viewer, group, ["Parce que."])
    await place.worker.work_until_idle()
    return viewer


async def test_the_bell_says_in_words_how_much_is_new(place, visitor, marie, group):
    await sign_in(place, visitor, marie[0])
    quiet = (await visitor.get("/groups")).text
    assert 'class="bell-dot" hidden' in quiet
    assert "data-bell>Notifications</span>" in quiet
    await asks(place, group, "ana")
    rings = (await visitor.get("/groups")).text
    assert 'class="bell-dot">' in rings
    assert "Notifications: 1 new one" in rings


async def test_what_happened_stands_on_the_page_and_looking_makes_it_seen(
    place, visitor, marie, group
):
    await sign_in(place, visitor, marie[0])
    await asks(place, group, "ana")
    page = (await visitor.get("/notifications")).text
    assert "Ana would like to join Parents du Corentin" in page
    assert f'href="/groups/{group}/desk"' in page
    assert 'class="new"' in page
    assert 'class="bell-dot" hidden' in page
    again = (await visitor.get("/notifications")).text
    assert "Ana would like to join" in again
    assert 'class="new"' not in again


async def test_a_page_that_is_only_fetched_ahead_is_not_seen(place, visitor, marie, group):
    await sign_in(place, visitor, marie[0])
    await asks(place, group, "ana")
    await visitor.get("/notifications", headers={"Sec-Purpose": "prefetch"})
    assert 'class="bell-dot">' in (await visitor.get("/groups")).text


async def test_several_of_a_kind_are_one_line(place, visitor, marie, group):
    await sign_in(place, visitor, marie[0])
    for handle in ("ana", "bao", "chloe"):
        await asks(place, group, handle)
    page = (await visitor.get("/notifications")).text
    assert "3 people would like to join Parents du Corentin" in page
    assert page.count("would like to join") == 1


async def test_a_long_list_has_pages(place, visitor, marie, group):
    await sign_in(place, visitor, marie[0])
    await place.db.write(fill, marie[1].account_id, 70)
    first = await visitor.get("/notifications")
    before = first.text.partition("/notifications?before=")[2].partition('"')[0]
    rest = (await visitor.get(f"/notifications?before={before}")).text
    assert rest.count('class="soft small" datetime') == 10
    assert "data-newest" not in rest


def fill(uow, account_id, count):
    for number in range(count):
        uow.session.add(
            Notification(
                account_id=account_id,
                kind=Kind.NEW_DEVICE,
                cause=f"test:{number}",
                bundle=f"test:{number}",
                created_at=uow.now,
            )
        )


@pytest.mark.parametrize("before", ["x", "-1", "9" * 17, "²"])
async def test_an_address_that_is_none_is_not_found(place, visitor, marie, before):
    await sign_in(place, visitor, marie[0])
    assert (await visitor.get(f"/notifications?before={before}")).status_code == 404


async def test_one_may_ask_for_what_was_before_everything(place, visitor, marie):
    await sign_in(place, visitor, marie[0])
    page = await visitor.get("/notifications?before=0")
    assert page.status_code == 200
    assert "This is the end" in page.text


async def test_visitors_are_led_to_sign_in(visitor):
    assert (await visitor.get("/notifications")).status_code == 303


async def test_who_was_put_out_is_told_and_sees_nothing_else(place, visitor, marie, group):
    ana = await an_account(place.db, "ana", language="en")
    viewer = await signed_in(place.db, ana)
    await join(place.db, viewer, group, marie[1])
    await place.db.write(remove_member, marie[1], group, viewer.actor_id, "Publicité.")
    await place.worker.work_until_idle()
    await sign_in(place, visitor, ana)
    page = (await visitor.get("/notifications")).text
    assert "You were removed from Parents du Corentin" in page


async def test_what_somebody_calls_themselves_cannot_become_html(place, visitor, marie, group):
    await sign_in(place, visitor, marie[0])
    account = await an_account(place.db, "eve", name="<img src=x onerror=alert(1)> Eve")
    viewer = await signed_in(place.db, account)
    await place.db.write(ask_to_join, viewer, group, ["Parce que."])
    await place.worker.work_until_idle()
    page = (await visitor.get("/notifications")).text
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt; Eve would like to join" in page
