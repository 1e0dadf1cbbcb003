"""Rules for every route of the API: unknown ones, other sites, slashes, limits."""

import httpx2
import pytest

from fedparents.errors import Conflict, NotAllowed, Unavailable
from fedparents.settings import Settings
from web.app import create_app
from web.routing import Answers, Endpoint

WHO = "/api/v1/accounts/verify_credentials"


@pytest.mark.parametrize(
    "path",
    ["/api/v1/nothing", "/api/v1/nothing/", "/api/", "/api/v9/x?y=z", "/api/v1/annual_reports/1"],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_unknown_routes_are_json(visitor, path, method):
    answer = await visitor.request(method, path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.json() == {"error": "Record not found"}


@pytest.mark.parametrize("path", ["/api/v1/instance", "/api/v2/instance"])
async def test_a_slash_at_the_end_and_head_change_nothing(visitor, path):
    plain = await visitor.get(path)
    assert (await visitor.get(f"{path}/")).json() == plain.json()
    head = await visitor.head(path)
    assert (head.status_code, head.content) == (200, b"")


async def test_other_sites_may_call_with_a_token_and_without_cookies(visitor, bearer):
    answer = await visitor.get(
        WHO,
        headers={**await bearer(), "Origin": "https://elk.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "Link" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize("path", [WHO, "/api/v1/statuses", "/api/v1/instance/"])
async def test_browsers_may_ask_first(visitor, path):
    answer = await visitor.options(
        path,
        headers={
            "Origin": "https://phanpy.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,idempotency-key",
        },
    )
    assert answer.status_code == 200
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-headers"] == "authorization,idempotency-key"
    assert answer.headers["access-control-max-age"] == "86400"


@pytest.mark.parametrize("path", ["/", "/sign-in", "/healthz", "/apiary", "/settings"])
async def test_pages_are_not_open_to_other_sites(visitor, path):
    answer = await visitor.get(path, headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    answer = await visitor.options(path, headers=asked)
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (NotAllowed("not_a_moderator"), 403, "Only moderators can do this."),
        (NotAllowed(), 403, "This action is not allowed"),
        (Conflict(), 409, "Somebody was faster, or this has been done already."),
        (Unavailable("database_unavailable", log="disk full"), 503, None),
        (RuntimeError("ana@example.org"), 500, None),
    ],
    ids=["own-words", "mastodons-words", "conflict", "away", "bug"],
)
async def test_errors_are_told_to_programs(visitor, probe, place, error, status, words):
    probe.error = error
    endpoint = next(each for each in place.routes if getattr(each, "name", "") == "api_fail")
    assert isinstance(endpoint, Endpoint)
    endpoint.answers = Answers.API  # as the routes of the API have it
    answer = await visitor.get("/api/v1/fail")
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == "*"
    told = answer.json()
    assert words in {None, told["error"]}
    assert ("reference" in told) == (status == 500)
    assert "ana@example.org" not in answer.text
    assert "disk full" not in answer.text


class TestLimits:
    @pytest.fixture
    def probe_settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"rate_limits": "on"})

    async def test_one_account_is_limited_wherever_it_calls_from(self, place, bearer):
        headers = await bearer()
        # Some is given back while we count: a little more than three hundred get through.
        for number in range(900):
            caller = (f"127.1.0.{number % 250}", 50_000)
            transport = httpx2.ASGITransport(create_app(place), client=caller)
            async with httpx2.AsyncClient(
                transport=transport, base_url=place.settings.base_url
            ) as program:
                answer = await program.get(WHO, headers=headers)
            if answer.status_code != 200:
                break
        assert number >= 300
        assert answer.status_code == 429
        assert answer.json() == {"error": "Too many requests"}
        assert int(answer.headers["retry-after"]) >= 1
