"""Signing in, wherever the mail is read and whoever asks."""

import asyncio
import re
import time

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from fedparents.accounts.deciding import decline_account, freeze_account
from fedparents.accounts.joining import confirm_account, sign_up
from fedparents.accounts.leaving import plan_erasure
from fedparents.accounts.models import Account, BrowserSession, Role
from fedparents.accounts.queries import find_account_by_handle
from tests.rig.builders import a_sign_up, a_viewer, an_account, signed_in
from tests.rig.mailbox import digits_in, link_in, mails_to, newest_to, words_of
from tests.rig.pages import form_with, submit
from web.auth.passwords import hash_password

PASSWORD = "tulipe moto nuage"
HASH = hash_password(PASSWORD)
CHANGING = re.compile(r'name="(csrf_token|form_key)" value="[^"]*"')
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


@pytest.fixture
async def ana(place):
    return await an_account(place.db, "ana", password_hash=HASH)


async def ask(visitor, login="ana@example.org", there="/"):
    answer = await submit(visitor, f"/sign-in?next={there}", login=login)
    assert answer.headers["location"] == "/sign-in/code"
    return answer


async def who_is(visitor):
    """The handle of whoever is signed in here, or nobody's."""
    page = await visitor.get("/settings")
    return page.text.split('class="soft">@')[1].split("<")[0] if page.status_code == 200 else None


async def sessions_of(place, account):
    return await place.db.read(
        lambda session: session.exec(
            select(BrowserSession).where(BrowserSession.account_id == account.id)
        ).all()
    )


