"""Signing in with a second factor: nobody is in before the code, others keep nobody out."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from fedparents.accounts.deciding import freeze_account
from fedparents.accounts.links import issue_confirmation
from fedparents.accounts.models import Account, BrowserSession, Role, SecondFactor
from fedparents.accounts.second_factor import find_factor, turn_off_factor
from fedparents.accounts.service import change_password
from fedparents.accounts.tokens import digest
from tests.rig.authenticator import protect
from tests.rig.builders import a_viewer, an_account, signed_in
from tests.rig.mailbox import digits_in, link_in, mails_to, newest_to, words_of
from tests.rig.pages import submit
from tests.rig.visitors import a_browser
from web.auth.passwords import hash_password

PASSWORD = "tulipe moto nuage"
HASH = hash_password(PASSWORD)


@pytest.fixture
async def ana(place, clock):
    return await an_account(place.db, "ana", password_hash=HASH, language="en")


@pytest.fixture
async def phone(place, ana, clock):
    where = await signed_in(place.db, ana, browser="where it was set up")
    found = await protect(place.db, place.secret, where)
    clock.advance(minutes=1)
    return found


async def by_password(visitor, there="/"):
    return await submit(
        visitor, f"/sign-in/password?next={there}", login="ana", password=PASSWORD, next=there
    )


async def is_in(visitor):
    return (await visitor.get("/settings")).status_code == 200


async def sessions_of(place, account):
    return await place.db.read(
        lambda session: session.exec(
            select(BrowserSession).where(
                BrowserSession.account_id == account.id,
                BrowserSession.browser != "where it was set up",
            )
        ).all()
    )


async def test_a_password_alone_signs_nobody_in(place, visitor, ana, phone):
    answer = await by_password(visitor, "/invites")
    assert answer.headers["location"] == "/sign-in/app"
    assert place.cookies.session not in visitor.cookies
    assert not await is_in(visitor)
    assert await sessions_of(place, ana) == []
    page = await visitor.get("/sign-in/app")
    assert 'autocomplete="one-time-code"' in page.text
    assert 'inputmode="numeric"' in page.text
    answer = await submit(visitor, page, code=phone.code())
    assert answer.headers["location"] == "/invites"
    assert await is_in(visitor)
    assert place.cookies.halfway not in visitor.cookies


async def test_nor_does_the_link_of_a_mail(place, visitor, ana, phone):
    await submit(visitor, "/sign-in?next=/invites", login="ana")
    link = link_in(await newest_to(place, "ana@example.org"), "/sign-in")
    assert (await visitor.get(link)).headers["location"] == "/sign-in/app"
    assert not await is_in(visitor)
    answer = await submit(visitor, "/sign-in/app", code=phone.code())
    assert answer.headers["location"] == "/invites"
    assert await is_in(visitor)


async def test_nor_do_the_six_digits_of_a_mail(place, visitor, ana, phone):
    await submit(visitor, "/sign-in", login="ana")
    digits = digits_in(await newest_to(place, "ana@example.org"))
    answer = await submit(visitor, "/sign-in/code", code=digits)
    assert answer.headers["location"] == "/sign-in/app"
    assert not await is_in(visitor)
    await submit(visitor, "/sign-in/app", code=phone.code())
    assert await is_in(visitor)


async def test_nor_does_an_old_link_that_confirms_the_address(place, visitor, ana, phone):
    """One that was sent before it was set up and never opened."""
    await visitor.get("/sign-in")

    def issue(uow):
        account = uow.session.get_one(Account, ana.id)
        issue_confirmation(uow, account, browser=digest_of(place, visitor))
        account.state = "email_pending"

    await place.db.write(issue)
    link = link_in(await newest_to(place, "ana@example.org"), "/confirm")
    await place.db.write(
        lambda uow: setattr(uow.session.get_one(Account, ana.id), "state", "active")
    )
    answer = await submit(visitor, link)
    assert answer.headers["location"] == "/sign-in/app"
    assert not await is_in(visitor)


async def test_halfway_is_no_proof_for_the_settings(place, visitor, ana, phone, clock):
    """Showing again who one is takes both steps too."""
    await by_password(visitor)
    await submit(visitor, "/sign-in/app", code=phone.code())
    clock.advance(minutes=11)
    assert (
        (await visitor.get("/settings/password")).headers["location"].startswith("/settings/proof")
    )
    answer = await submit(visitor, "/settings/proof?next=/settings/password", password=PASSWORD)
    assert answer.headers["location"] in ("/sign-in/app", "/sign-in/code")
    assert (await visitor.get("/settings/password")).status_code == 303


async def test_proving_it_again_rotates_the_session(place, visitor, ana, phone, clock):
    await by_password(visitor)
    await submit(visitor, "/sign-in/app", code=phone.code())
    first = visitor.cookies[place.cookies.session]
    clock.advance(minutes=11)
    answer = await submit(
        visitor, "/settings/proof?next=/settings/password", password=PASSWORD, how="password"
    )
    assert answer.headers["location"] == "/sign-in/app"
    assert visitor.cookies[place.cookies.session] == first
    answer = await submit(visitor, "/sign-in/app", code=phone.code())
    assert answer.headers["location"] == "/settings/password"
    assert visitor.cookies[place.cookies.session] != first
    assert (await visitor.get("/settings/password")).status_code == 200
    ended = [each.ended_at is not None for each in await sessions_of(place, ana)]
    assert sorted(ended) == [False, True]


@pytest.mark.parametrize("shape", ["{0} {1}", "{0}-{1}", " {0}{1} "])
async def test_a_code_may_be_typed_with_spaces(visitor, phone, shape):
    await by_password(visitor)
    code = phone.code()
    answer = await submit(visitor, "/sign-in/app", code=shape.format(code[:3], code[3:]))
    assert answer.status_code == 303


@pytest.mark.parametrize("zero", ["๐", "０"])
async def test_a_code_may_be_thai_or_wide(visitor, phone, zero):
    await by_password(visitor)
    code = "".join(chr(ord(zero) + int(digit)) for digit in phone.code())
    assert (await submit(visitor, "/sign-in/app", code=code)).status_code == 303


@pytest.mark.parametrize("ahead", [-1, 1])
async def test_the_phone_s_clock_may_be_half_a_minute_off(visitor, phone, ahead):
    await by_password(visitor)
    assert (await submit(visitor, "/sign-in/app", code=phone.code(ahead))).status_code == 303


@pytest.mark.parametrize("ahead", [-3, 3])
async def test_more_is_wrong_and_the_page_says_why_that_may_be(visitor, phone, ahead):
    await by_password(visitor)
    answer = await submit(visitor, "/sign-in/app", code=phone.code(ahead))
    assert answer.status_code == 422
    assert "check that your phone&#39;s clock is right" in answer.text
    assert not await is_in(visitor)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "\x00" * 6, "x" * 10_000, "½"])
async def test_what_is_no_code_is_no_try(place, visitor, ana, phone, code):
    await by_password(visitor)
    answer = await submit(visitor, "/sign-in/app", code=code)
    assert answer.status_code == 422
    assert "the six digits that your app shows" in answer.text or "cannot be stored" in answer.text


async def test_a_code_works_once_in_all_browsers(visitor, new_visitor, phone, clock):
    await by_password(visitor)
    await submit(visitor, "/sign-in/app", code=phone.code())
    other = await new_visitor()
    await by_password(other)
    answer = await submit(other, "/sign-in/app", code=phone.code())
    assert answer.status_code == 422
    assert "have been used already" in answer.text
    clock.advance(seconds=30)
    assert (await submit(other, "/sign-in/app", code=phone.code())).status_code == 303


@pytest.mark.both_engines
async def test_two_at_once_with_one_code(visitor, new_visitor, phone):
    other = await new_visitor()
    await by_password(visitor)
    await by_password(other)
    answers = await asyncio.gather(
        *(submit(each, "/sign-in/app", code=phone.code()) for each in (visitor, other))
    )
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    assert [await is_in(visitor), await is_in(other)].count(True) == 1


@pytest.mark.both_engines
async def test_two_at_once_with_one_recovery_code(visitor, new_visitor, phone):
    other = await new_visitor()
    await by_password(visitor)
    await by_password(other)
    answers = await asyncio.gather(
        *(submit(each, "/sign-in/recovery", code=phone.paper[0]) for each in (visitor, other))
    )
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    assert [await is_in(visitor), await is_in(other)].count(True) == 1


async def test_a_recovery_code_signs_in_once_and_a_mail_says_so(place, visitor, ana, phone):
    await by_password(visitor, "/invites")
    assert 'href="/sign-in/recovery"' in (await visitor.get("/sign-in/app")).text
    answer = await submit(visitor, "/sign-in/recovery", code=phone.paper[2].upper())
    assert answer.headers["location"] == "/invites"
    assert await is_in(visitor)
    letters = [words_of(mail) for mail in await mails_to(place, "ana@example.org")]
    assert any("9 recovery codes are left." in words for words in letters)
    assert (await place.db.read(find_factor, ana.id)).codes_left == 9
    await submit(visitor, "/sign-out")
    await by_password(visitor)
    answer = await submit(visitor, "/sign-in/recovery", code=phone.paper[2])
    assert "This recovery code has been used already." in answer.text
    answer = await submit(visitor, "/sign-in/recovery", code="k7m2-p4xq-9fhd-w3zz")
    assert "This is none of your recovery codes." in answer.text
    assert "k7m2-p4xq-9fhd-w3zz" in answer.text


async def test_halfway_lasts_ten_minutes(visitor, phone, clock):
    await by_password(visitor)
    page = await visitor.get("/sign-in/app")
    clock.advance(minutes=10)
    answer = await submit(visitor, page, code=phone.code())
    assert answer.headers["location"] == "/sign-in"
    assert "Please sign in once more" in (await visitor.get("/sign-in")).text
    assert not await is_in(visitor)


@pytest.mark.parametrize("path", ["/sign-in/app", "/sign-in/recovery"])
async def test_without_the_first_step_there_is_no_second(visitor, phone, path):
    assert (await visitor.get(path)).headers["location"] == "/sign-in"


async def test_halfway_cannot_be_lent(place, visitor, new_visitor, phone):
    await by_password(visitor)
    note = visitor.cookies[place.cookies.halfway]
    other = await new_visitor()
    await other.get("/sign-in")
    other.cookies.set(place.cookies.halfway, note, domain=".issy.localhost")
    assert (await other.get("/sign-in/app")).headers["location"] == "/sign-in"


async def test_a_new_password_ends_what_the_old_one_began(place, visitor, ana, phone):
    await by_password(visitor)
    owner = await signed_in(place.db, ana)
    await place.db.write(change_password, owner, hash_password("another one altogether"))
    answer = await submit(visitor, "/sign-in/app", code=phone.code())
    assert answer.headers["location"] == "/sign-in"
    assert not await is_in(visitor)


async def test_turned_off_meanwhile_one_begins_again(place, visitor, ana, phone):
    await by_password(visitor)
    page = await visitor.get("/sign-in/app")
    await place.db.write(turn_off_factor, await signed_in(place.db, ana))
    assert (await submit(visitor, page, code=phone.code())).headers["location"] == "/sign-in"
    assert (await by_password(visitor)).headers["location"] == "/"


async def test_paused_meanwhile_nobody_comes_in(place, visitor, ana, phone):
    marie = await a_viewer(place.db, "marie", role=Role.ADMIN)
    await by_password(visitor)
    await place.db.write(freeze_account, ana.id, "Trois plaintes.", by=marie)
    answer = await submit(visitor, "/sign-in/app", code=phone.code())
    assert answer.status_code == 403
    assert "Trois plaintes." in answer.text
    assert not await is_in(visitor)


async def test_a_wrong_password_gets_the_same_answer_with_a_second_factor(place, visitor, phone):
    await an_account(place.db, "bao", password_hash=HASH)
    said = set()
    for login in ("ana", "bao", "nobody"):
        answer = await submit(visitor, "/sign-in/password", login=login, password="another one")
        said.add((answer.status_code, answer.text.split("Error:</span> ")[1].split("<")[0]))
        assert place.cookies.halfway not in visitor.cookies
    assert len(said) == 1


async def test_under_another_key_the_page_says_so(place, visitor, phone):
    await by_password(visitor)
    page = await visitor.get("/sign-in/app")

    def spoil(uow):
        factor = uow.session.exec(select(SecondFactor)).one()
        factor.sealed_secret = b"of another key" * 4
        uow.session.add(factor)

    await place.db.write(spoil)
    answer = await submit(visitor, page, code=phone.code())
    assert "its key has been changed" in answer.text
    assert (await submit(visitor, "/sign-in/recovery", code=phone.paper[0])).status_code == 303


@given(value=st.text(st.characters(codec="ascii", exclude_characters='";,\\ '), max_size=200))
async def test_no_cookie_breaks_the_page(place, visitor, value):
    visible = "".join(filter(str.isprintable, value))
    headers = {"Cookie": f"{place.cookies.halfway}={visible}"}
    answer = await visitor.get("/sign-in/app", headers=headers)
    assert answer.headers["location"] == "/sign-in"


class TestGuessing:
    """With the password known, and limits on."""

    @pytest.fixture
    def probe_settings(self, settings):
        return settings.model_copy(update={"rate_limits": "on"})

    async def test_a_thief_guesses_in_vain_and_keeps_nobody_out(self, place, ana, phone, clock):
        async with a_browser(place, address="192.0.2.1") as own:
            await by_password(own)
            await submit(own, "/sign-in/app", code=phone.code())
            await submit(own, "/sign-out")
            statuses = set()
            for number in range(4):
                async with a_browser(place, address=f"198.51.100.{number}") as thief:
                    await by_password(thief)
                    for _ in range(12):
                        answer = await submit(thief, "/sign-in/app", code=phone.wrong_code())
                        statuses.add(answer.status_code)
            assert statuses == {422, 429}
            async with a_browser(place, address="198.51.100.77") as thief:
                clock.advance(minutes=1)
                await by_password(thief)
                answer = await submit(thief, "/sign-in/app", code=phone.code())
                assert answer.status_code in (422, 429)
                assert not await is_in(thief)
            letter = await newest_to(place, "ana@example.org")
            assert "somebody has typed many wrong codes" in letter
            assert "/settings/password" in letter
            await by_password(own)
            answer = await submit(own, "/sign-in/app", code=phone.code())
            assert answer.headers["location"] == "/"
            assert await is_in(own)

    async def test_too_many_tries_are_told_with_the_time(self, place, phone):
        async with a_browser(place) as thief:
            await by_password(thief)
            for _ in range(11):
                answer = await submit(thief, "/sign-in/app", code=phone.wrong_code())
            assert answer.status_code == 429
            assert int(answer.headers["retry-after"]) > 0
            assert "You can try again in" in answer.text


def digest_of(place, visitor):
    return digest(visitor.cookies[place.cookies.browser])
