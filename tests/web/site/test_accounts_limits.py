"""What may be tried only so often, for each address and each name."""

import pytest

from tests.rig.builders import an_account
from tests.rig.mailbox import mails_to
from tests.rig.pages import form_with, submit
from tests.web.conftest import sign_in


@pytest.fixture
def probe_settings(settings):
    return settings.model_copy(update={"rate_limits": "on"})


async def test_mails_to_one_name(place, visitor):
    await an_account(place.db, "ana")
    for login in ("ana", "@ana", " ANA ", "ana", "Ana"):
        assert (await submit(visitor, "/sign-in", login=login)).status_code == 303
    answer = await submit(visitor, "/sign-in", login="ana")
    assert answer.status_code == 429
    assert "You can try again in" in answer.text
    assert int(answer.headers["retry-after"]) > 0
    assert form_with(answer.text, {"login"}).answers["login"] == ["ana"]
    assert (await submit(visitor, "/sign-in", login="bao")).status_code == 303
    assert len(await mails_to(place, "ana@example.org")) == 5


async def test_mails_to_one_name_from_anywhere(place, new_visitor):
    for number in range(6):
        browser = await new_visitor()
        answer = await submit(browser, "/sign-in", login="nobody@example.org")
        assert answer.status_code == (303 if number < 5 else 429)


async def test_passwords_for_one_name(visitor):
    page = await visitor.get("/sign-in/password")
    wrong = {"login": "nobody", "password": "tulipe moto nuage"}
    statuses = [(await submit(visitor, page, wrong)).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    other = {"login": "somebody", "password": "tulipe moto nuage"}
    assert (await submit(visitor, page, other)).status_code == 422


async def test_a_password_is_not_kept_on_the_page_that_asks_for_patience(visitor):
    page = await visitor.get("/sign-in/password")
    for _ in range(11):
        answer = await submit(visitor, page, login="nobody", password="tulipe moto nuage")
    assert "tulipe" not in answer.text


async def test_digits_for_one_name(visitor):
    await submit(visitor, "/sign-in", login="nobody")
    page = await visitor.get("/sign-in/code")
    statuses = [(await submit(visitor, page, code="000000")).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


async def test_accounts_for_one_address(visitor):
    for number in range(6):
        page = await submit(visitor, "/join/new", email="bao@example.org", birth_year="1990")
        page = await submit(visitor, page, name=f"Bao {number}")
        page = await submit(visitor, page, place="", go="skip")
        answer = await submit(visitor, page, reason="Hello", rules="yes", privacy="yes")
        assert answer.status_code == (303 if number < 5 else 429)
    assert form_with(answer.text, {"name", "reason"}).answers["name"] == ["Bao 5"]


@pytest.mark.communes
async def test_moving_house(place, visitor):
    """Whoever moves all the time could find out where others live by how far away they are."""
    await sign_in(place, visitor, await an_account(place.db, "ana"))
    communes = ("92130", "92170", "92140", "92160", "75015", "92120")
    statuses = []
    for commune in communes:
        page = await submit(visitor, "/settings/profile", place=commune)
        statuses.append(page.status_code)
    assert statuses == [303] * 5 + [429]
    assert (await submit(visitor, "/settings/profile", bio="Bonjour")).status_code == 303
