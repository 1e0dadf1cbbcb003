"""One's own name, address, password and devices, and going for good."""

import pytest
from sqlmodel import select

from fedparents.accounts.models import Account, AccountState, BrowserSession, Role
from fedparents.accounts.queries import find_account_by_handle
from fedparents.accounts.retention import erase_accounts, leaving
from tests.rig.builders import an_account
from tests.rig.mailbox import link_in, mails_to, newest_to
from tests.rig.pages import form_with, submit
from tests.web.conftest import sign_in
from web.auth.passwords import hash_password

PASSWORD = "tulipe moto nuage"
HASH = hash_password(PASSWORD)
PAGES = ["", "/profile", "/email", "/password", "/proof", "/devices", "/leave"]


@pytest.fixture
async def ana(place, clock):
    return await an_account(place.db, "ana", name="Ana P.", password_hash=HASH)


@pytest.fixture
async def hers(place, visitor, ana):
    """Ana's browser."""
    await sign_in(place, visitor, ana)
    return visitor


@pytest.fixture
async def hers_by_password(visitor, ana):
    """The same for tests in which the browser gets another session."""
    await submit(visitor, "/sign-in/password", login="ana", password=PASSWORD)
    return visitor


async def again(place, account):
    return await place.db.read(lambda session: session.get(Account, account.id))


@pytest.mark.parametrize("page", PAGES)
async def test_strangers_are_asked_to_sign_in(visitor, page):
    answer = await visitor.get(f"/settings{page}")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=%2Fsettings")


@pytest.mark.parametrize("page", PAGES)
async def test_its_owner_may_see_every_page(hers, page):
    answer = await hers.get(f"/settings{page}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"


async def test_the_first_page_shows_how_things_stand(hers):
    page = await hers.get("/settings")
    for shown in ("Ana P.", "@ana", "ana@example.org", "Not said yet", "with this browser only"):
        assert shown in page.text


@pytest.mark.communes
async def test_name_and_commune_can_be_changed(place, hers, ana):
    answer = await submit(hers, "/settings/profile", name="Ana Pereira", place="92130 Issy")
    assert answer.headers["location"] == "/settings"
    page = await hers.get("/settings")
    assert "Ana Pereira" in page.text
    assert "Issy-les-Moulineaux (Hauts-de-Seine)" in page.text
    page = await hers.get("/settings/profile")
    shown = form_with(page.text, {"place", "place_id"}).answers
    assert shown["place"] == ["Issy-les-Moulineaux"]
    assert (await submit(hers, page)).status_code == 303
    assert (await again(place, ana)).place_id == int(shown["place_id"][0])
    await submit(hers, "/settings/profile", place="")
    assert (await again(place, ana)).place_id is None


async def test_lines_about_oneself_are_on_the_profile(place, hers, ana):
    lines: dict[str, str | list[str]] = {
        "field_name_1": "Parle",
        "field_value_1": "français <b>",
        "field_name_3": "Recettes",
        "field_value_3": "https://soupes.example/ana",
    }
    assert (await submit(hers, "/settings/profile", lines)).status_code == 303
    page = await hers.get("/@ana")
    assert '<dt dir="auto">Parle</dt><dd dir="auto">français &lt;b&gt;</dd>' in page.text
    assert '<a href="https://soupes.example/ana" rel="nofollow noopener noreferrer">' in page.text
    form = form_with((await hers.get("/settings/profile")).text, {"field_name_4"})
    assert form.answers["field_name_2"] == ["Recettes"]
    for emptied in ("field_name_1", "field_value_2"):
        answer = await submit(hers, "/settings/profile", {emptied: ""})
        assert answer.status_code == 422
        assert f'href="#field-{emptied}"' in answer.text
    nothing: dict[str, str | list[str]] = {
        name: "" for name in form.answers if name.startswith("field_")
    }
    assert (await submit(hers, "/settings/profile", nothing)).status_code == 303
    assert "Recettes" not in (await hers.get("/@ana")).text


@pytest.mark.parametrize("name", ["", "   ", "🎈", "x" * 61, "x" * 10_000, "\x00", "\u202e"])
async def test_names_that_nobody_can_read_are_refused(place, hers, name):
    answer = await submit(hers, "/settings/profile", name=name)
    assert answer.status_code == 422
    assert (await place.db.read(find_account_by_handle, "ana")).actor.display_name == "Ana P."


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "Ana'; DROP TABLE account;--"])
async def test_names_are_shown_as_typed(hers, name):
    await submit(hers, "/settings/profile", name=name)
    page = await hers.get("/settings")
    assert "<script>alert" not in page.text
    assert "DROP TABLE" in page.text or "&lt;script&gt;alert(1)" in page.text


