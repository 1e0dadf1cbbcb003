"""Every route of the API with values that nobody foresees, made by a generator that keeps to no
list: refused in JSON and in the app's language, and never a failure of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import strategies as st

from tests.rig.builders import an_account
from tests.web.api.conftest import token_for
from tests.web.api.test_every_call import CALLS, ENDLESS, NAMES, complaint, method_of
from tests.web.api.town import a_town
from tests.web.api.wild import VALUES, WORDS, the_same_each_time
from web.api.endpoints import Who

_PARAM = re.compile(r"{(\w+)(?::\w+)?}")
ROUTES = [route for route in CALLS if ENDLESS not in route.path]


@dataclass(frozen=True)
class Wild:
    number: int
    """Of the route."""
    ids: list[int]
    sent: dict[str, Any]


@st.composite
def wild_calls(draw: st.DrawFn) -> Wild:
    names = draw(st.lists(st.sampled_from(NAMES), max_size=6, unique=True))
    ids = [draw(st.integers(0, 8)) for _ in range(3)]
    sent: dict[str, Any] = {}
    match draw(st.sampled_from(["json", "query", "form", "nested"])):
        case "json":
            sent["json"] = {name: draw(VALUES) for name in names}
        case "query":
            sent["params"] = [(name, draw(WORDS)) for name in (*names, *names[:2])]
        case "form":
            sent["data"] = {name: draw(WORDS) for name in names}
        case "nested":
            keys = st.sampled_from(["[]", "[0]", "[a]", "[][id]", "[a][b]", "["])
            sent["data"] = {f"{name}{draw(keys)}": draw(WORDS) for name in names}
    return Wild(draw(st.integers(0, len(ROUTES) - 1)), ids, sent)


async def test_nothing_that_is_sent_anywhere_is_a_failure_of_ours(place, visitor):
    town = await a_town(place, visitor)
    number = await town.say(town.lea, "Bonjour", group_id=town.closed)
    ids = [number, str(town.closed), str(town.open), town.lea.id, town.ana.id]
    ids += ["0", "%C3%A9", "%F0%9F%A7%92", "..%2F"]
    wrong = []
    calls = the_same_each_time(wild_calls(), 600)
    assert len({wild.number for wild in calls}) > len(ROUTES) // 3
    for at, wild in enumerate(calls):
        route = ROUTES[wild.number]
        left = iter(wild.ids)
        path = "".join(
            ids[next(left)] if turn % 2 else part
            for turn, part in enumerate(_PARAM.split(route.path))
        )
        who = (town.ana, town.bao)[at % 2]
        headers = {**who.headers, "Accept-Language": "fr"}
        answer = await visitor.request(method_of(route), path, headers=headers, **wild.sent)
        wrong.append(complaint(route, answer))
    assert not list(filter(None, wrong)), "\n".join(filter(None, wrong))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "Cet accès n’est plus valable"),
        ("th", "สิทธิ์การเข้าใช้นี้ใช้ไม่ได้แล้ว"),
        ("de", "The access token is invalid"),
    ],
)
async def test_every_route_refuses_in_the_language_of_the_app(visitor, place, language, words):
    headers = {"Accept-Language": language}
    told = {}
    for route in ROUTES:
        if route.access.who == Who.ANYBODY:
            continue
        path = _PARAM.sub("1", route.path)
        answer = await visitor.request(method_of(route), path, headers=headers)
        assert answer.status_code == 401, path
        told[answer.json()["error"]] = path
    assert len(told) == 1, told
    assert words in next(iter(told))
    asked = {**await token_for(place, await an_account(place.db), "read write"), **headers}
    wrong = (await visitor.post("/api/v1/statuses", headers=asked, json={})).json()["error"]
    english = {**asked, "Accept-Language": "en"}
    plain = (await visitor.post("/api/v1/statuses", headers=english, json={})).json()["error"]
    assert (wrong == plain) == (language == "de")


async def test_what_cannot_be_read_is_told_in_the_language_of_the_app(visitor, place):
    path, kind = "/api/v1/apps", "Content-Type"
    told = []
    for language in ("en", "fr", "th"):
        headers = {"Accept-Language": language}
        json, text = {**headers, kind: "application/json"}, {**headers, kind: "text/plain"}
        answers = [
            await visitor.post(path, headers=json, content=b"{"),
            await visitor.post(path, headers=text, content=b"x"),
            await visitor.post(path, headers=json, content=b" " * 3_000_000),
            await visitor.delete(path, headers=headers),
            await visitor.get("/api/v1/nothing/here", headers=headers),
        ]
        assert [each.status_code for each in answers] == [400, 415, 413, 405, 404]
        told.append([each.json()["error"] for each in answers])
    assert told[0][1] == "What was sent is neither JSON nor a form"
    for same in zip(*told, strict=True):
        assert len(set(same)) == len(told), same
