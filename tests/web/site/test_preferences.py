"""Language and display are for everybody: on this device, and with an account wherever one is."""

import pytest

from tests.rig.builders import an_account
from tests.rig.pages import form_with, submit
from tests.web.conftest import sign_in


async def test_a_visitor_chooses_without_an_account(visitor):
    answer = await submit(visitor, "/preferences", language="th", theme="dark")
    assert answer.status_code == 303
    page = await visitor.get("/preferences", headers={"Accept-Language": "fr"})
    assert '<html lang="th"' in page.text
    assert 'data-theme="dark"' in page.text
    shown = form_with(page.text, {"language"}).answers
    assert (shown["language"], shown["theme"]) == (["th"], ["dark"])


async def test_the_browser_may_decide_again(visitor):
    await submit(visitor, "/preferences", language="th", theme="auto")
    await submit(visitor, "/preferences", language="", theme="auto")
    page = await visitor.get("/preferences", headers={"Accept-Language": "fr"})
    assert '<html lang="fr"' in page.text


async def test_an_account_takes_its_choice_along(place, visitor):
    ana = await an_account(place.db)
    await sign_in(place, visitor, ana)
    await submit(visitor, "/preferences", language="fr", theme="contrast")
    visitor.cookies.clear()
    await sign_in(place, visitor, ana)
    page = await visitor.get("/preferences")
    assert '<html lang="fr"' in page.text
    assert 'data-theme="contrast"' in page.text


async def test_it_leads_back_to_where_one_was(visitor):
    here = {"Referer": "http://issy.localhost/ask?a=b"}
    page = await visitor.get("/preferences", headers=here)
    assert (await submit(visitor, page)).headers["location"] == "/ask?a=b"


@pytest.mark.parametrize(
    "back",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "/a\nb",
        "javascript:1",
    ],
)
async def test_it_leads_to_no_other_place(visitor, back):
    answer = await submit(visitor, "/preferences", back=back)
    assert answer.headers["location"] == "/preferences"


async def test_what_is_not_offered_is_not_taken(visitor):
    answer = await submit(visitor, "/preferences", language="tlh", theme="neon")
    assert answer.status_code == 422
    assert answer.text.count("Please choose one of the answers.") == 4
