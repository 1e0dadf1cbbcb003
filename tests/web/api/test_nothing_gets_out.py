"""Nothing of a closed group, of an anonymous ask, of a letter or of what is somebody's own reaches
another token, by any route there is: the table of routes is walked, and grows with it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import httpx2
import pytest

from fedparents.posts.models import Audience
from tests.web.api.guarded import AUTHOR, CLOSED, Guarded, Outsider, a_guarded_town
from tests.web.api.test_every_call import ENDLESS, NAMES, method_of
from tests.web.api.town import Program, a_town, an_app
from web.api.endpoints import ApiRoute
from web.api.routes import ROUTES

_PARAM = re.compile(r"{(\w+)(?::\w+)?}")
PATHS = {
    "/api/fedparents/v1/groups/": "group",
    "/api/fedparents/v1/groups/{id}/join_requests/": "request",
    "/api/fedparents/v1/groups/{id}/members/": "account",
    "/api/fedparents/v1/groups/{id}/statuses/": "post",
    "/api/fedparents/v1/places/": "place",
    "/api/fedparents/v1/statuses/": "post",
    "/api/v1/accounts/": "account",
    "/api/v1/admin/accounts/": "account to decide",
    "/api/v1/announcements/": "announcement",
    "/api/v1/conversations/": "conversation",
    "/api/v1/featured_tags/": "featured tag",
    "/api/v1/filters/": "keyword",
    "/api/v1/follow_requests/": "account",
    "/api/v1/lists/": "list",
    "/api/v1/media/": "media",
    "/api/v1/notifications/": "notification",
    "/api/v1/notifications/requests/": "waiting",
    "/api/v1/polls/": "poll",
    "/api/v1/scheduled_statuses/": "scheduled",
    "/api/v1/statuses/": "post",
    "/api/v1/suggestions/": "account",
    "/api/v1/tags/": "tag",
    "/api/v1/timelines/list/": "list",
    "/api/v1/timelines/tag/": "tag",
    "/api/v2/filters/": "filter",
    "/api/v2/filters/keywords/": "keyword",
    "/api/v2/filters/statuses/": "filtered post",
    "/api/v2/notifications/": "notification group",
}
"""What a path names after these words. A route that names anything else fails until it has a
line."""
FOR_ALL = {"account", "group", "place", "tag"}
"""What anybody may ask for, and hears of it what is theirs to hear."""
NOWHERE = "123456789"
"""An id of nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    route: ApiRoute
    path: str
    answer: httpx2.Response

    @property
    def kind(self) -> str:
        """What it is about: the last thing that its path names."""
        return (kinds_of(self.route) or [""])[-1]

    @property
    def name(self) -> str:
        return f"{self.answer.request.method} {self.answer.request.url}: {self.answer.status_code}"


def kinds_of(route: ApiRoute) -> list[str]:
    """What the path of a route names, one after the other."""
    return [PATHS[route.path[: found.start()]] for found in _PARAM.finditer(route.path)]