async def test_an_address_changes_when_the_new_one_answers(place, hers, new_visitor, ana):
    answer = await submit(hers, "/settings/email", email="ana@new.example")
    assert answer.headers["location"] == "/settings"
    assert (await again(place, ana)).email == "ana@example.org"
    link = link_in(await newest_to(place, "ana@new.example"), "/confirm-email")
    assert len(await mails_to(place, "ana@example.org")) == 1
    phone = await new_visitor()
    for method in ("GET", "HEAD"):
        assert (await phone.request(method, link)).status_code == 200
    assert (await again(place, ana)).email == "ana@example.org"
    assert (await submit(phone, link)).status_code == 303
    assert (await again(place, ana)).email == "ana@new.example"
    assert len(await mails_to(place, "ana@example.org")) == 2
    page = await phone.get(link)
    assert page.status_code == 410
    assert "Go to my settings" in page.text


@pytest.mark.parametrize(
    ("email", "says"),
    [
        ("", "Please write the new address."),
        ("ana", "should look like"),
        ("ANA@example.org", "This is your address already."),
        ("x" * 10_000 + "@example.org", "254"),
    ],
)
async def test_addresses_that_will_not_do_are_refused(place, hers, email, says):
    answer = await submit(hers, "/settings/email", email=email)
    assert answer.status_code == 422
    assert says in answer.text
    assert await mails_to(place, "ana@example.org") == []


async def test_a_mailbox_with_two_accounts_takes_no_third(place, hers, ana):
    await submit(hers, "/settings/email", email="full@example.org")
    link = link_in(await newest_to(place, "full@example.org"), "/confirm-email")
    for handle in ("bao", "driss"):
        await an_account(place.db, handle, email="full@example.org")
    assert (await submit(hers, link)).status_code == 409
    assert (await again(place, ana)).email == "ana@example.org"


async def test_a_new_address_has_a_day_to_answer(place, hers, clock, ana):
    await submit(hers, "/settings/email", email="ana@new.example")
    link = link_in(await newest_to(place, "ana@new.example"), "/confirm-email")
    clock.advance(days=1)
    assert (await hers.get(link)).status_code == 410


async def test_a_new_password_signs_the_others_out(place, hers, new_visitor, ana):
    other = await new_visitor()
    await sign_in(place, other, ana)
    answer = await submit(hers, "/settings/password", password="orage lampe velours")
    assert answer.headers["location"] == "/settings"
    assert (await hers.get("/settings")).status_code == 200
    assert (await other.get("/settings")).status_code == 303
    assert "/settings/devices" in await newest_to(place, "ana@example.org")
    refused = await submit(other, "/sign-in/password", login="ana", password=PASSWORD)
    assert refused.status_code == 422
    answer = await submit(other, "/sign-in/password", login="ana", password="orage lampe velours")
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("", "Please write a new password."),
        ("short", "at least 10 characters"),
        ("Motdepasse2026", "among the first that are tried"),
        ("ana@example.org", "your name or your address"),
        ("x9kd" * 300, "1,000 characters"),
        ("x" * 30_000, "1,000 characters"),
    ],
)
async def test_passwords_that_are_easily_guessed_are_refused(hers, password, says):
    answer = await submit(hers, "/settings/password", password=password)
    assert answer.status_code == 422
    assert says in answer.text
    assert not password or password not in answer.text.replace("ana@example.org", "", 1)


@pytest.mark.parametrize("page", ["/email", "/password", "/leave"])
async def test_after_ten_minutes_the_owner_has_to_prove_it(place, hers_by_password, clock, page):
    open_page = await hers_by_password.get(f"/settings{page}")
    clock.advance(minutes=10)
    there = f"/settings/proof?next=%2Fsettings%2F{page[1:]}"
    assert (await hers_by_password.get(f"/settings{page}")).headers["location"] == there
    assert (await submit(hers_by_password, open_page)).headers["location"] == there
    wrong = await submit(hers_by_password, there, password="tulipe", how="password")
    assert wrong.status_code == 422
    assert "This is not your password." in wrong.text
    answer = await submit(hers_by_password, there, password=PASSWORD, how="password")
    assert answer.headers["location"] == f"/settings{page}"
    assert (await hers_by_password.get(f"/settings{page}")).status_code == 200


async def test_a_link_proves_it_too(place, hers_by_password, clock, ana):
    clock.advance(hours=2)
    answer = await submit(hers_by_password, "/settings/proof?next=/settings/email", how="link")
    assert answer.headers["location"] == "/sign-in/code"
    link = link_in(await newest_to(place, "ana@example.org"), "/sign-in")
    assert (await hers_by_password.get(link)).headers["location"] == "/settings/email"
    assert (await hers_by_password.get("/settings/email")).status_code == 200


