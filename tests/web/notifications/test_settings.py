"""How people choose what they hear, without scripts: levels, kinds, devices, and fewer of it."""

import pytest
from sqlmodel import select

from fedparents.notifications.channels import Choice, Level
from fedparents.notifications.choosing import get_own_wishes
from fedparents.notifications.kinds import Kind, Mail
from fedparents.notifications.models import GroupWish, NotificationReader, PushSubscription
from tests.rig.builders import a_device, a_group, a_viewer, an_account, signed_in
from tests.rig.pages import Filled, fill_in, forms_of, found_in, submit
from tests.rig.push import Recipient
from tests.web.conftest import sign_in
from web.notifications.tokens import Fewer, fewer_token

pytestmark = pytest.mark.anyio
SETTINGS = "/settings/notifications"


@pytest.fixture
async def marie(place):
    account = await an_account(place.db, "marie", language="en")
    return account, await signed_in(place.db, account)


@pytest.fixture
async def group(place, marie):
    return await a_group(place.db, marie[1])


async def reader(place, viewer):
    return (await place.db.read(get_own_wishes, viewer)).reader


async def test_what_is_usual_is_chosen_already(place, visitor, marie, group):
    await sign_in(place, visitor, marie[0])
    page = await visitor.get(SETTINGS)
    form = fill_in(page, level="all")
    assert form.fields["level"] == ["all"]
    assert form.fields[f"group_{group}"] == ["all"]
    assert (form.fields["quiet_begin"], form.fields["quiet_end"]) == (["21:30"], ["06:30"])
    assert form.fields["is_quiet"] == form.fields["gets_daily"] == ["yes"]
    assert "shows_words" not in form.fields


async def test_everything_can_be_changed(place, visitor, marie, group):
    await sign_in(place, visitor, marie[0])
    done = await submit(
        visitor,
        SETTINGS,
        {f"group_{group}": "digest"},
        level="important",
        quiet_begin="22:00",
        quiet_end="7h",
        gets_weekly=[],
        weekday="2",
        shows_words="yes",
    )
    assert done.status_code == 303
    found = await reader(place, marie[1])
    assert (found.level, found.quiet_begin, found.quiet_end) == (Level.IMPORTANT, 1320, 420)
    assert (found.gets_daily, found.gets_weekly, found.weekday) == (True, False, 2)
    assert found.shows_words is True
    [wish] = (await place.db.read(get_own_wishes, marie[1])).groups
    assert wish.level == Level.DIGEST
    page = await visitor.get(SETTINGS)
    assert fill_in(page, level="all").fields["quiet_end"] == ["07:00"]


async def test_a_group_that_is_as_everything_follows_it(place, visitor, marie, group):
    await sign_in(place, visitor, marie[0])
    await submit(visitor, SETTINGS, {f"group_{group}": "digest"}, level="all")
    await submit(visitor, SETTINGS, {f"group_{group}": "important"}, level="important")
    wish = await place.db.read(lambda s: s.exec(select(GroupWish)).one())
    assert wish.level is None
    await submit(visitor, SETTINGS, {f"group_{group}": "digest"}, level="digest")
    [own] = (await place.db.read(get_own_wishes, marie[1])).groups
    assert own.level == Level.DIGEST


async def test_the_night_can_be_loud(place, visitor, marie):
    await sign_in(place, visitor, marie[0])
    await submit(visitor, SETTINGS, level="all", is_quiet=[])
    found = await reader(place, marie[1])
    assert found.quiet_begin == found.quiet_end
    form = fill_in(await visitor.get(SETTINGS), level="all")
    assert "is_quiet" not in form.fields
    assert form.fields["quiet_begin"] == ["21:30"]


@pytest.mark.parametrize("typed", ["", "25:00", "12:60", "noon", "1:2:3", "-1:00", "٢٥:٠٠"])
async def test_what_is_no_time_comes_back(place, visitor, marie, typed):
    await sign_in(place, visitor, marie[0])
    answer = await submit(visitor, SETTINGS, level="all", quiet_begin=typed)
    assert answer.status_code == 422
    assert "for example 21:30" in answer.text
    assert await place.db.read(lambda s: s.exec(select(NotificationReader)).all()) == []


async def test_groups_of_others_are_passed_over(place, visitor, marie):
    other = await a_viewer(place.db, "other")
    strange = await a_group(place.db, other)
    await sign_in(place, visitor, marie[0])
    page = await visitor.get(SETTINGS)
    form = fill_in(page, level="all")
    more = {f"group_{strange}": ["digest"], f"group_{'9' * 30}": ["digest"]}
    forged = Filled(form.address, {**form.fields, **more})
    assert (await forged.send(visitor)).status_code == 303
    assert await place.db.read(lambda s: s.exec(select(GroupWish)).all()) == []


async def test_single_kinds_can_be_chosen_except_what_must_be_told(place, visitor, marie):
    await sign_in(place, visitor, marie[0])
    page = await visitor.get(f"{SETTINGS}/kinds")
    form = fill_in(page, {"push_join_request": [], "mail_join_request": "never"})
    assert "push_new_device" not in form.fields
    more = {"push_new_device": ["no"], "mail_new_device": ["never"]}
    forged = Filled(form.address, {**form.fields, **more})
    assert (await forged.send(visitor)).status_code == 303
    choices = (await place.db.read(get_own_wishes, marie[1])).choices
    assert choices[Kind.JOIN_REQUEST] == Choice(push=False, mail=Mail.NEVER)
    assert Kind.NEW_DEVICE not in choices
    again = fill_in(await visitor.get(f"{SETTINGS}/kinds"), {"mail_join_request": "never"})
    assert "push_join_request" not in again.fields


