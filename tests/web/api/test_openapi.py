"""The description of our own API: current, whole, true of what is answered; and whatever is sent
that it does not foresee is refused as it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import strategies as st

from tests.rig.schemas import complaints
from tests.web.api.town import a_town
from tests.web.api.wild import VALUES, WORDS, the_same_each_time
from web.api.own.describing import PUBLISHED, ROUTES, describe, written

DOCUMENT = describe()
NAMED = DOCUMENT["components"]["schemas"]
OPERATIONS = [
    (method, path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]
_PARAM = re.compile(r"{(\w+)}")
NUMBERS = {"id": "1", "account_id": "1", "request_id": "1", "status_id": "1"}


@pytest.fixture
async def town(place, visitor):
    return await a_town(place, visitor)


def refs(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for each in value.values():
            yield from refs(each)
    elif isinstance(value, list):
        for each in value:
            yield from refs(each)


def test_the_published_description_is_that_of_this_version():
    assert PUBLISHED.read_text(encoding="utf-8") == written(), "run `make tables`"


def test_its_names_are_for_people():
    for name in NAMED:
        assert re.fullmatch("[A-Z][A-Za-z]+", name), name


async def test_it_is_served_to_everybody(visitor):
    answer = await visitor.get("/api/fedparents/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == json.loads(written())
    assert answer.headers["cache-control"].startswith("max-age")


def test_what_it_refers_to_is_in_it():
    for ref in refs(DOCUMENT):
        found: Any = DOCUMENT
        for part in ref.removeprefix("#/").split("/"):
            found = found[part]
        assert found


def test_every_route_is_in_it_once_and_whole():
    assert len(OPERATIONS) == len(ROUTES)
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(names) == len(set(names))
    for method, path, operation in OPERATIONS:
        told = [each["name"] for each in operation["parameters"]]
        assert len(told) == len(set(told)), path
        in_path = [each["name"] for each in operation["parameters"] if each["in"] == "path"]
        assert in_path == _PARAM.findall(path)
        assert operation["summary"].endswith(".")
        assert "requestBody" not in operation or method in {"post", "patch"}
        for wanted in operation["security"]:
            for scope in wanted.get("oauth", ()):
                flows = DOCUMENT["components"]["securitySchemes"]["oauth"]["flows"]
                assert scope in flows["authorizationCode"]["scopes"]


def _operation(method: str, path: str) -> tuple[str, dict[str, Any]]:
    """The operation that a call is of, whatever numbers stand in its path."""
    for known_method, known, operation in OPERATIONS:
        pattern = _PARAM.sub("[^/]+", known)
        if method.lower() == known_method and re.fullmatch(pattern, path.rstrip("/")):
            return known, operation
    raise LookupError(path)


def against_it(answer: Any) -> list[str]:
    """What an answer has that the description does not foresee."""
    request = answer.request
    path, operation = _operation(request.method, request.url.path)
    status = str(answer.status_code)
    if status not in operation["responses"]:
        return [f"{request.method} {path}: {status} is not foreseen: {answer.text[:300]}"]
    told = operation["responses"][status]
    if "$ref" in told:
        told = DOCUMENT["components"]["responses"][told["$ref"].rpartition("/")[2]]
    kind = answer.headers["content-type"].partition(";")[0]
    if kind not in told["content"]:
        return [f"{request.method} {path}: {kind}"]
    schema = told["content"][kind]["schema"]
    found = complaints(answer.json(), schema, named=NAMED)
    return [f"{request.method} {path}: {each}" for each in found]


async def test_real_answers_are_as_it_says(town):
    """Each operation once as it goes well, and what was sent is as it says too."""
    done = set()

    async def call(who, method: str, path: str, /, expected: int = 200, **sent: object) -> Any:
        where = f"/api/fedparents/v1{path}"
        known, operation = _operation(method, where)
        if "requestBody" in operation and expected == 200:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            assert not list(complaints(sent, schema, named=NAMED))
        how = {"params": sent} if method == "GET" else {"json": sent}
        answer = await town.ana.visitor.request(method, where, headers=who.headers, **how)
        assert answer.status_code == expected, answer.text
        assert not against_it(answer)
        if expected == 200:
            done.add((method.lower(), known))
        return answer.json()

    lea, ana, bao = town.lea, town.ana, town.bao
    group = f"/groups/{town.closed}"
    made = await call(lea, "POST", "/groups", title="Nous", description="Entre nous.")
    await call(lea, "DELETE", f"/groups/{made['id']}")
    await call(lea, "POST", f"/groups/{made['id']}/keep")
    await call(lea, "PATCH", f"/groups/{made['id']}", rules=["Une."])
    for filter_ in ("joined", "local", "discover"):
        await call(ana, "GET", "/groups", filter=filter_)
    await call(ana, "GET", group)
    await call(bao, "GET", f"{group}/questions")
    await call(bao, "POST", f"{group}/join", answers=["Parce que."])
    (asked,) = await call(lea, "GET", f"{group}/join_requests")
    await call(lea, "POST", f"{group}/join_requests/{asked['id']}/accept")
    await call(lea, "PATCH", f"{group}/members/{bao.id}", role="host")
    await call(ana, "GET", f"{group}/members", limit="1")
    await call(bao, "POST", f"{group}/leave")
    await call(bao, "POST", f"{group}/join", answers=["Encore."])
    (asked,) = await call(lea, "GET", f"{group}/join_requests")
    await call(lea, "POST", f"{group}/join_requests/{asked['id']}/reject", message="Non.")
    await call(bao, "POST", f"{group}/join", 429, answers=["Encore."])
    where = {"group_id": str(town.closed), "kind": "ask"}
    ask = await ana.post("/v1/statuses", status="Une poussette ?", fedparents=where)
    reply = await lea.post("/v1/statuses", status="Ici", in_reply_to_id=ask["id"])
    await call(ana, "POST", f"/statuses/{reply['id']}/accept")
    await call(ana, "POST", f"/statuses/{reply['id']}/unaccept", 409)
    await call(ana, "POST", f"/statuses/{ask['id']}/unaccept")
    await call(ana, "POST", f"/statuses/{ask['id']}/close")
    await call(ana, "POST", f"/statuses/{ask['id']}/reopen")
    assert await call(ana, "GET", "/swaps", kind="ask", state="open")
    assert await call(ana, "GET", f"{group}/timeline")
    await call(lea, "DELETE", f"{group}/statuses/{ask['id']}", reason="Hors sujet.")
    await call(lea, "DELETE", f"{group}/members/{ana.id}", reason="Fini.", ban=True)
    await call(lea, "POST", f"{group}/members/{ana.id}/unban")
    await call(ana, "GET", "/places", q="Issy")
    missing = {(method, path) for method, path, _ in OPERATIONS} - done
    assert missing == {("get", "/api/fedparents/v1/places/{id}")}, "see test_own"


@dataclass(frozen=True)
class Wild:
    """A call of some operation, with values that it may or may not foresee."""

    method: str
    path: str
    numbers: list[int]
    who: int
    sent: dict[str, Any]


@st.composite
def wild_calls(draw: st.DrawFn) -> Wild:
    method, path, operation = draw(st.sampled_from(OPERATIONS))
    numbers = [draw(st.integers(0, 7)) for _ in _PARAM.findall(path)]
    names = [each["name"] for each in operation["parameters"] if each["in"] == "query"]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if body:
        names = list(NAMED[body["schema"]["$ref"].rpartition("/")[2]]["properties"])
    wanted = draw(st.lists(st.sampled_from(names), unique=True)) if names else []
    sent: dict[str, Any] = {}
    match draw(st.sampled_from(["json", "query", "form", "doubled", "raw"])):
        case "json":
            sent["json"] = {name: draw(VALUES) for name in wanted}
        case "query":
            sent["params"] = [(name, draw(WORDS)) for name in wanted]
        case "form":
            sent["data"] = {name: draw(WORDS) for name in wanted}
        case "doubled":
            sent["params"] = [(name, draw(WORDS)) for name in (*wanted, *wanted)]
            sent["json"] = {f"{name}[]": draw(VALUES) for name in wanted}
        case "raw":
            sent["content"] = draw(st.binary(max_size=60))
            kinds = ["application/json", "application/x-www-form-urlencoded", "text/plain"]
            sent["headers"] = {"Content-Type": draw(st.sampled_from(kinds))}
    return Wild(method.upper(), path, numbers, draw(st.integers(0, 3)), sent)


async def test_whatever_is_sent_is_answered_as_it_says(town):
    """Wrong types, doubled and missing parameters, numbers of others, broken letters."""
    numbers = [
        str(town.closed),
        str(town.open),
        town.lea.id,
        town.ana.id,
        "1",
        "%C3%A9",
        "%00",
        "-1",
    ]
    wrong = []
    calls = the_same_each_time(wild_calls(), 250)
    assert len(calls) > 100
    for wild in calls:
        path = _PARAM.sub("{}", wild.path).format(*(numbers[each] for each in wild.numbers))
        who = [town.lea, town.ana, town.bao, None][wild.who]
        headers = {"Accept-Language": "fr", **(who.headers if who else {})}
        headers |= wild.sent.get("headers", {})
        answer = await town.ana.visitor.request(
            wild.method, path, **{**wild.sent, "headers": headers}
        )
        if answer.status_code >= 500 or (found := against_it(answer)):
            wrong.append(f"{wild}: {answer.status_code} {found}")
    assert not wrong, "\n".join(wrong)