@pytest.mark.parametrize("login", ["ana@example.org", " ANA@example.org", "ana", "@Ana"])
async def test_the_link_signs_in_the_browser_that_asked(place, visitor, ana, login):
    await ask(visitor, login, there="/invites")
    link = link_in(await newest_to(place, "ana@example.org"), "/sign-in")
    answer = await visitor.get(link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/invites")
    assert await who_is(visitor) == "ana"


async def test_elsewhere_it_shows_the_digits_and_signs_nobody_in(place, visitor, new_visitor, ana):
    await ask(visitor)
    words = await newest_to(place, "ana@example.org")
    phone = await new_visitor()
    for method in ("HEAD", "GET", "GET"):
        page = await phone.request(method, link_in(words, "/sign-in"))
        assert page.status_code == 200
    digits = digits_in(words)
    assert f"{digits[:3]} {digits[-3:]}" in page.text
    assert "set-cookie" not in page.headers or "session" not in page.headers["set-cookie"]
    assert await who_is(phone) is None
    answer = await submit(visitor, "/sign-in/code", code=digits)
    assert answer.headers["location"] == "/"
    assert await who_is(visitor) == "ana"


@pytest.mark.parametrize("shape", ["{0}{1}", " {0} {1} ", "{0}-{1}", "{0}\u00a0{1}\n"])
async def test_digits_may_be_typed_with_spaces(place, visitor, ana, shape):
    await ask(visitor)
    digits = digits_in(await newest_to(place, "ana@example.org")).replace(" ", "")
    answer = await submit(visitor, "/sign-in/code", code=shape.format(digits[:3], digits[3:]))
    assert answer.status_code == 303


async def test_digits_may_be_thai(place, visitor, ana):
    await ask(visitor)
    digits = digits_in(await newest_to(place, "ana@example.org"))
    thai = digits.translate({48 + n: 0x0E50 + n for n in range(10)})
    assert (await submit(visitor, "/sign-in/code", code=thai)).status_code == 303


async def test_digits_of_another_browser_do_not_work_here(place, visitor, new_visitor, ana):
    await ask(visitor)
    digits = digits_in(await newest_to(place, "ana@example.org"))
    other = await new_visitor()
    await ask(other, "nobody@example.org")
    assert (await submit(other, "/sign-in/code", code=digits)).status_code == 422
    assert await who_is(other) is None


async def test_a_link_or_its_digits_work_once(place, visitor, new_visitor, ana):
    await ask(visitor)
    words = await newest_to(place, "ana@example.org")
    code_page = await visitor.get("/sign-in/code")
    assert (await visitor.get(link_in(words, "/sign-in"))).status_code == 303
    again = await visitor.get(link_in(words, "/sign-in"))
    assert (again.status_code, again.headers["location"]) == (303, "/")
    other = await new_visitor()
    page = await other.get(link_in(words, "/sign-in"))
    assert page.status_code == 410
    assert "This link has been used" in page.text
    assert digits_in(words) not in page.text
    visitor.cookies.delete(place.cookies.session)
    answer = await submit(visitor, code_page, code=digits_in(words))
    assert answer.status_code in (403, 422)


async def test_after_a_quarter_of_an_hour_it_is_too_late(place, visitor, clock, ana):
    await ask(visitor)
    words = await newest_to(place, "ana@example.org")
    clock.advance(minutes=15)
    page = await visitor.get(link_in(words, "/sign-in"))
    assert page.status_code == 410
    assert "Send me a new link" in page.text
    assert (await submit(visitor, "/sign-in/code", code=digits_in(words))).status_code == 422


@pytest.mark.parametrize("login", ["ana", "nobody", "nobody@example.org"])
async def test_wrong_digits_are_counted_the_same_for_everybody(place, visitor, ana, login):
    await ask(visitor, login)
    await mails_to(place, login)
    page = await visitor.get("/sign-in/code")
    said = []
    for _ in range(5):
        page = await submit(visitor, page, code="000000")
        assert page.status_code == 422
        said.append(page.text.split("Error:</span> ")[1].split("<")[0])
    assert "You can try 4 more times." in said[0]
    assert "You can try 1 more time." in said[3]
    assert "Please ask for a new mail below." in said[4]


async def test_after_five_wrong_tries_the_right_digits_are_too_late(place, visitor, ana):
    await ask(visitor)
    words = await newest_to(place, "ana@example.org")
    wrong = "000000" if digits_in(words) != "000000" else "111111"
    for _ in range(5):
        await submit(visitor, "/sign-in/code", code=wrong)
    assert (await submit(visitor, "/sign-in/code", code=digits_in(words))).status_code == 422
    other = link_in(words, "/sign-in")
    assert (await visitor.get(other)).status_code == 303


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abc", "x" * 10_000, "\x00" * 6])
async def test_what_is_no_six_digits_costs_no_try(visitor, ana, code):
    await ask(visitor)
    answer = await submit(visitor, "/sign-in/code", code=code)
    assert answer.status_code == 422
    assert "the six digits from our mail" in answer.text or "cannot be stored" in answer.text
    assert "more time" not in answer.text


@pytest.mark.parametrize("login", ["ana@example.org", "nobody@example.org", "ana", "nobody"])
async def test_the_page_is_the_same_for_known_and_unknown(visitor, ana, login):
    await ask(visitor, login)
    page = await visitor.get("/sign-in/code")
    assert page.status_code == 200
    assert f"If {login} is known here, a mail is on its way." in page.text
    shape = CHANGING.sub("", page.text.replace(login, "LOGIN"))
    await ask(visitor, "somebody-else")
    other = await visitor.get("/sign-in/code")
    assert CHANGING.sub("", other.text.replace("somebody-else", "LOGIN")) == shape


async def test_a_shared_mailbox_gets_one_way_in_for_each(place, visitor, ana):
    await an_account(place.db, "bao", email="ana@example.org")
    await ask(visitor)
    words = await newest_to(place, "ana@example.org")
    assert "@ana" in words
    assert "@bao" in words
    assert words.count("/sign-in/") == 2


@pytest.mark.parametrize(
    "there",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a%0d%0ab",
        "",
    ],
)
async def test_nobody_is_led_away_after_signing_in(place, visitor, ana, there):
    await ask(visitor, there=there)
    link = link_in(await newest_to(place, "ana@example.org"), "/sign-in")
    assert (await visitor.get(link)).headers["location"] == "/"


async def test_a_page_for_members_leads_to_the_door_and_back(place, visitor, ana):
    answer = await visitor.get("/settings/devices")
    assert answer.headers["location"] == "/sign-in?next=%2Fsettings%2Fdevices"
    await submit(visitor, answer.headers["location"], login="ana")
    link = link_in(await newest_to(place, "ana@example.org"), "/sign-in")
    assert (await visitor.get(link)).headers["location"] == "/settings/devices"


@pytest.mark.parametrize("login", ["ana@example.org", "ANA", "@ana"])
async def test_a_password_signs_in_too(visitor, ana, login):
    answer = await submit(visitor, "/sign-in", login=login, how="password")
    assert answer.headers["location"] == "/sign-in/password"
    page = await visitor.get("/sign-in/password")
    assert form_with(page.text, {"login"}).answers["login"] == [login]
    assert (await submit(visitor, page, password=PASSWORD)).headers["location"] == "/"
    assert await who_is(visitor) == "ana"


@pytest.mark.parametrize("login", ["ana", "ana@example.org", "nobody", "no@example.org", "bao"])
async def test_a_wrong_password_gets_the_same_answer_whoever_it_is(place, visitor, ana, login):
    await an_account(place.db, "bao")
    answer = await submit(visitor, "/sign-in/password", login=login, password="tulipe moto orage")
    assert answer.status_code == 422
    assert "This password does not go with this address or user name." in answer.text
    assert form_with(answer.text, {"login"}).answers["login"] == [login]
    assert "tulipe" not in answer.text


