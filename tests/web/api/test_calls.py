"""What every route of the API can do: tell limits, page by `Link`, carry out a call once."""

import asyncio
import re
from datetime import datetime

import pytest
from sqlmodel import col, select

from fedparents.actors.models import Actor
from fedparents.clock import now
from fedparents.paging import Paging
from fedparents.settings import Settings
from tests.rig.builders import an_account
from tests.web.api.conftest import token_for

LINK = re.compile(r'<([^>]+)>; rel="(\w+)"')


def links(answer):
    told = answer.headers.get("link", "")
    return {rel: address for address, rel in LINK.findall(told)}


async def walk(program, address, rel="next"):
    """Every page of a list, as an app goes through it."""
    pages = []
    while address:
        answer = await program.get(address)
        pages.append(answer.json())
        address = links(answer).get(rel)
    return pages


async def test_posts_are_paged_until_an_empty_page(echo):
    pages = await walk(echo, "/api/v1/numbers?limit=3&local=true&types[]=a")
    assert pages == [[8, 7, 6], [5, 4, 3], [2, 1], []]
    first = links(await echo.get("/api/v1/numbers?limit=3&local=true&types[]=a"))
    assert first["next"] == (
        "http://issy.localhost/api/v1/numbers?local=true&types%5B%5D=a&limit=3&max_id=6"
    )
    assert first["prev"].endswith("limit=3&min_id=8")


async def test_people_are_paged_until_a_page_that_is_not_full(echo):
    assert await walk(echo, "/api/v1/people?limit=3") == [[8, 7, 6], [5, 4, 3], [2, 1]]
    assert links(await echo.get("/api/v1/people?limit=3"))["prev"].endswith("since_id=8")


async def test_the_way_back_leads_to_what_comes_right_after(echo):
    assert await walk(echo, "/api/v1/numbers?limit=3&max_id=4", "prev") == [
        [3, 2, 1],
        [6, 5, 4],
        [8, 7],
        [],
    ]


CURSORS = [
    ("", [8, 7, 6, 5, 4]),
    ("limit=0", [8, 7, 6, 5, 4]),
    ("limit=-2", [8, 7]),
    ("limit=4000", [8, 7, 6, 5, 4, 3, 2]),
    ("limit=two", [8, 7, 6, 5, 4]),
    ("limit=2&limit=3", [8, 7, 6]),
    ("max_id=3", [2, 1]),
    ("since_id=6", [8, 7]),
    ("min_id=2&limit=2", [4, 3]),
    ("min_id=2&since_id=4&max_id=7", [6, 5]),
    ("max_id=x", []),
    ("max_id=" + "9" * 40, []),
    ("min_id=", [8, 7, 6, 5, 4]),
    ("min_id=0&limit=2", [2, 1]),
]


async def test_any_cursor_gives_a_page(echo):
    for query, numbers in CURSORS:
        answer = await echo.get(f"/api/v1/numbers?{query}")
        assert (answer.status_code, answer.json()) == (200, numbers), query


async def test_a_token_never_stands_in_a_link(echo, place):
    token = (await token_for(place, await an_account(place.db)))["Authorization"].split()[1]
    answer = await echo.get(f"/api/v1/numbers?access_token={token}&limit=2")
    assert token not in answer.headers["link"]


async def test_what_can_be_no_id_is_not_there(echo):
    for number in ("x", "-1", "9" * 30, "01ARZ3NDEKTSV4RRFFQ69G5FAV", "%00"):
        answer = await echo.get(f"/api/v1/numbers/{number}")
        assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})


async def test_a_token_may_come_in_the_body(echo, place):
    token = (await token_for(place, await an_account(place.db)))["Authorization"].split()[1]
    answer = await echo.post("/api/v1/me", json={"access_token": token})
    assert answer.json() == {"handle": "ana"}
    assert (await echo.post("/api/v1/me", json={"access_token": [token]})).status_code == 401


async def test_a_call_with_a_key_is_carried_out_once(echo, place):
    ana, bao = await an_account(place.db), await an_account(place.db, "bao")
    mine, theirs = await token_for(place, ana), await token_for(place, bao)
    once = mine | {"Idempotency-Key": "a-key"}
    calls = [echo.post("/api/v1/me/name", headers=once) for _ in range(2)]
    first, again = await asyncio.gather(*calls)
    assert first.json() == again.json()
    assert (await echo.post("/api/v1/me/name", headers=once)).json() == first.json()
    for other in (
        mine,
        mine | {"Idempotency-Key": "another"},
        theirs | {"Idempotency-Key": "a-key"},
    ):
        assert (await echo.post("/api/v1/me/name", headers=other)).json() != first.json()

    def names(session):
        return set(
            session.exec(select(Actor.display_name).where(col(Actor.handle).in_(["ana", "bao"])))
        )

    assert await place.db.read(names) == {"Ana+++", "Bao+"}


class TestLimits:
    @pytest.fixture
    def probe_settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"rate_limits": "on"})

    async def test_programs_are_told_what_is_left(self, echo):
        answers = [await echo.get("/api/v1/numbers") for _ in range(3)]
        assert {answer.headers["x-ratelimit-limit"] for answer in answers} == {"300"}
        left = [int(answer.headers["x-ratelimit-remaining"]) for answer in answers]
        assert left == sorted(left, reverse=True)
        assert left[0] == 299
        told = answers[0].headers["x-ratelimit-reset"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", told)
        assert datetime.fromisoformat(told) > now()

    async def test_errors_tell_it_too(self, echo):
        answer = await echo.get("/api/v1/accounts/verify_credentials")
        assert answer.status_code == 401
        assert answer.headers["x-ratelimit-remaining"] == "299"
        assert "X-RateLimit-Remaining" in answer.headers["access-control-expose-headers"]

    async def test_each_token_has_its_own(self, echo, place):
        account = await an_account(place.db)
        mine, other = await token_for(place, account), await token_for(place, account)
        for _ in range(3):
            answer = await echo.get("/api/v1/numbers", headers=mine)
        assert int(answer.headers["x-ratelimit-remaining"]) <= 298
        answer = await echo.get("/api/v1/numbers", headers=other)
        assert answer.headers["x-ratelimit-remaining"] == "299"


def test_bounds_for_statements_that_are_written_out():
    everything = Paging(20)
    assert (everything.above, everything.below) == (0, 2**63 - 1)
    bounded = Paging(20, max_id=9, since_id=2, min_id=4)
    assert (bounded.above, bounded.below, bounded.goes_up) == (4, 9, True)
