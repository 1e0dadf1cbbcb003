"""Whatever goes wrong is told kindly, in the reader's language, with the right status."""

import asyncio
from datetime import timedelta

import pytest
from starlette.exceptions import HTTPException

from fedparents import errors
from fedparents.errors import Conflict, Invalid, LimitReached, NotAllowed, NotFound, Unavailable
from tests.rig.builders import an_account
from tests.rig.pages import forms_of, submit
from tests.web.conftest import sign_in
from web import routing
from web.errors import STATUS, TITLES, failure_of

ALL = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.FedparentsError)
]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotAllowed("not_a_moderator"), 403),
        (NotFound(), 404),
        (NotFound("link_unknown"), 404),
        (Conflict("handle_taken"), 409),
        (Invalid({"title": "missing"}), 422),
        (LimitReached(retry_after=timedelta(minutes=3)), 429),
        (Unavailable("database_unavailable", log="disk full"), 503),
        (RuntimeError("bug with ana@example.org in it"), 500),
        (HTTPException(413), 413),
    ],
)
async def test_each_error_has_its_page(visitor, probe, error, status):
    probe.error = error
    answer = await visitor.get("/fail")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "private, no-store"
    assert TITLES[status] in answer.text
    assert "disk full" not in answer.text
    assert "ana@example.org" not in answer.text
    probe.error = error
    assert (await visitor.get("/api/v1/fail")).status_code == status


def test_every_error_of_the_core_has_a_status():
    for kind in ALL:
        error = kind({"a": "missing"}) if kind is Invalid else kind()
        assert failure_of(error).status in TITLES
    assert set(STATUS.values()) <= set(TITLES)


async def test_programs_get_a_word_instead_of_a_page(visitor, probe):
    probe.error = NotFound("link_unknown")
    answer = await visitor.get("/api/v1/fail")
    assert answer.json()["error"] == "link_unknown"
    answer = await visitor.get("/api/v1/nothing-here")
    assert (answer.status_code, answer.json()["error"]) == (404, "Record not found")


async def test_a_bug_has_a_number_that_is_in_the_log(visitor, probe, log):
    probe.error = RuntimeError("bug")
    answer = await visitor.get("/fail")
    number = answer.text.partition("<code>")[2].partition("</code>")[0]
    assert len(number) == 8
    assert f"reference={number}" in log.getvalue()
    assert "RuntimeError" in log.getvalue()


async def test_a_page_in_french(visitor):
    answer = await visitor.get("/nothing-here", headers={"Accept-Language": "fr"})
    assert answer.status_code == 404
    assert answer.headers["content-language"] == "fr"
    assert '<html lang="fr"' in answer.text


async def test_when_to_come_back(visitor, probe):
    probe.error = LimitReached(retry_after=timedelta(seconds=179.2))
    answer = await visitor.get("/fail")
    assert answer.headers["retry-after"] == "180"
    assert "3 minutes" in answer.text


@pytest.mark.parametrize(
    "error", [LimitReached(retry_after=timedelta(minutes=1)), Unavailable("database_unavailable")]
)
async def test_what_was_typed_is_kept_until_it_can_be_sent(visitor, probe, error):
    shown = await visitor.get("/ask")
    token = forms_of(shown.text)[0].answers["csrf_token"][0]
    probe.error = error
    answer = await visitor.post(
        "/fail?x=1", data={"csrf_token": token, "body": '"Needed" & <soon>', "form_key": "k" * 22}
    )
    assert answer.status_code in (429, 503)
    form = forms_of(answer.text)[0]
    assert form.action == "/fail?x=1"
    assert form.answers["body"] == ['"Needed" & <soon>']
    assert form.answers["form_key"] == ["k" * 22]
    probe.error = None
    assert (await submit(visitor, answer)).text == "fine"


async def test_who_is_not_signed_in_is_sent_to_the_door_and_back(visitor):
    answer = await visitor.get("/private?a=b&c=é")
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("?next=%2Fprivate%3Fa%3Db%26c%3D%25C3%25A9")


async def test_a_form_outlives_the_session(place, visitor):
    token = forms_of((await visitor.get("/ask")).text)[0].answers["csrf_token"][0]
    answer = await visitor.post("/private", data={"csrf_token": token, "body": "long words"})
    assert answer.status_code == 401
    await sign_in(place, visitor, await an_account(place.db))
    assert (await submit(visitor, answer)).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_other_methods_are_not_allowed(visitor, method):
    answer = await visitor.request(method, "/asked")
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


async def test_head_and_options_are_answered(visitor):
    assert (await visitor.head("/ask")).status_code == 200
    answer = await visitor.options("/ask")
    assert answer.status_code == 204
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}


async def test_a_handler_that_takes_too_long_is_stopped(visitor, probe, monkeypatch):
    monkeypatch.setattr(routing, "SECONDS_TO_ANSWER", 0.01)
    probe.seconds = 600.0
    async with asyncio.timeout(30):
        answer = await visitor.get("/fail")
    assert answer.status_code == 503
    assert "took too long" in answer.text


@pytest.mark.both_engines
async def test_without_a_database_there_is_still_a_page(place, visitor, monkeypatch):
    async def gone(*_args):
        raise Unavailable("database_unavailable", log="database is locked")

    await visitor.get("/ask")
    monkeypatch.setattr(place.db, "_read", gone)
    answer = await visitor.get("/ask", headers={"Accept-Language": "th"})
    assert answer.status_code == 503
    assert answer.headers["content-language"] == "th"
    assert "Parents d&#39;Issy" in answer.text
    assert (await visitor.get("/healthz")).status_code == 200
    ready = await visitor.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]) == (503, {"database": False})


async def test_when_even_the_error_page_fails_there_is_a_line(place, visitor, probe, monkeypatch):
    probe.error = RuntimeError("bug")
    monkeypatch.setitem(place.templates.globals, "static", None)
    place.templates.cache.clear()
    answer = await visitor.get("/fail")
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith("text/plain")
    assert "Reference: " in answer.text
