"""Limits as people meet them: a page that says when to come back, for the one who did too much."""

from datetime import timedelta

import httpx2
import pytest

from tests.rig.builders import an_account
from tests.web.conftest import sign_in
from web.app import create_app
from web.security.limits import POLICIES, Policy, Rate

SIGN_IN = POLICIES["sign_in"]
PER_LOGIN = SIGN_IN.per_key or Rate(0, timedelta())


@pytest.fixture
def probe_settings(settings):
    proxies = {"rate_limits": "on", "trusted_proxies": "127.0.0.0/8"}
    return type(settings).model_validate(
        {**settings.model_dump(exclude={"database_url"}), "database_url": settings.database_url}
        | proxies
    )


async def ask(visitor, times, **options):
    answers = [await visitor.get("/limited", **options) for _ in range(times)]
    return [answer.status_code for answer in answers], answers[-1]


async def test_too_often_for_one_login(visitor):
    allowed = PER_LOGIN.times
    statuses, last = await ask(visitor, allowed + 1, params={"login": "ana"})
    assert statuses == [200] * allowed + [429]
    assert int(last.headers["retry-after"]) <= 90
    assert "You can try again in 1 minute." in last.text
    statuses, _ = await ask(visitor, 1, params={"login": "bao"})
    assert statuses == [200]


async def test_too_often_from_one_address(visitor):
    allowed = SIGN_IN.per_address.times
    for number in range(allowed):
        answer = await visitor.get("/limited", params={"login": f"parent{number}"})
        assert answer.status_code == 200
    statuses, _ = await ask(visitor, 1, params={"login": "one-more"})
    assert statuses == [429]


async def test_each_address_behind_our_proxy_counts_for_itself(visitor):
    allowed = SIGN_IN.per_address.times
    for number in range(allowed):
        await visitor.get(
            "/limited",
            params={"login": f"parent{number}"},
            headers={"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.7"},
        )
    near = {"X-Forwarded-For": "192.0.2.1, 198.51.100.7"}
    far = {"X-Forwarded-For": "198.51.100.7, 192.0.2.1"}
    assert (await ask(visitor, 1, params={"login": "x"}, headers=near))[0] == [429]
    assert (await ask(visitor, 1, params={"login": "x"}, headers=far))[0] == [200]


async def test_an_account_is_one_person_wherever_it_is(place, visitor):
    await sign_in(place, visitor, await an_account(place.db))
    allowed = PER_LOGIN.times
    for number in range(allowed):
        await visitor.get("/limited", headers={"X-Forwarded-For": f"203.0.113.{number}"})
    assert (await ask(visitor, 1, headers={"X-Forwarded-For": "192.0.2.9"}))[0] == [429]


async def test_pages_have_a_limit_of_their_own(place, visitor, monkeypatch):
    monkeypatch.setitem(POLICIES, "page", Policy(Rate(5, timedelta(hours=1))))
    statuses = [(await visitor.get("/asked")).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert (await visitor.get("/healthz")).status_code == 200
    transport = httpx2.ASGITransport(create_app(place), client=("198.51.100.9", 50_000))
    async with httpx2.AsyncClient(
        transport=transport, base_url=place.settings.base_url
    ) as somebody_else:
        assert (await somebody_else.get("/asked")).status_code == 200