def paths_of(route: ApiRoute, ids: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Its path, with each of these where it names one."""
    for numbers in product(*(ids[kind] for kind in kinds_of(route))):
        rest = iter(numbers)
        yield _PARAM.sub(lambda _found: next(rest), route.path)  # noqa: B023 - used at once


CALLS = [
    route
    for route in ROUTES
    if isinstance(route, ApiRoute) and route.path.startswith("/api/") and ENDLESS not in route.path
]
"""Streams go on for as long as somebody listens: test_streams.py."""
LINKS = [name for name in NAMES if name == "id" or name.endswith(("_id", "_ids"))]
"""Parameters that could name what is not theirs."""
WORDS = {
    "q": CLOSED,
    "acct": AUTHOR.lower(),
    "status": "Bonjour",
    "choices": [0],
    "title": "Liste",
    "phrase": "mot",
    "keyword": "mot",
    "comment": "Rien",
    "description": "Rien",
    "answers": ["Rien"],
    "reason": "Rien",
    "role": "member",
    "limit": 40,
}


async def walk(
    visitor: httpx2.AsyncClient,
    headers: Mapping[str, str],
    ids: Mapping[str, Sequence[str]],
    methods: Sequence[str] = ("GET", "POST", "PUT", "PATCH", "DELETE"),
    *,
    in_bodies: bool = True,
) -> AsyncIterator[Asked]:
    """What every route answers about each of these, wherever it takes one."""
    for route in CALLS:
        if method_of(route) not in methods:
            continue
        for path in paths_of(route, ids):
            for sent in sendings(route, ids, in_bodies=in_bodies):
                answer = await visitor.request(method_of(route), path, headers=headers, **sent)
                yield Asked(route, path, answer)


def sendings(
    route: ApiRoute, ids: Mapping[str, Sequence[str]], *, in_bodies: bool
) -> Iterator[dict[str, Any]]:
    """All parameters that could name what is not theirs: in one query, or one by one in bodies,
    since many a call ends at the first of them."""
    named = [*ids["post"], *ids["account"]]
    if method_of(route) == "GET":
        query = {**WORDS, "id[]": named, "types[]": ["mention", "status", "favourite", "reblog"]}
        yield {"params": query}
        return
    yield {"json": WORDS}
    if kinds_of(route) or not in_bodies:
        return
    for name in LINKS:
        found = [each for kind, some in ids.items() if kind in name for each in some] or named
        yield {"json": {**WORDS, name: found if name.endswith("s") else found[0]}}
    yield {"json": {**WORDS, "fedparents": {"group_id": ids["list"][0]}}}


@pytest.fixture
async def guarded(place, visitor) -> Guarded:
    return await a_guarded_town(place, visitor)


@pytest.mark.parametrize("route", CALLS, ids=lambda route: route.name)
def test_each_route_says_what_its_path_names(route):
    starts = {route.path[: found.start()] for found in _PARAM.finditer(route.path)}
    assert starts <= {*PATHS}, "it needs a line in PATHS, and something in `guarded`"


async def test_no_route_leads_anybody_to_what_is_not_theirs(guarded, visitor):
    before = await guarded.seen_by_owners()
    wrong = []
    for outsider in guarded.outsiders:
        nowhere = await answers_to_nothing(visitor, outsider)
        calls = walk(visitor, outsider.headers, outsider.ids, in_bodies=outsider.is_somebody)
        async for asked in calls:
            if problem := complaint(outsider, asked, nowhere):
                wrong.append(f"{outsider.who}: {asked.name}: {problem}")
    assert not wrong, "\n".join(wrong)
    await guarded.town.settle()
    assert await guarded.seen_by_owners() == before


async def answers_to_nothing(visitor, outsider):
    """What each route says of what does not exist."""
    ids = {kind: [NOWHERE] for kind in outsider.ids}
    calls = walk(visitor, outsider.headers, ids, in_bodies=False)
    return {asked.route.name: said(asked) async for asked in calls}


def said(asked: Asked) -> tuple[int, str]:
    """An answer without the ids in it."""
    return asked.answer.status_code, re.sub(r"[0-9]+", "1", asked.answer.text)


def complaint(outsider: Outsider, asked: Asked, nowhere: dict[str, tuple[int, str]]) -> str:
    """What is wrong with an answer, if anything is."""
    answer = asked.answer
    if answer.status_code >= 500:
        return answer.text
    if not answer.headers["content-type"].startswith("application/json"):
        return answer.headers["content-type"]
    # Whoever asks for a hashtag gets its name back.
    text = answer.text.replace(f"{CLOSED}s", "") if asked.kind == "tag" else answer.text
    read = [word for word in outsider.words if word in text]
    if read:
        return f"{read} in {answer.text}"
    is_hidden = f"/{outsider.ids['hidden'][0]}" in asked.path
    is_for_all = not asked.kind or asked.kind in FOR_ALL
    if (is_hidden or not is_for_all) and said(asked) != nowhere[asked.route.name]:
        return f"{answer.text} instead of {nowhere[asked.route.name]}"
    return ""


async def test_those_for_whom_it_is_are_led_there(guarded, visitor):
    """Else the walk above would prove nothing."""
    lea, ana = guarded.town.lea, guarded.town.ana
    found = set()
    for owner in (ana, lea):
        async for asked in walk(visitor, owner.headers, guarded.ids, ("GET",)):
            found |= {asked.route.path} if CLOSED in asked.answer.text else set()
    kinds = {kind for route in CALLS if route.path in found for kind in kinds_of(route)}
    without_words = {"featured tag", "filtered post", "waiting"}  # numbers alone
    others = {"account to decide", "announcement", "conversation", "hidden", "place", "request"}
    assert kinds >= {*guarded.ids} - others - without_words
    assert found >= {"/api/v1/conversations", "/api/v1/timelines/home", "/api/v2/search"}


async def test_no_route_tells_members_who_asked_without_a_name(guarded, visitor):
    """Whatever has the post in it, whoever wrote it is not: in notifications of answers and
    thanks, around it, in what is kept, found and listed."""
    town, dina, margaux = guarded.town, guarded.dina, guarded.margaux
    where = {"group_id": str(town.closed), "anonymous": True, "kind": "ask"}
    await dina.post(f"/v1/accounts/{town.closed}/follow", notify=True)
    asked = await margaux.post("/v1/statuses", status=f"@dina, {CLOSED} ?", fedparents=where)
    number = asked["id"]
    path = f"/v1/statuses/{number}"
    answer = await dina.post("/v1/statuses", status="Moi !", in_reply_to_id=number)
    for deed in ("favourite", "bookmark"):
        await dina.post(f"{path}/{deed}")
    await margaux.send("PUT", path, status=f"Une {CLOSED}, encore", fedparents={"anonymous": True})
    await town.settle()
    ids = {**guarded.ids, "post": [number, answer["id"]]}
    wrong, paths = [], set()
    for member in (dina, town.lea):
        async for told in walk(visitor, member.headers, ids, ("GET",)):
            parts = list(parts_with(told, number))
            if parts:
                paths.add(told.route.path)
            if any(told_of(part, margaux) for part in parts):
                wrong.append(f"{member.account.handle}: {told.name}: {told.answer.text}")
        said = await member.get(f"/v1/accounts/{margaux.id}/statuses")
        assert number not in str(said)
    assert not wrong, "\n".join(wrong)
    assert paths >= {f"/api/v1/{each}" for each in SHOWS_ASKS}
    (kept,) = await dina.get("/v1/bookmarks")
    assert kept["id"] == number
    assert kept.get("application") is None, "few use the same app"
    own = await margaux.get(f"/v1/accounts/{margaux.id}/statuses")
    assert number not in str(own), "for screenshots"


SHOWS_ASKS = [
    "accounts/{id}/statuses",
    "bookmarks",
    "favourites",
    "notifications",
    "statuses",
    "statuses/{id}",
    "statuses/{id}/context",
    "statuses/{id}/history",
    "timelines/home",
    "timelines/list/{id}",
]


def parts_with(asked: Asked, number: str) -> Iterator[str]:
    """The smallest entities with a post in them, or of what was asked about it: one beside it in
    a list is another's."""
    found = asked.answer.json()
    entities = [found] if isinstance(found, dict) and "account" in found else _lists_in(found)
    is_about = number in asked.path
    yield from (str(each) for each in entities if is_about or number in str(each))


def _lists_in(found: object) -> Iterator[object]:
    """What is in a list, or in the lists of an envelope."""
    if isinstance(found, list):
        yield from found
    elif isinstance(found, dict):
        for part in found.values():
            yield from _lists_in(part)


def told_of(part: str, author: Program) -> bool:
    return author.id in part or AUTHOR.lower() in part.lower()


@pytest.fixture
async def town(place, visitor):
    return await a_town(place, visitor)


async def test_what_was_narrowed_is_gone_at_the_next_request(town, visitor):
    number = await town.say(town.lea, f"La {CLOSED}", group_id=town.closed)
    before = await town.ana.get(f"/v1/statuses/{number}")
    assert before["id"] == number
    await town.ana.post(f"/v1/statuses/{number}/bookmark")
    await town.ana.post(f"/v1/statuses/{number}/favourite")
    await town.ana.post(f"/v1/accounts/{town.closed}/unfollow")
    await nobody_reads(visitor, town.ana, [number], [str(town.closed), town.lea.id])


async def test_a_blocked_person_reads_nothing_more(town, visitor):
    number = await town.say(town.lea, f"La {CLOSED}", audience=Audience.HERE)
    assert (await town.bao.get(f"/v1/statuses/{number}"))["id"] == number
    await town.lea.post(f"/v1/accounts/{town.bao.id}/block")
    await nobody_reads(visitor, town.bao, [number], [town.lea.id])


async def nobody_reads(visitor, program, posts, accounts):
    ids = {kind: [*posts, *accounts] for kind in PATHS.values()}
    async for asked in walk(visitor, program.headers, ids, ("GET", "POST")):
        assert CLOSED not in asked.answer.text, asked.name


async def test_routes_want_the_scopes_that_they_say(place, visitor):
    """A token without any of a route's scopes is refused before anything is looked up."""
    narrow = await an_app(place, visitor, "chloe", scopes="push")
    for route in ROUTES:
        if not isinstance(route, ApiRoute) or not route.access.scopes:
            continue
        if "push" in {str(scope) for scope in route.access.scopes}:
            continue
        for method in sorted((route.methods or set()) - {"HEAD"}):
            path = _PARAM.sub("1", route.path)
            answer = await visitor.request(method, path, headers=narrow.headers)
            assert answer.status_code == 403, f"{method} {path}: {answer.text}"
            assert set(answer.json()) == {"error"}