async def test_kinds_that_are_saved_as_they_are_follow_the_level(place, visitor, marie):
    """Whoever only looks has not chosen."""
    await sign_in(place, visitor, marie[0])
    for level in ("all", "digest"):
        await submit(visitor, SETTINGS, level=level)
        await submit(visitor, f"{SETTINGS}/kinds")
        assert (await place.db.read(get_own_wishes, marie[1])).choices == {}


async def test_a_device_is_subscribed_shown_and_forgotten(place, visitor, marie):
    await sign_in(place, visitor, marie[0])
    page = await visitor.get(SETTINGS)
    assert "data-known" not in page.text
    browser = Recipient()
    done = await submit(
        visitor,
        page,
        endpoint="https://push.example.org/1",
        p256dh=browser.p256dh,
        auth=browser.auth,
    )
    assert done.status_code == 303
    page = await visitor.get(SETTINGS)
    assert "data-known" in page.text
    assert "This browser" in page.text
    number = found_in(page.text, r"/settings/notifications/devices/(\d+)")
    forgets = f"{SETTINGS}/devices/{number}"
    form = next(f for f in forms_of(page.text) if f.action == forgets)
    answer = await visitor.post(forgets, data=form.answers, headers=origin(place))
    assert answer.status_code == 303
    assert await place.db.read(lambda s: s.exec(select(PushSubscription)).all()) == []


def origin(place):
    return {"Origin": place.settings.base_url}


@pytest.mark.parametrize(
    "endpoint", ["", "ftp://push.example.org/1", "https://push.example.org/" + "x" * 3000]
)
async def test_what_is_no_push_service_is_refused_kindly(place, visitor, marie, endpoint):
    await sign_in(place, visitor, marie[0])
    browser = Recipient()
    answers = {"endpoint": endpoint, "p256dh": browser.p256dh, "auth": browser.auth}
    answer = await submit(visitor, SETTINGS, answers)
    assert answer.status_code == 303
    assert "cannot take notifications" in (await visitor.get(SETTINGS)).text


async def test_nobody_forgets_the_device_of_somebody_else(place, visitor, marie):
    other = await a_viewer(place.db, "other")
    device = await a_device(place.db, other)
    await sign_in(place, visitor, marie[0])
    page = await visitor.get(SETTINGS)
    answers = {**forms_of(page.text)[0].answers}
    answer = await visitor.post(
        f"{SETTINGS}/devices/{device.id}", data=answers, headers=origin(place)
    )
    assert answer.status_code == 404


async def test_a_link_in_a_mail_makes_it_quieter_without_signing_in(place, visitor, marie, group):
    fewer = Fewer(marie[1].account_id, Kind.JOIN_REQUEST, group)
    path = f"/fewer/{fewer_token(place.secret, fewer)}"
    page = await visitor.get(path)
    assert "Parents du Corentin" in page.text
    done = await submit(visitor, page, how="digest")
    assert "quieter" in done.text or "calme" in done.text
    wish = await place.db.read(lambda s: s.exec(select(GroupWish)).one())
    assert '"push": false, "mail": "daily"' in wish.choices
    assert (await reader(place, marie[1])).choices == ""


async def test_one_click_in_a_mail_program_ends_such_mails(place, visitor, marie, group):
    fewer = Fewer(marie[1].account_id, Kind.JOIN_REQUEST, group)
    path = f"/unsubscribe/{fewer_token(place.secret, fewer)}"
    # As Gmail and others do it: no cookie, no origin, a form of one field (RFC 8058).
    answer = await visitor.post(path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    wish = await place.db.read(lambda s: s.exec(select(GroupWish)).one())
    assert '"push": null, "mail": "never"' in wish.choices
    led = await visitor.get(path)
    assert led.headers["location"].startswith("/fewer/")


@pytest.mark.parametrize(
    ("which", "field"), [(Mail.DAILY, "gets_daily"), (Mail.WEEKLY, "gets_weekly")]
)
async def test_one_click_ends_a_digest(place, visitor, marie, which, field):
    path = f"/unsubscribe/{fewer_token(place.secret, Fewer(marie[1].account_id, which))}"
    assert (await visitor.post(path)).status_code == 200
    assert getattr(await reader(place, marie[1]), field) is False


async def test_what_must_be_told_says_so(place, visitor, marie):
    token = fewer_token(place.secret, Fewer(marie[1].account_id, Kind.NEW_DEVICE))
    assert (await visitor.get(f"/fewer/{token}")).status_code == 200
    assert (await visitor.post(f"/unsubscribe/{token}")).text == "Gone already."


@pytest.mark.parametrize("bend", ["", "x", "A" * 60, "é", "A" * 300])
async def test_a_link_that_was_not_made_here_is_nothing(place, visitor, marie, bend):
    token = fewer_token(b"another secret", Fewer(marie[1].account_id, Kind.ROLE))
    for bent in {bend or token}:
        assert (await visitor.get(f"/fewer/{bent}")).status_code == 404
        assert (await visitor.post(f"/unsubscribe/{bent}")).status_code == 404


async def test_a_link_of_somebody_who_is_gone_says_so_quietly(place, visitor):
    token = fewer_token(place.secret, Fewer(1, Kind.ROLE))
    assert (await visitor.post(f"/unsubscribe/{token}")).text == "Gone already."


async def test_settings_are_for_those_who_are_signed_in(visitor):
    for path in (SETTINGS, f"{SETTINGS}/kinds", f"{SETTINGS}/iphone"):
        assert (await visitor.get(path)).status_code == 303
