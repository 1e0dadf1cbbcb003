"""One's second factor on the settings: setting it up, paper codes, another app, turning it off."""

import asyncio
import re

import pytest
from sqlmodel import select

from fedparents.accounts.models import SecondFactor
from fedparents.accounts.second_factor import MOST_WRONG_A_DAY, find_factor
from fedparents.accounts.sessions import list_sessions
from fedparents.retention.service import forget_what_is_due
from tests.rig.authenticator import Phone, protect
from tests.rig.builders import an_account, signed_in
from tests.rig.mailbox import mails_to, words_of
from tests.rig.pages import fill_in, found_in, submit
from tests.web.conftest import sign_in
from web.auth.passwords import hash_password

PASSWORD = "tulipe moto nuage"
HASH = hash_password(PASSWORD)
FACTOR = "/settings/second-factor"
PAGES = ["", "/app", "/qr.svg", "/codes", "/codes.txt", "/new-codes", "/off"]
CODE = re.compile(r"<li>([a-z0-9-]{19})</li>")


@pytest.fixture
async def ana(place, clock):
    return await an_account(place.db, "ana", password_hash=HASH, language="en")


@pytest.fixture
async def hers(place, visitor, ana):
    """Ana's browser, in which she has just signed in."""
    await sign_in(place, visitor, ana)
    return visitor


@pytest.fixture
async def phone(place, ana, clock):
    found = await protect(place.db, place.secret, await signed_in(place.db, ana))
    clock.advance(minutes=1)
    return found


def key_on(page):
    return Phone.with_key(found_in(page.text, r'class="key"[^>]*>([A-Z2-7 ]+)<'))


async def set_up(browser, there=""):
    """The phone that has it now, and the codes that were shown."""
    page = await browser.get(f"{FACTOR}/app{there}")
    phone = key_on(page)
    answer = await submit(browser, page, code=phone.code())
    assert answer.status_code == 303, answer.text
    shown = await browser.get(answer.headers["location"])
    return phone, CODE.findall(shown.text), shown


async def all_words(place):
    """Of all mails to Ana, each on one line."""
    letters = await mails_to(place, "ana@example.org")
    return "\n".join(" ".join(words_of(mail).split()) for mail in letters)


async def factor_of(place, account):
    return await place.db.read(find_factor, account.id)


@pytest.mark.parametrize("page", PAGES)
async def test_strangers_are_asked_to_sign_in(visitor, page):
    answer = await visitor.get(f"{FACTOR}{page}")
    assert answer.headers["location"].startswith("/sign-in?next=%2Fsettings")


async def test_the_account_page_says_that_there_is_none_and_leads_to_it(hers):
    page = await hers.get("/settings")
    assert "None: whoever opens your mailbox can sign in." in page.text
    assert f'href="{FACTOR}"' in page.text
    assert f'href="{FACTOR}/app"' in (await hers.get(FACTOR)).text


