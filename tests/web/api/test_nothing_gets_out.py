"""Nothing of a closed group, of an anonymous ask or of a letter reaches another account's token, by
any route there is: the table of routes is walked, and grows with it."""

from __future__ import annotations

import re

import pytest

from fedparents.posts.models import Audience
from fedparents.posts.service import PostDraft, publish_post
from tests.web.api.test_every_call import ENDLESS
from tests.web.api.town import Program, a_town, an_app
from web.api.endpoints import ApiRoute
from web.api.routes import ROUTES

SECRET = "grenouille"
"""Stands in each text that somebody else must not read."""
AUTHOR = "Margaux"
"""Of the anonymous ask."""
_PARAM = re.compile(r"{(\w+)(?::\w+)?}")


@pytest.fixture
async def town(place, visitor):
    return await a_town(place, visitor)


async def _walk(program: Program, ids: list[str]) -> list[tuple[str, str, str]]:
    """What every route answers, for each of these numbers wherever it takes one."""
    heard = []
    for route in ROUTES:
        if not isinstance(route, ApiRoute) or not route.path.startswith("/api/"):
            continue
        if ENDLESS in route.path:
            continue  # told by test_streams.py
        paths = (
            [_PARAM.sub(each, route.path) for each in ids]
            if _PARAM.search(route.path)
            else [route.path]
        )
        for method in sorted(route.methods or ()):
            for path in paths:
                heard.append((method, path, await _call(program, method, path, ids)))
    return heard


async def _call(program: Program, method: str, path: str, ids: list[str]) -> str:
    """With all parameters that could name what is not theirs."""
    many = {
        "id": ids,
        "status_ids": ids,
        "account_ids": ids,
        "media_ids": [],
        "in_reply_to_id": ids[0],
        "account_id": ids[-1],
        "q": SECRET,
        "acct": AUTHOR,
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
    }
    query = {"id[]": ids, "q": SECRET, "acct": AUTHOR, "limit": "40"}
    sent = {"params": query} if method in {"GET", "HEAD"} else {"json": many}
    answer = await program.visitor.request(method, path, headers=program.headers, **sent)
    assert answer.status_code < 500, f"{method} {path}: {answer.text}"
    if method != "HEAD" and answer.content:
        assert answer.headers["content-type"].startswith("application/json"), path
    return answer.text


async def test_no_route_tells_a_stranger_of_a_closed_group(town, place, visitor):
    margaux = await an_app(place, visitor, AUTHOR.lower(), name=AUTHOR)
    said = [
        await town.say(town.lea, f"La {SECRET} du groupe #{SECRET}", group_id=town.closed),
        await town.say(town.ana, f"Une {SECRET} entre abonnés", audience=Audience.FOLLOWERS),
        (
            await town.ana.post(
                "/v1/statuses", status=f"@lea la {SECRET} entre nous", visibility="direct"
            )
        )["id"],
    ]
    said.append(await town.say(town.ana, f"Oui, la {SECRET}", in_reply_to_id=int(said[0])))
    await town.settle()
    ids = [*said, str(town.closed), town.lea.id, town.ana.id, margaux.id]
    for method, path, words in await _walk(town.bao, ids):
        # Whoever asks for a word gets it back nowhere either.
        assert SECRET not in words, f"{method} {path}"


async def test_no_route_tells_members_who_asked_without_a_name(town, place, visitor):
    ana = town.ana
    draft = PostDraft(text="Qui connaît un pédiatre ?", group_id=town.closed, is_anonymous=True)
    number = str((await place.db.write(publish_post, ana.viewer, draft)).post.id)
    await town.settle()
    status = await town.lea.get(f"/v1/statuses/{number}")
    assert status["account"]["group"] is True
    assert ana.id not in str(status)
    told = await town.lea.get("/v1/notifications")
    assert ana.id not in str(told)
    assert number not in str(await town.lea.get(f"/v1/accounts/{ana.id}/statuses"))
    assert number not in str(await ana.get(f"/v1/accounts/{ana.id}/statuses")), "for screenshots"


async def test_what_was_narrowed_is_gone_at_the_next_request(town, place):
    number = await town.say(town.lea, f"La {SECRET}", group_id=town.closed)
    before = await town.ana.get(f"/v1/statuses/{number}")
    assert before["id"] == number
    await town.ana.post(f"/v1/statuses/{number}/bookmark")
    await town.ana.post(f"/v1/statuses/{number}/favourite")
    await town.ana.post(f"/v1/accounts/{town.closed}/unfollow")
    for method, path, words in await _walk(town.ana, [number, str(town.closed), town.lea.id]):
        assert SECRET not in words, f"{method} {path}"


async def test_a_blocked_person_reads_nothing_more(town):
    number = await town.say(town.lea, f"La {SECRET}", audience=Audience.HERE)
    assert (await town.bao.get(f"/v1/statuses/{number}"))["id"] == number
    await town.lea.post(f"/v1/accounts/{town.bao.id}/block")
    for method, path, words in await _walk(town.bao, [number, town.lea.id]):
        assert SECRET not in words, f"{method} {path}"


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
