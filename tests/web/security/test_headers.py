"""Every answer says how far it may be trusted, and requests for other names are not ours."""

import pytest

from tests.rig.builders import an_account
from tests.web.conftest import sign_in
from web.security.bodies import LARGEST_HEAD


@pytest.mark.parametrize(
    "path", ["/ask", "/nothing-here", "/api/v1/fail", "/healthz", "/robots.txt", "/static/x/y.css"]
)
async def test_every_answer_is_guarded(visitor, path):
    headers = (await visitor.get(path)).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "microphone=()" in headers["permissions-policy"]
    assert "noai" in headers["x-robots-tag"]
    assert "cache-control" in headers
    assert "strict-transport-security" not in headers
    assert "server" not in headers


async def test_pages_of_somebody_are_kept_nowhere(place, visitor):
    headers = (await visitor.get("/ask")).headers
    assert headers["cache-control"] == "private, no-cache"
    await sign_in(place, visitor, await an_account(place.db))
    headers = (await visitor.get("/ask")).headers
    assert headers["cache-control"] == "private, no-store"
    assert "noindex" in headers["x-robots-tag"]
    assert {"cookie", "accept-language"} <= set(headers["vary"].lower().split(", "))


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("issy.localhost", 200),
        ("ISSY.localhost", 200),
        ("localhost:8000", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("elsewhere.example", 421),
        ("issy.localhost.elsewhere.example", 421),
        ("issy.localhost@elsewhere.example", 421),
        ("", 400),
    ],
)
async def test_only_our_names_are_answered(visitor, host, status):
    answer = await visitor.get("/ask", headers={"Host": host})
    assert answer.status_code == status
    if status == 421:
        assert 'href="http://issy.localhost/"' in answer.text
    assert (await visitor.get("/healthz", headers={"Host": host})).status_code == 200


async def test_two_hosts_are_none(visitor):
    two = [("Host", "issy.localhost"), ("Host", "elsewhere.example")]
    assert (await visitor.get("/ask", headers=two)).status_code == 400


async def test_a_head_that_is_too_large_is_told_so(visitor):
    assert (await visitor.get("/ask", headers={"X": "x" * LARGEST_HEAD})).status_code == 431
    assert (await visitor.get("/ask?" + "x" * LARGEST_HEAD)).status_code == 431


async def test_null_characters_stay_outside(visitor):
    assert (await visitor.get("/ask%00")).status_code == 404
    answer = await visitor.get("/private?a=%00%%0000b")
    assert answer.headers["location"].endswith("%3Fa%3Db")


class TestProduction:
    @pytest.fixture
    def probe_settings(self, settings):
        return settings.model_copy(update={"domain": "parents-issy.fr"})

    @pytest.fixture
    def names(self, place):
        return place.cookies

    async def test_https_is_demanded_and_cookies_are_bound_to_the_host(self, visitor, names):
        answer = await visitor.get("/ask")
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["strict-transport-security"]
        assert "upgrade-insecure-requests" in answer.headers["content-security-policy"]
        assert names.session == "__Host-session"
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-browser=")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie

    async def test_no_other_name_is_answered(self, visitor):
        for host in ("localhost", "127.0.0.1", "www.parents-issy.fr"):
            assert (await visitor.get("/ask", headers={"Host": host})).status_code == 421
        assert (await visitor.get("/ask", headers={"Host": "parents-issy.fr:443"})).is_success

    async def test_there_is_no_style_page(self, visitor):
        assert (await visitor.get("/dev/style")).status_code == 404

    async def test_an_origin_of_this_machine_is_not_ours(self, visitor):
        answer = await visitor.post(
            "/ask", headers={"Sec-Fetch-Site": "", "Origin": "http://parents-issy.fr"}
        )
        assert answer.status_code == 403