async def test_it_is_set_up_with_a_picture_and_a_code(place, hers, ana):
    page = await hers.get(f"{FACTOR}/app")
    assert 'href="otpauth://totp/Parents%20d%27Issy:ana?secret=' in page.text
    picture = await hers.get(f"{FACTOR}/qr.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.headers["cache-control"] == "private, no-store"
    assert b"<svg" in picture.content
    again = await hers.get(f"{FACTOR}/app")
    assert key_on(again).secret == key_on(page).secret  # a second tab shows the same
    answer = await submit(hers, page, code=key_on(page).code())
    assert answer.headers["location"].startswith(f"{FACTOR}/codes")
    assert (await factor_of(place, ana)).codes_left == 10
    assert "A code from your phone. You have set it up on" in (await hers.get("/settings")).text


async def test_a_mail_says_so_and_the_other_browsers_stay_signed_in(place, hers, ana, clock):
    other = await signed_in(place.db, ana, browser="tablet")
    await set_up(hers)
    letter = await all_words(place)
    assert "also needs a code from your phone" in letter
    assert "/settings/devices" in letter
    assert len(await place.db.read(list_sessions, other, clock())) == 2


async def test_what_is_stored_opens_nothing(place, hers, ana):
    phone, _, _ = await set_up(hers)
    row = await place.db.read(lambda session: session.get(SecondFactor, ana.id))
    assert phone.secret not in row.sealed_secret


async def test_recovery_codes_can_be_kept_in_three_ways(hers):
    _, codes, page = await set_up(hers)
    assert len(codes) == 10
    assert "data-print" in page.text
    file = await hers.get(f"{FACTOR}/codes.txt")
    assert file.headers["content-disposition"] == 'attachment; filename="recovery-codes-ana.txt"'
    assert file.headers["content-type"].startswith("text/plain")
    assert all(code in file.text for code in codes)
    assert "Parents d'Issy" in file.text
    assert CODE.findall((await hers.get(f"{FACTOR}/codes")).text) == codes  # a reload loses nothing


async def test_they_are_shown_no_more_once_they_are_kept(hers, phone_of_hers):
    answer = await submit(hers, f"{FACTOR}/codes?next=/invites")
    assert answer.headers["location"] == "/invites"
    assert (await hers.get(f"{FACTOR}/codes")).headers["location"] == FACTOR
    assert (await hers.get(f"{FACTOR}/codes.txt")).status_code == 404


@pytest.fixture
async def phone_of_hers(hers):
    phone, _, _ = await set_up(hers)
    return phone


async def test_nor_after_half_an_hour(hers, phone_of_hers, clock):
    clock.advance(minutes=30)
    assert (await hers.get(f"{FACTOR}/codes")).headers["location"] == FACTOR


async def test_nor_in_another_browser(place, hers, phone_of_hers, ana, new_visitor):
    other = await new_visitor()
    await other.get("/sign-in")
    await sign_in(place, other, ana)
    other.cookies.set(
        place.cookies.factor, hers.cookies[place.cookies.factor], domain=".issy.localhost"
    )
    assert (await other.get(f"{FACTOR}/codes")).headers["location"] == FACTOR
    assert (await other.get(f"{FACTOR}/qr.svg")).status_code == 404


async def test_one_goes_on_to_where_one_was_going(hers):
    page = await hers.get(f"{FACTOR}/app?next=/invites/new")
    answer = await submit(hers, page, code=key_on(page).code())
    answer = await submit(hers, answer.headers["location"])
    assert answer.headers["location"] == "/invites/new"


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example", "javascript:x"])
async def test_and_nowhere_else(hers, there):
    page = await hers.get(f"{FACTOR}/app", params={"next": there})
    answer = await submit(hers, page, code=key_on(page).code())
    assert (await submit(hers, answer.headers["location"])).headers["location"] == FACTOR


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "\x00" * 6, "x" * 10_000])
async def test_what_is_no_code_sets_nothing_up(place, hers, ana, code):
    answer = await submit(hers, f"{FACTOR}/app", code=code)
    assert answer.status_code == 422
    assert await factor_of(place, ana) is None


async def test_a_wrong_code_leaves_the_picture_as_it_is(place, hers, ana):
    page = await hers.get(f"{FACTOR}/app")
    phone = key_on(page)
    answer = await submit(hers, page, code=phone.wrong_code())
    assert answer.status_code == 422
    assert "These digits are not right." in answer.text
    assert key_on(answer).secret == phone.secret
    assert await factor_of(place, ana) is None
    assert (await submit(hers, answer, code=phone.code())).status_code == 303


async def test_after_half_an_hour_there_is_a_new_picture(hers, clock):
    page = await hers.get(f"{FACTOR}/app")
    phone = key_on(page)
    clock.advance(minutes=9)
    page = await hers.get(f"{FACTOR}/app")
    clock.advance(minutes=31)
    answer = await submit(hers, page, code=phone.code())
    assert answer.headers["location"].startswith("/settings/proof")  # it was long ago


async def test_who_has_just_signed_in_again_hears_that_it_ran_out(place, hers, ana, clock):
    page = await hers.get(f"{FACTOR}/app")
    phone = key_on(page)
    clock.advance(minutes=31)
    await sign_in(place, hers, ana)
    answer = await submit(hers, page, code=phone.code())
    assert answer.status_code == 422
    assert "the picture is a new one" in answer.text
    assert key_on(answer).secret != phone.secret


