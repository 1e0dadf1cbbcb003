"""A form counts only when a page of ours was shown to this browser and this person."""

import pytest

from tests.rig.builders import an_account
from tests.rig.pages import form_with, submit
from tests.web.conftest import sign_in

ASK = {"title": "A cot for two weeks"}


async def fields_of(visitor, page="/ask"):
    form = form_with((await visitor.get(page)).text, set())
    return {name: values[0] for name, values in form.answers.items()} | ASK


async def test_our_own_form_is_carried_out(visitor, probe):
    answer = await submit(visitor, "/ask", ASK)
    assert answer.status_code == 303
    assert probe.asks == ["A cot for two weeks"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://issy.localhost"},
        {"Sec-Fetch-Site": "", "Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
        {"Sec-Fetch-Site": "", "Referer": "https://elsewhere.example/http://issy.localhost/"},
        {"Sec-Fetch-Site": ""},
    ],
)
async def test_another_site_cannot_send_it(visitor, probe, headers):
    fields = await fields_of(visitor)
    answer = await visitor.post("/ask", data=fields, headers=headers)
    assert answer.status_code == 403
    assert "page of ours" in answer.text
    assert not probe.asks


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "", "Origin": "http://issy.localhost"},
        {"Sec-Fetch-Site": "", "Referer": "http://issy.localhost/ask?a=b"},
    ],
)
async def test_browsers_say_it_in_several_ways(visitor, probe, headers):
    answer = await visitor.post("/ask", data=await fields_of(visitor), headers=headers)
    assert answer.status_code == 303
    assert len(probe.asks) == 1


async def test_a_token_looks_different_each_time(visitor):
    assert (await fields_of(visitor))["csrf_token"] != (await fields_of(visitor))["csrf_token"]


@pytest.mark.parametrize("token", ["", "x", "Zm9v", "é", "A" * 43, "A" * 4000])
async def test_a_wrong_token_asks_to_send_again_and_keeps_the_words(visitor, probe, token):
    fields = await fields_of(visitor) | {"csrf_token": token, "password": "correct horse"}
    answer = await visitor.post("/ask", data=fields)
    assert answer.status_code == 403
    assert "correct horse" not in answer.text
    again = await submit(visitor, answer)
    assert again.status_code == 303
    assert probe.asks == ["A cot for two weeks"]


async def test_a_token_of_another_browser_does_not_count(visitor, probe):
    fields = await fields_of(visitor)
    visitor.cookies.clear()
    answer = await visitor.post("/ask", data=fields)
    assert answer.status_code == 403
    assert not probe.asks


async def test_a_form_from_before_signing_in_still_counts(place, visitor, probe):
    fields = await fields_of(visitor)
    await sign_in(place, visitor, await an_account(place.db))
    assert (await visitor.post("/ask", data=fields)).status_code == 303
    assert len(probe.asks) == 1


async def test_a_form_of_one_person_is_never_carried_out_for_another(place, visitor, probe):
    await sign_in(place, visitor, await an_account(place.db, "ana"))
    fields = await fields_of(visitor)
    await sign_in(place, visitor, await an_account(place.db, "bao"))
    assert (await visitor.post("/ask", data=fields)).status_code == 403
    visitor.cookies.delete(place.cookies.session)
    assert (await visitor.post("/ask", data=fields)).status_code == 403
    assert not probe.asks


async def test_the_browser_is_named_when_a_form_is_first_shown(place, visitor):
    name = place.cookies.browser
    assert name not in (await visitor.get("/asked")).cookies
    first = await visitor.get("/ask")
    assert len(first.cookies[name]) == 22
    assert name not in (await visitor.get("/ask")).cookies
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie


async def test_programs_need_no_token(visitor):
    answer = await visitor.post("/api/v1/fail", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.text == "fine"