async def test_a_wrong_password_takes_as_long_whoever_it_is(place, visitor, ana):
    """In time of the processor, which others on this machine do not take from us."""
    await an_account(place.db, "bao")

    async def seconds(login):
        page = await visitor.get("/sign-in/password")
        times = []
        for _ in range(5):
            begun = time.process_time()
            await submit(visitor, page, login=login, password="tulipe moto orage")
            times.append(time.process_time() - begun)
        return min(times)

    took = [await seconds(login) for login in ("ana", "nobody", "bao")]
    assert max(took) < 1.6 * min(took)
    by_address = [await seconds(f"{login}@example.org") for login in ("ana", "nobody", "bao")]
    assert max(by_address) < 1.6 * min(by_address)


@pytest.mark.parametrize("password", ["", "x" * 1001, "x" * 30_000, "\x00", "<script>", "รหัส"])
async def test_strange_passwords_are_wrong_like_others(visitor, ana, password):
    answer = await submit(visitor, "/sign-in/password", login="ana", password=password)
    assert answer.status_code == 422


@pytest.mark.parametrize("login", ["", "  ", "x" * 10_000, "\x00", "'; DROP TABLE account;--"])
async def test_strange_names_get_a_page(visitor, ana, login):
    answer = await submit(visitor, "/sign-in", login=login)
    assert answer.status_code in (303, 422)
    answer = await submit(visitor, "/sign-in/password", login=login, password=PASSWORD)
    assert answer.status_code == 422


async def test_an_old_hash_is_made_anew(place, visitor):
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    ana = await an_account(place.db, "ana", password_hash=weak)
    await submit(visitor, "/sign-in/password", login="ana", password=PASSWORD)
    stored = await place.db.read(lambda session: session.get_one(Account, ana.id).password_hash)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_two_accounts_of_one_mailbox_have_passwords_of_their_own(place, visitor, ana):
    bao_hash = hash_password("a password of Bao's")
    await an_account(place.db, "bao", email="ana@example.org", password_hash=bao_hash)
    await submit(
        visitor, "/sign-in/password", login="ana@example.org", password="a password of Bao's"
    )
    assert await who_is(visitor) == "bao"


async def test_signing_in_gives_a_new_session_and_ends_the_old_one(place, visitor, ana):
    await submit(visitor, "/sign-in/password", login="ana", password=PASSWORD)
    first = visitor.cookies[place.cookies.session]
    await submit(visitor, "/settings/proof", password=PASSWORD, how="password")
    second = visitor.cookies[place.cookies.session]
    assert first != second
    assert await who_is(visitor) == "ana"
    visitor.cookies.set(place.cookies.session, first, domain=".issy.localhost")
    assert await who_is(visitor) is None
    assert sorted(each.ended_at is None for each in await sessions_of(place, ana)) == [False, True]


async def test_the_session_names_its_browser(place, visitor, ana):
    visitor.headers["User-Agent"] = FIREFOX
    await submit(visitor, "/sign-in/password", login="ana", password=PASSWORD)
    (session,) = await sessions_of(place, ana)
    assert session.device == "Firefox, Android"


async def test_a_new_device_is_announced_to_its_owner(place, visitor, new_visitor, ana):
    await submit(visitor, "/sign-in/password", login="ana", password=PASSWORD)
    assert await mails_to(place, "ana@example.org") == []
    other = await new_visitor()
    await submit(other, "/sign-in/password", login="ana", password=PASSWORD)
    assert "/settings/devices" in await newest_to(place, "ana@example.org")


async def test_signing_out_ends_the_session(place, visitor, ana):
    await submit(visitor, "/sign-in/password", login="ana", password=PASSWORD)
    token = visitor.cookies[place.cookies.session]
    answer = await submit(visitor, "/sign-out")
    assert answer.headers["location"] == "/"
    assert "You are signed out of this browser." in (await visitor.get("/")).text
    visitor.cookies.set(place.cookies.session, token, domain=".issy.localhost")
    assert await who_is(visitor) is None
    assert (await visitor.get("/sign-out")).headers["location"] == "/"


async def test_a_form_of_another_site_signs_nobody_out(visitor, ana):
    await submit(visitor, "/sign-in/password", login="ana", password=PASSWORD)
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert (await visitor.post("/sign-out", headers=headers)).status_code == 403
    assert await who_is(visitor) == "ana"