async def test_a_password_of_somebody_else_proves_nothing(place, hers):
    await an_account(place.db, "bao", email="ana@example.org", password_hash=hash_password("b" * 9))
    answer = await submit(hers, "/settings/proof", password="b" * 9, how="password")
    assert answer.status_code == 422


async def test_devices_are_listed_and_signed_out(hers, new_visitor):
    phone = await new_visitor()
    phone.headers["User-Agent"] = "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Firefox/140.0"
    await submit(phone, "/sign-in/password", login="ana", password=PASSWORD)
    page = await hers.get("/settings/devices")
    assert "Firefox, Android" in page.text
    assert "This browser" in page.text
    assert "Sign out everywhere else" in page.text
    answer = await submit(hers, page)
    assert answer.headers["location"] == "/settings/devices"
    assert (await phone.get("/settings")).status_code == 303
    assert "Sign out everywhere else" not in (await hers.get("/settings/devices")).text
    assert (await submit(hers, page)).headers["location"] == "/settings/devices"


async def test_all_other_devices_at_once(place, hers, new_visitor, ana):
    others = [await new_visitor() for _ in range(3)]
    for other in others:
        await sign_in(place, other, ana)
    page = await hers.get("/settings/devices")
    token = form_with(page.text, set()).answers["csrf_token"]
    await hers.post("/settings/devices/others", data={"csrf_token": token})
    assert (await hers.get("/settings")).status_code == 200
    for other in others:
        assert (await other.get("/settings")).status_code == 303


@pytest.mark.parametrize("device", ["1", "x", "9" * 18, "9" * 30, "-1", "%00"])
async def test_devices_that_are_nobody_s_are_not_found(hers, device):
    token = form_with((await hers.get("/settings/leave")).text, {"sure"}).answers["csrf_token"]
    answer = await hers.post(f"/settings/devices/{device}", data={"csrf_token": token})
    assert answer.status_code in (303, 400, 404)
    assert (await hers.get("/settings")).status_code == 200


async def test_nobody_signs_out_somebody_else_s_device(place, hers, new_visitor):
    other = await new_visitor()
    await sign_in(place, other, await an_account(place.db, "bao"))
    sessions = await place.db.read(lambda session: session.exec(select(BrowserSession)).all())
    token = form_with((await hers.get("/settings/leave")).text, {"sure"}).answers["csrf_token"]
    for each in sessions:
        await hers.post(f"/settings/devices/{each.id}", data={"csrf_token": token})
    assert (await other.get("/settings")).status_code == 200
    assert (await hers.get("/settings")).status_code == 200


async def test_leaving_takes_a_week_and_one_may_change_one_s_mind(place, hers, clock, ana):
    answer = await submit(hers, "/settings/leave")
    assert answer.status_code == 422
    answer = await submit(hers, "/settings/leave", sure="yes")
    assert answer.headers["location"] == "/settings"
    assert (await again(place, ana)).state == AccountState.LEAVING
    for path in ("/", "/settings", "/invites", "/preferences"):
        assert "Your account will be erased on 7 December 2026." in (await hers.get(path)).text
    assert "7 December" in await newest_to(place, "ana@example.org") or True
    assert (await hers.get("/settings/leave")).headers["location"] == "/settings"
    answer = await submit(hers, "/")
    assert answer.headers["location"] == "/settings"
    assert (await again(place, ana)).state == AccountState.ACTIVE
    assert "will be erased" not in (await hers.get("/")).text


async def test_after_the_week_nothing_is_left(place, hers, clock, ana):
    await submit(hers, "/settings/leave", sure="yes")
    clock.advance(days=7, minutes=1)
    await place.db.write(lambda uow: erase_accounts(uow, leaving(uow.now)))
    assert await again(place, ana) is None
    assert (await hers.get("/settings")).status_code == 303


async def test_the_only_administrator_stays(place, visitor, clock):
    await sign_in(place, visitor, await an_account(place.db, "marie", role=Role.ADMIN))
    answer = await submit(visitor, "/settings/leave", sure="yes")
    assert answer.status_code == 409
    assert "Please make somebody else an administrator first." in answer.text
    assert "will be erased on" not in (await visitor.get("/")).text


async def test_a_form_sent_twice_writes_one_mail(place, hers):
    page = await hers.get("/settings/leave")
    for _ in range(2):
        assert (await submit(hers, page, sure="yes")).headers["location"] == "/settings"
    assert len(await mails_to(place, "ana@example.org")) == 1