@pytest.mark.both_engines
async def test_an_impatient_thumb_sets_it_up_once(place, hers, ana):
    page = await hers.get(f"{FACTOR}/app")
    filled = fill_in(page, code=key_on(page).code())
    answers = await asyncio.gather(*(filled.send(hers) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {303}
    assert {answer.headers["location"].partition("?")[0] for answer in answers} == {
        f"{FACTOR}/codes"
    }
    assert len(CODE.findall((await hers.get(f"{FACTOR}/codes")).text)) == 10
    assert len(await mails_to(place, "ana@example.org")) == 1


@pytest.mark.parametrize("page", ["/app?next=/invites", "/new-codes", "/off"])
async def test_changing_it_takes_a_fresh_proof(hers, phone, clock, page):
    clock.advance(minutes=11)
    answer = await hers.get(f"{FACTOR}{page}")
    path = page.replace("?", "%3F").replace("=", "%3D").replace("/", "%2F")
    assert answer.headers["location"] == f"/settings/proof?next=%2Fsettings%2Fsecond-factor{path}"


async def test_a_stranger_at_an_open_computer_sets_nothing_up(place, hers, ana, clock):
    page = await hers.get(f"{FACTOR}/app")
    clock.advance(minutes=40)
    answer = await submit(hers, page, code="123456")
    assert answer.headers["location"].startswith("/settings/proof")
    assert await factor_of(place, ana) is None


async def test_another_app_takes_over_when_it_has_shown_that_it_works(place, hers, ana, phone):
    page = await hers.get(f"{FACTOR}/app")
    assert "the old one goes on" in page.text
    new = key_on(page)
    assert new.secret != phone.secret
    await submit(hers, page, code=new.wrong_code())
    answer = await submit(hers, page, code=new.code())
    assert answer.headers["location"] == FACTOR
    assert "Your new app makes the codes now." in (await hers.get(FACTOR)).text
    assert "come from another app or phone now" in await all_words(place)
    await submit(hers, "/sign-out")
    await submit(hers, "/sign-in/password", login="ana", password=PASSWORD)
    assert (await submit(hers, "/sign-in/app", code=phone.code())).status_code == 422
    assert (await submit(hers, "/sign-in/recovery", code=phone.paper[0])).status_code == 303


@pytest.mark.both_engines
async def test_new_recovery_codes_replace_the_old_ones(place, hers, ana, phone):
    page = await hers.get(f"{FACTOR}/new-codes")
    filled = fill_in(page)
    answers = await asyncio.gather(*(filled.send(hers) for _ in range(2)))
    assert {answer.headers["location"] for answer in answers} == {f"{FACTOR}/codes"}
    shown = CODE.findall((await hers.get(f"{FACTOR}/codes")).text)
    assert len(shown) == 10
    assert not set(shown) & set(phone.paper)
    assert (await factor_of(place, ana)).codes_left == 10
    assert "new recovery codes have been made" in await all_words(place)


async def test_new_codes_once_more_are_other_ones(hers, phone):
    seen = []
    for _ in range(2):
        await submit(hers, f"{FACTOR}/new-codes")
        seen += CODE.findall((await hers.get(f"{FACTOR}/codes")).text)
    assert len(set(seen)) == 20


@pytest.mark.parametrize("way", ["app", "paper"])
async def test_it_is_turned_off_by_a_code(place, hers, ana, phone, way):
    assert f'href="{FACTOR}/off"' in (await hers.get(FACTOR)).text
    code = phone.code() if way == "app" else phone.paper[0]
    answer = await submit(hers, f"{FACTOR}/off", code=code)
    assert answer.headers["location"] == FACTOR
    assert await factor_of(place, ana) is None
    letters = [str(mail["subject"]) for mail in await mails_to(place, "ana@example.org")]
    assert "The second step has been turned off" in letters
    await submit(hers, "/sign-out")
    answer = await submit(hers, "/sign-in/password", login="ana", password=PASSWORD)
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("code", ["", "123", "nothing of the kind", "k7m2-p4xq-9fhd-w3zt"])
async def test_without_a_code_it_stays(place, hers, ana, phone, code):
    answer = await submit(hers, f"{FACTOR}/off", code=code)
    assert answer.status_code == 422
    assert await factor_of(place, ana) is not None


async def test_wrong_codes_do_not_turn_it_off(place, hers, ana, phone):
    answer = await submit(hers, f"{FACTOR}/off", code=phone.wrong_code())
    assert "These digits are not right." in answer.text
    for _ in range(MOST_WRONG_A_DAY):
        await submit(hers, f"{FACTOR}/off", code=phone.wrong_code())
    assert await factor_of(place, ana) is not None


async def test_pages_of_what_is_not_set_up_lead_to_the_beginning(hers):
    for page in ("/codes", "/new-codes", "/off"):
        assert (await hers.get(f"{FACTOR}{page}")).headers["location"] == FACTOR
    assert (await hers.get(f"{FACTOR}/qr.svg")).status_code == 404


async def test_erased_with_the_account(place, hers, ana, phone, clock):
    await submit(hers, "/settings/leave", sure="yes")
    clock.advance(days=8)
    await forget_what_is_due(place.db)
    left = await place.db.read(lambda session: session.exec(select(SecondFactor)).all())
    assert list(left) == []
