"""Input that once broke a page, or told the log or a program too much."""

import base64

import pytest

from fedparents.accounts.deciding import change_role
from fedparents.accounts.models import Account, Role
from fedparents.applications.scopes import Scope
from fedparents.applications.tokens import create_token, viewer_of_token
from fedparents.authority import OPERATOR
from tests.rig.builders import an_account
from tests.rig.pages import submit
from tests.web.conftest import sign_in
from web.logs import _without_addresses


async def test_a_file_name_longer_than_names_can_be_is_not_there(visitor):
    assert (await visitor.get("/static/abc/" + "a" * 300)).status_code == 404


@pytest.mark.parametrize("path", ["/admin/accounts?before=", "/admin/requests?decided="])
async def test_a_number_of_thousands_of_digits_is_no_number(place, visitor, path):
    await sign_in(place, visitor, await an_account(place.db, "marie", role=Role.ADMIN))
    assert (await visitor.get(path + "9" * 5000)).status_code == 200


@pytest.mark.parametrize(
    "kept",
    ["[" * 12_000, '{"login":"ana","next":"/","wrong":' + "9" * 4300 + "}", '{"login":1}', "7"],
)
async def test_what_a_browser_kept_for_itself_may_be_anything(place, visitor, kept):
    value = base64.urlsafe_b64encode(kept.encode()).decode().rstrip("=")
    visitor.cookies.set(place.cookies.pending, value, domain=".issy.localhost")
    assert (await visitor.get("/sign-in/code")).status_code in (200, 303)
    await visitor.get("/preferences")
    page = await visitor.get("/sign-in")
    answers = {"csrf_token": _token_in(page.text), "code": "123456"}
    assert (await visitor.post("/sign-in/code", data=answers)).status_code == 422


def _token_in(html):
    return html.split('name="csrf_token" value="')[1].split('"')[0]


@pytest.mark.parametrize("place_id", ["abc", "9" * 18, "-1"])
async def test_a_commune_that_was_chosen_for_nothing_is_none(visitor, place_id):
    page = await visitor.get("/join/new")
    answers = {
        "csrf_token": _token_in(page.text),
        "step": "4",
        "go": "next",
        "email": "bao@example.org",
        "birth_year": "1990",
        "name": "Bao",
        "place": "\u200b",
        "place_searched": "",
        "place_id": place_id,
    }
    assert (await visitor.post("/join/new", data=answers)).status_code == 422


async def test_a_token_does_not_outlast_the_role_it_was_made_for(place):
    bao = await an_account(place.db, "bao", role=Role.MODERATOR)

    def make(uow):
        account = uow.session.get_one(Account, bao.id)
        return create_token(uow, account, [Scope.READ, Scope.ADMIN_READ], label="", by=OPERATOR)

    _, text = await place.db.write(make)
    bearer = await place.db.read(viewer_of_token, text)
    assert bearer.may(Scope.ADMIN_READ_ACCOUNTS)
    await place.db.write(change_role, bao.id, Role.MEMBER, by=OPERATOR)
    bearer = await place.db.read(viewer_of_token, text)
    assert not bearer.may(Scope.ADMIN_READ_ACCOUNTS)
    assert bearer.may(Scope.READ_ACCOUNTS)


def test_rows_that_a_database_quotes_are_not_logged():
    told = 'null value in column "x"\nDETAIL:  Failing row contains (7, Ana, $argon2id$v=19).\nend'
    event = _without_addresses(None, "error", {"event": "request.failed", "exception": told})
    assert "Ana" not in event["exception"]
    assert event["exception"].endswith("DETAIL: (hidden)\nend")


async def test_the_fields_of_a_form_sent_twice_are_read_once(visitor):
    page = await visitor.get("/preferences")
    answer = await submit(visitor, page, language=["fr", "en"], theme=["dark", "light"])
    assert answer.status_code == 303