async def bring_to(place, state):
    """An account with a password that is in this state."""
    marie = await a_viewer(place.db, "marie", role=Role.ADMIN)

    def make(uow):
        account = sign_up(uow, a_sign_up("bao"), None)
        assert account is not None
        account.password_hash = HASH
        if state != "email_pending":
            confirm_account(uow, account)
        uow.session.add(account)
        return account.id

    account_id = await place.db.write(make)
    if state == "declined":
        await place.db.write(decline_account, account_id, "Nous ne vous connaissons pas.", by=marie)
    if state == "frozen":
        account = await an_account(place.db, "chloe", password_hash=HASH)
        await place.db.write(freeze_account, account.id, "Trois plaintes.", by=marie)
        return "chloe"
    return "bao"


@pytest.mark.parametrize(
    ("state", "says", "why"),
    [
        ("email_pending", "Please confirm your address first", ""),
        ("approval_pending", "Your request is being looked at", ""),
        ("declined", "Your request was declined", "Nous ne vous connaissons pas."),
        ("frozen", "Your account is paused", "Trois plaintes."),
    ],
)
async def test_who_may_not_come_in_hears_why_after_the_proof(place, visitor, state, says, why):
    handle = await bring_to(place, state)
    wrong = await submit(visitor, "/sign-in/password", login=handle, password="tulipe orage moto")
    assert wrong.status_code == 422
    assert says not in wrong.text
    answer = await submit(visitor, "/sign-in/password", login=handle, password=PASSWORD)
    assert answer.status_code == 403
    assert says in answer.text
    assert why in answer.text
    assert await who_is(visitor) is None


@pytest.mark.parametrize("state", ["approval_pending", "declined", "frozen"])
async def test_their_mailbox_hears_it_too(place, visitor, state):
    handle = await bring_to(place, state)
    before = len(await mails_to(place, f"{handle}@example.org"))
    await ask(visitor, handle)
    mails = await mails_to(place, f"{handle}@example.org")
    assert len(mails) == before + 1
    assert "/sign-in/" not in words_of(mails[0])


async def test_an_unconfirmed_address_gets_its_link_once_more(place, visitor):
    await bring_to(place, "email_pending")
    await mails_to(place, "bao@example.org")
    await ask(visitor, "bao@example.org")
    assert len(await mails_to(place, "bao@example.org")) == 2
    link = link_in(await newest_to(place, "bao@example.org"), "/confirm")
    assert (await submit(visitor, link)).headers["location"] == "/join/waiting"


async def test_a_link_of_somebody_paused_meanwhile_lets_nobody_in(place, visitor, ana):
    marie = await a_viewer(place.db, "marie", role=Role.ADMIN)
    await ask(visitor)
    words = await newest_to(place, "ana@example.org")
    await place.db.write(freeze_account, ana.id, "Trois plaintes.", by=marie)
    assert (await visitor.get(link_in(words, "/sign-in"))).status_code in (403, 410)
    assert await who_is(visitor) is None


async def test_somebody_who_is_leaving_may_still_come_in(place, visitor, ana):
    await place.db.write(plan_erasure, await signed_in(place.db, ana))
    await submit(visitor, "/sign-in/password", login="ana", password=PASSWORD)
    assert await who_is(visitor) == "ana"


async def test_who_is_signed_in_need_not_sign_in(visitor, ana):
    await submit(visitor, "/sign-in/password", login="ana", password=PASSWORD)
    assert (await visitor.get("/sign-in?next=/invites")).headers["location"] == "/invites"
    assert (await visitor.get("/sign-in/password")).status_code == 303


async def test_without_a_question_there_is_no_page_for_digits(visitor):
    assert (await visitor.get("/sign-in/code")).headers["location"] == "/sign-in"


@given(value=st.text(st.characters(codec="ascii", exclude_characters='";,\\ '), max_size=200))
async def test_no_cookie_breaks_the_page(place, visitor, value):
    visible = "".join(filter(str.isprintable, value))
    headers = {"Cookie": f"{place.cookies.pending}={visible}"}
    assert (await visitor.get("/sign-in", headers=headers)).status_code == 200


@pytest.mark.both_engines
async def test_two_browsers_may_sign_in_at_once(place, visitor, new_visitor, ana):
    other = await new_visitor()
    one, two = await asyncio.gather(
        submit(visitor, "/sign-in/password", login="ana", password=PASSWORD),
        submit(other, "/sign-in/password", login="ana", password=PASSWORD),
    )
    assert one.status_code == two.status_code == 303
    assert await place.db.read(find_account_by_handle, "ana") is not None
    assert len(await sessions_of(place, ana)) == 2
