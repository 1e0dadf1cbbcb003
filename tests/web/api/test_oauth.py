"""From an app that nobody knows to a token and back: what programs call, and the page between."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlmodel import select

from fedparents.accounts.models import Account, AccountState, Role
from fedparents.accounts.sessions import end_all_sessions
from fedparents.applications.models import AccessToken, Application, ApplicationToken, Grant
from fedparents.retention.rules import RULES
from fedparents.settings import Settings
from tests.rig.builders import an_account
from tests.rig.mailbox import link_in, newest_to
from tests.rig.pages import forms_of, submit
from tests.web.api.conftest import token_for
from tests.web.conftest import sign_in

OOB = "urn:ietf:wg:oauth:2.0:oob"
WAY = "https://elk.zone/api/issy.localhost/oauth/https%3A%2F%2Felk.zone"
WAYS = [
    WAY,
    OOB,
    "icecubesapp://",
    "com.tapbots.Ivory.10217:/request_token",
    "oauth2redirect://com.keylesspalace.tusky/",
    "mastodon-android-auth://callback",
    "http://localhost:4173",
    "https://app.example/back?theme=dark",
]
VERIFIER = "v" * 20 + "-._~" + "V" * 30
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)
APP = {"client_name": "Tusky", "redirect_uris": "\n".join(WAYS), "scopes": "read write follow push"}
WHO = "/api/v1/accounts/verify_credentials"
VERIFY_APP = "/api/v1/apps/verify_credentials"


@pytest.fixture
async def app(visitor):
    return (await visitor.post("/api/v1/apps", json=APP)).json()


@pytest.fixture
async def ana(visitor, place):
    """Somebody who is signed in in the browser `visitor`."""
    account = await an_account(place.db, "ana", language="en")
    await sign_in(place, visitor, account)
    return account


def address(app, **asked):
    return "/oauth/authorize?" + urlencode(
        {
            "response_type": "code",
            "client_id": app["client_id"],
            "redirect_uri": WAY,
            "scope": "read write",
            "state": "a state&more",
        }
        | asked
    )


async def press(visitor, page, action, **answers):
    """Send the one form of a page that leads there."""
    form = next(form for form in forms_of(page.text) if form.action.startswith(action))
    return await visitor.post(form.action, data=form.answers | answers)


async def say(visitor, where, answer="allow"):
    page = await visitor.get(where)
    assert page.status_code == 200, page.text
    return await submit(visitor, page, {"answer": answer})


async def code_for(visitor, app, **asked):
    told = await say(visitor, address(app, **asked))
    return parse_qs(urlsplit(told.headers["location"]).query)["code"][0]


def claim(app, code, **more):
    return {
        "grant_type": "authorization_code",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "redirect_uri": WAY,
        "code": code,
    } | more


class TestRegistering:
    async def test_an_app_gets_what_it_needs(self, visitor, app):
        assert app["name"] == "Tusky"
        assert app["website"] is None
        assert app["redirect_uri"] == "\n".join(WAYS)
        assert app["redirect_uris"] == WAYS
        assert app["scopes"] == ["read", "write", "follow", "push"]
        assert app["id"].isdecimal()
        assert app["client_secret_expires_at"] == 0
        assert len(app["client_id"]) == len(app["client_secret"]) == 43
        instance = (await visitor.get("/api/v2/instance")).json()
        assert app["vapid_key"] == instance["configuration"]["vapid"]["public_key"]

    async def test_in_every_encoding(self, visitor):
        for call in (
            {"json": APP | {"redirect_uris": WAYS}},
            {"data": APP},
            {"data": {"client_name": "Tusky", "redirect_uris[]": WAYS}},
            {"params": APP},
            {"files": [(name, (None, value)) for name, value in APP.items()]},
        ):
            answer = await visitor.post("/api/v1/apps", **call)
            assert answer.status_code == 200, call
            assert answer.json()["redirect_uris"] == WAYS

    async def test_what_cannot_be_taken_is_said(self, visitor):
        for wrong, status, name in (
            ({"client_name": ""}, 400, "client_name"),
            ({"client_name": "x" * 61}, 422, "client_name"),
            ({"client_name": {"a": 1}}, 400, "client_name"),
            ({"redirect_uris": ""}, 422, "redirect_uris"),
            ({"redirect_uris": "javascript:alert(1)"}, 422, "redirect_uris"),
            ({"redirect_uris": "JavaScript:alert(1)"}, 422, "redirect_uris"),
            ({"redirect_uris": "data:text/html,x"}, 422, "redirect_uris"),
            ({"redirect_uris": "/back"}, 422, "redirect_uris"),
            ({"redirect_uris": "https://"}, 422, "redirect_uris"),
            ({"redirect_uris": "https://a@b.example/"}, 422, "redirect_uris"),
            ({"redirect_uris": "foo://["}, 422, "redirect_uris"),
            ({"redirect_uris": "https://evil.example\\.elk.zone/"}, 422, "redirect_uris"),
            ({"redirect_uris": "foo:\\\\evil.example"}, 422, "redirect_uris"),
            ({"website": "https://evil.example\\.elk.zone/"}, 422, "website"),
            ({"redirect_uris": "https://[::1/"}, 422, "redirect_uris"),
            ({"redirect_uris": "https://a.example/#x"}, 422, "redirect_uris"),
            ({"redirect_uris": f"https://a.example/{'x' * 1000}"}, 422, "redirect_uris"),
            ({"redirect_uris": "x: " * 11}, 422, "redirect_uris"),
            ({"scopes": "read conquer"}, 422, "scopes"),
            ({"website": "javascript:alert(1)"}, 422, "website"),
        ):
            answer = await visitor.post("/api/v1/apps", json=APP | wrong)
            assert answer.status_code == status, wrong
            assert name in answer.json()["error"]

    async def test_secrets_are_not_kept(self, place, app):
        kept = await place.db.read(lambda session: session.exec(select(Application)).one())
        assert app["client_secret"] not in str(kept.model_dump())


class TestConsent:
    async def test_it_says_who_asks_for_what(self, visitor, ana, app):
        page = await visitor.get(address(app))
        assert page.status_code == 200
        for words in ("Let Tusky in?", "@ana", "Read what you can read here", "elk.zone"):
            assert words in page.text
        assert "Decide for you" not in page.text
        policy = page.headers["content-security-policy"]
        assert "form-action 'self' https://elk.zone" in policy.split("; ")
        assert policy.count("form-action") == 1
        assert page.headers["cross-origin-opener-policy"] == "unsafe-none"
        assert "access-control-allow-origin" not in page.headers

    @pytest.mark.parametrize(
        ("way", "source"),
        [
            ("icecubesapp://", " icecubesapp:"),
            ("com.tapbots.Ivory.10217:/request_token", " com.tapbots.ivory.10217:"),
            ("http://localhost:4173", " http://localhost:4173"),
            (OOB, ""),
        ],
    )
    async def test_the_browser_may_go_back_to_the_app_and_nowhere_else(
        self, visitor, ana, app, way, source
    ):
        page = await visitor.get(address(app, redirect_uri=way))
        assert f"form-action 'self'{source}" in page.headers["content-security-policy"].split("; ")

    @pytest.mark.parametrize("way", [way for way in WAYS if way != OOB])
    async def test_yes_leads_back_with_a_code(self, visitor, ana, app, way):
        told = await say(visitor, address(app, redirect_uri=way))
        assert told.status_code == 303
        there = told.headers["location"]
        assert there.startswith(way)
        code = parse_qs(there.rpartition("?")[2] if "?theme" not in way else urlsplit(there).query)
        assert len(code["code"][0]) == 43
        assert code["state"] == ["a state&more"]
        assert told.headers["referrer-policy"] == "no-referrer"

    async def test_no_leads_back_without_one(self, visitor, ana, app, place):
        told = await say(visitor, address(app), "deny")
        query = parse_qs(urlsplit(told.headers["location"]).query)
        assert query["error"] == ["access_denied"]
        assert query["state"] == ["a state&more"]
        assert await place.db.read(lambda session: session.exec(select(Grant)).all()) == []

    async def test_without_an_address_the_code_is_read(self, visitor, ana, app):
        told = await say(visitor, address(app, redirect_uri=OOB))
        assert told.headers["location"].startswith("/oauth/authorize/native?code=")
        page = await visitor.get(told.headers["location"])
        code = told.headers["location"].partition("=")[2]
        assert f"<code>{code}</code>" in page.text
        token = await visitor.post("/oauth/token", json=claim(app, code, redirect_uri=OOB))
        assert token.status_code == 200
        for other in ("", "?code=", "?code=hello%20you", f"?code={code}x"):
            assert (await visitor.get(f"/oauth/authorize/native{other}")).status_code == 404
        told = await say(visitor, address(app, redirect_uri=OOB), "deny")
        assert told.headers["location"] == "/"

    async def test_what_leads_nowhere_is_said_on_a_page(self, visitor, ana, app):
        for asked in (
            {"client_id": "unknown"},
            {"client_id": ""},
            {"redirect_uri": "https://evil.example/"},
            {"redirect_uri": WAY.replace("%3A", ":")},
            {"redirect_uri": WAY + "/"},
            {"redirect_uri": ""},
            {"redirect_uri": OOB, "scope": "nonsense"},
        ):
            page = await visitor.get(address(app, **asked))
            assert page.status_code == 400, asked
            assert "text/html" in page.headers["content-type"]
        assert (await visitor.get("/oauth/authorize")).status_code == 400

    async def test_other_mistakes_are_told_to_the_app(self, visitor, ana, app):
        for asked, error in (
            ({"response_type": "token"}, "unsupported_response_type"),
            ({"response_type": ""}, "unsupported_response_type"),
            ({"scope": "read admin:read"}, "invalid_scope"),
            ({"scope": "conquer"}, "invalid_scope"),
            ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
            ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "invalid_request"),
            ({"code_challenge": CHALLENGE}, "invalid_request"),
            ({"code_challenge_method": "S256"}, "invalid_request"),
        ):
            answer = await visitor.get(address(app, **asked))
            assert answer.status_code == 303, asked
            assert answer.headers["location"].startswith(f"{WAY}?error={error}&")
            assert parse_qs(urlsplit(answer.headers["location"]).query)["state"]

    async def test_a_stranger_is_sent_nowhere_else(self, visitor, app):
        for asked in ({"response_type": "token"}, {"scope": "conquer"}):
            answer = await visitor.get(address(app, **asked))
            assert answer.status_code == 303
            assert urlsplit(answer.headers["location"])[:3] == ("", "", "/sign-in")

    async def test_an_address_that_was_taken_before_and_cannot_be_read_leads_nowhere(
        self, visitor, ana, app, place
    ):
        def take(uow):
            uow.session.exec(select(Application)).one().redirect_uris = "foo://["

        await place.db.write(take)
        page = await visitor.get(address(app, redirect_uri="foo://["))
        assert page.status_code == 400
        assert "start again in the app" in page.text

    async def test_private_messages_are_named_where_posts_are_read(self, visitor, ana, app):
        page = await visitor.get(address(app, scope="read:statuses"))
        assert "Read for you: posts, private messages" in page.text
        page = await visitor.get(address(app, scope="write:conversations write:statuses"))
        assert "Change for you: private messages, posts" in page.text

    async def test_it_comes_after_signing_in(self, visitor, place, app):
        where = address(app, code_challenge=CHALLENGE, code_challenge_method="S256")
        door = await visitor.get(where)
        assert door.status_code == 303
        assert parse_qs(urlsplit(door.headers["location"]).query)["next"] == [where]
        await an_account(place.db, "ana")
        step = await visitor.get(door.headers["location"])
        sent = await submit(visitor, step, {"login": "ana"})
        code = await visitor.get(sent.headers["location"])
        mail = await newest_to(place, "ana@example.org")
        inside = await visitor.get(link_in(mail, "/sign-in"))
        assert inside.headers["location"] == where
        page = await visitor.get(where)
        assert "Let Tusky in?" in page.text
        for each in (door, step, sent, code, inside, page):
            assert each.headers["cross-origin-opener-policy"] == "unsafe-none", each.url
        elsewhere = await visitor.get("/settings/devices")
        assert elsewhere.headers["cross-origin-opener-policy"] == "same-origin"

    async def test_a_slash_at_the_end_changes_nothing(self, visitor, ana, app):
        where = address(app).replace("/oauth/authorize?", "/oauth/authorize/?")
        answer = await visitor.get(where)
        assert answer.status_code == 307
        assert answer.headers["location"].endswith(address(app))

    async def test_what_is_too_long_to_be_kept_meanwhile_is_said(self, visitor, app):
        page = await visitor.get(address(app, state="x" * 1500))
        assert page.status_code == 400
        assert "start again in the app" in page.text

    async def test_it_needs_a_form_of_ours(self, visitor, ana, app):
        foreign = {"Sec-Fetch-Site": "cross-site"}
        answer = await visitor.post(address(app), data={"answer": "allow"}, headers=foreign)
        assert answer.status_code == 403
        assert (await visitor.post(address(app), data={"answer": "allow"})).status_code == 403

    async def test_somebody_else_may_come_instead(self, visitor, ana, app):
        page = await visitor.get(address(app, force_login="true"))
        told = await press(visitor, page, "/sign-in/other")
        there = urlsplit(told.headers["location"])
        assert there.path == "/sign-in"
        assert parse_qs(there.query)["next"] == [address(app, force_login="true")]
        assert (await visitor.get(address(app))).status_code == 303

    async def test_an_app_may_name_the_language(self, visitor, place, app):
        account = await an_account(place.db, "bao")
        await sign_in(place, visitor, account)
        assert 'lang="fr"' in (await visitor.get(address(app, lang="fr"))).text

    async def test_only_those_who_look_after_the_place_give_that_away(self, visitor, place):
        wide = APP | {"scopes": "read admin:read admin:write"}
        app = (await visitor.post("/api/v1/apps", json=wide)).json()
        wanted = {"scope": "read admin:read"}
        for handle, role, given in (
            ("bao", Role.MEMBER, "read"),
            ("zoe", Role.MODERATOR, "read admin:read"),
        ):
            account = await an_account(place.db, handle, role=role)
            await sign_in(place, visitor, account)
            code = await code_for(visitor, app, **wanted)
            answer = (await visitor.post("/oauth/token", json=claim(app, code))).json()
            assert answer["scope"] == given


class TestTokens:
    async def test_a_code_becomes_a_token_that_works(self, visitor, ana, app, place):
        code = await code_for(visitor, app)
        answer = await visitor.post("/oauth/token", data=claim(app, code, scope="read"))
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["access-control-allow-origin"] == "*"
        token = answer.json()
        assert token["token_type"] == "Bearer"
        assert token["scope"] == "read write"
        assert isinstance(token["created_at"], int)
        assert len(token["access_token"]) == 43
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        assert (await visitor.get(WHO, headers=headers)).json()["username"] == "ana"
        own = (await visitor.get("/api/v1/apps/verify_credentials", headers=headers)).json()
        assert own["name"] == "Tusky"
        assert "client_secret" not in own
        kept = await place.db.read(
            lambda session: [*session.exec(select(AccessToken)), *session.exec(select(Grant))]
        )
        for row in kept:
            assert token["access_token"] not in str(row.model_dump())
            assert code not in str(row.model_dump())

    @pytest.mark.parametrize("how", ["json", "data", "params"])
    async def test_in_every_encoding_with_the_secret_in_the_header_too(
        self, visitor, ana, app, how
    ):
        code = await code_for(visitor, app)
        sent = claim(app, code)
        secret = (sent.pop("client_id"), sent.pop("client_secret"))
        packed = base64.b64encode(":".join(secret).encode()).decode()
        headers = {"Authorization": f"Basic {packed}"}
        answer = await visitor.post("/oauth/token", **{how: sent}, headers=headers)
        assert answer.status_code == 200

    async def test_a_code_works_once_and_takes_its_token_with_it(self, visitor, ana, app):
        code = await code_for(visitor, app)
        token = (await visitor.post("/oauth/token", json=claim(app, code))).json()
        again = await visitor.post("/oauth/token", json=claim(app, code))
        assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        assert (await visitor.get(WHO, headers=headers)).status_code == 401

    async def test_what_gives_no_token(self, visitor, ana, app):
        other = (await visitor.post("/api/v1/apps", json=APP)).json()
        for more, status, error in (
            ({"code": "unknown"}, 400, "invalid_grant"),
            ({"code": ""}, 400, "invalid_request"),
            ({"redirect_uri": ""}, 400, "invalid_request"),
            ({"redirect_uri": "icecubesapp://"}, 400, "invalid_grant"),
            ({"client_id": other["client_id"]}, 401, "invalid_client"),
            ({"client_secret": "wrong"}, 401, "invalid_client"),
            ({"client_secret": ""}, 401, "invalid_client"),
            (
                {"client_id": other["client_id"], "client_secret": other["client_secret"]},
                400,
                "invalid_grant",
            ),
            ({"code_verifier": VERIFIER}, 400, "invalid_grant"),
            ({"grant_type": "password", "username": "ana"}, 400, "unsupported_grant_type"),
            ({"grant_type": ""}, 400, "invalid_request"),
            ({"grant_type": {"a": "b"}}, 400, "invalid_request"),
        ):
            code = await code_for(visitor, app)
            answer = await visitor.post("/oauth/token", json=claim(app, code) | more)
            assert (answer.status_code, answer.json()["error"]) == (status, error), more
            assert answer.json()["error_description"]

    async def test_only_who_began_can_go_on(self, visitor, ana, app):
        proof = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
        for verifier, status in (("", 400), (VERIFIER[:-1] + "x", 400), (VERIFIER, 200)):
            code = await code_for(visitor, app, **proof)
            answer = await visitor.post(
                "/oauth/token", json=claim(app, code, code_verifier=verifier)
            )
            assert answer.status_code == status, verifier

    async def test_a_code_lasts_ten_minutes(self, visitor, ana, app, clock):
        code = await code_for(visitor, app)
        clock.advance(minutes=11)
        assert (await visitor.post("/oauth/token", json=claim(app, code))).status_code == 400

    @pytest.mark.parametrize("change", ["frozen", "signed_out", "erased"])
    async def test_a_code_is_worth_what_its_account_is(
        self, visitor, ana, app, place, clock, change
    ):
        code = await code_for(visitor, app)

        def happen(uow):
            account = uow.session.get_one(Account, ana.id)
            if change == "frozen":
                account.state = AccountState.FROZEN
            elif change == "signed_out":
                end_all_sessions(uow, account.id)
            else:
                uow.session.delete(account)

        clock.advance(seconds=1)
        await place.db.write(happen)
        answer = await visitor.post("/oauth/token", json=claim(app, code))
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")

    async def test_a_program_may_act_for_nobody(self, visitor, app):
        asked = {
            "grant_type": "client_credentials",
            "client_id": app["client_id"],
            "client_secret": app["client_secret"],
            "redirect_uri": OOB,
        }
        token = (await visitor.post("/oauth/token", data=asked | {"scope": "read write"})).json()
        assert token["scope"] == "read write"
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        own = await visitor.get("/api/v1/apps/verify_credentials", headers=headers)
        assert own.json()["name"] == "Tusky"
        who = await visitor.get(WHO, headers=headers)
        assert (who.status_code, who.json()["error"]) == (
            422,
            "This method requires an authenticated user",
        )
        for more, status, error in (
            ({"scope": "admin:read"}, 400, "invalid_scope"),
            ({"scope": "conquer"}, 400, "invalid_scope"),
            ({"client_secret": "wrong"}, 401, "invalid_client"),
        ):
            answer = await visitor.post("/oauth/token", json=asked | more)
            assert (answer.status_code, answer.json()["error"]) == (status, error)

    async def test_a_token_from_the_command_line_has_a_program_too(self, visitor, place):
        headers = await token_for(place, await an_account(place.db))
        own = await visitor.get("/api/v1/apps/verify_credentials", headers=headers)
        assert (own.status_code, own.json()["scopes"]) == (200, ["read"])


class TestGivingBack:
    async def test_a_program_gives_its_token_back(self, visitor, ana, app):
        code = await code_for(visitor, app)
        token = (await visitor.post("/oauth/token", json=claim(app, code))).json()["access_token"]
        mine = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
        other = (await visitor.post("/api/v1/apps", json=APP)).json()
        theirs = {"client_id": other["client_id"], "client_secret": other["client_secret"]}
        headers = {"Authorization": f"Bearer {token}"}
        for sent, status in (
            (theirs | {"token": token}, 403),
            (mine | {"client_secret": "x", "token": token}, 401),
            (mine | {"token": "unknown"}, 200),
            (mine, 200),
        ):
            answer = await visitor.post("/oauth/revoke", data=sent)
            assert answer.status_code == status, sent
            assert (await visitor.get(WHO, headers=headers)).status_code == 200
        answer = await visitor.post("/oauth/revoke", data=mine | {"token": token})
        assert (answer.status_code, answer.json()) == (200, {})
        assert (await visitor.get(WHO, headers=headers)).status_code == 401
        assert (
            await visitor.post("/oauth/revoke", data=mine | {"token": token})
        ).status_code == 200

    async def test_one_that_acts_for_nobody_too(self, visitor, app, place):
        mine = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
        asked = mine | {"grant_type": "client_credentials"}
        token = (await visitor.post("/oauth/token", json=asked)).json()["access_token"]
        await visitor.post("/oauth/revoke", json=mine | {"token": token})
        kept = await place.db.read(lambda session: session.exec(select(ApplicationToken)).one())
        assert kept.revoked_at is not None

    async def test_its_owner_shuts_it_out(self, visitor, ana, app):
        code = await code_for(visitor, app)
        token = (await visitor.post("/oauth/token", json=claim(app, code))).json()["access_token"]
        page = await visitor.get("/settings/devices")
        assert "Tusky" in page.text
        await press(visitor, page, "/settings/programs/")
        headers = {"Authorization": f"Bearer {token}"}
        assert (await visitor.get(WHO, headers=headers)).status_code == 401


async def test_who_somebody_is_takes_the_scope_for_it(visitor, place, bearer):
    headers = await bearer("profile", name="Ana F.")
    for method in ("GET", "POST"):
        told = (await visitor.request(method, "/oauth/userinfo", headers=headers)).json()
        assert told["iss"] == "http://issy.localhost/"
        assert told["name"] == "Ana F."
        assert told["preferred_username"] == "ana"
        assert told["sub"].startswith("http://issy.localhost/users/")
    wide = await token_for(place, await an_account(place.db, "bao"), "read write")
    assert (await visitor.get("/oauth/userinfo", headers=wide)).status_code == 403


async def test_apps_find_out_what_is_possible(visitor):
    answer = await visitor.get("/.well-known/oauth-authorization-server")
    assert answer.headers["access-control-allow-origin"] == "*"
    told = answer.json()
    assert told["issuer"] == "http://issy.localhost/"
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["authorization_endpoint"] == "http://issy.localhost/oauth/authorize"
    assert "admin:read" in told["scopes_supported"]


async def test_other_sites_may_ask_first(visitor):
    for path in ("/oauth/token", "/oauth/revoke", "/oauth/userinfo"):
        asked = {"Origin": "https://phanpy.social", "Access-Control-Request-Method": "POST"}
        answer = await visitor.options(path, headers=asked)
        assert answer.status_code == 200
        assert "POST" in answer.headers["access-control-allow-methods"]
    answer = await visitor.options("/oauth/authorize", headers=asked)
    assert "access-control-allow-origin" not in answer.headers


async def test_an_app_that_nobody_lets_in_is_forgotten_with_its_own_token(
    place, visitor, ana, app, clock
):
    alone = (await visitor.post("/api/v1/apps", json=APP)).json()
    asked = {
        "grant_type": "client_credentials",
        "client_id": alone["client_id"],
        "client_secret": alone["client_secret"],
    }
    own = await visitor.post("/oauth/token", json=asked)
    headers = {"Authorization": f"Bearer {own.json()['access_token']}"}
    code = await code_for(visitor, app)
    let_in = (await visitor.post("/oauth/token", json=claim(app, code))).json()
    clock.advance(days=29)
    await place.db.write(_forget)
    assert (await visitor.get(VERIFY_APP, headers=headers)).status_code == 200
    clock.advance(days=2)
    await place.db.write(_forget)
    assert (await visitor.get(VERIFY_APP, headers=headers)).status_code == 401
    headers = {"Authorization": f"Bearer {let_in['access_token']}"}
    assert (await visitor.get(VERIFY_APP, headers=headers)).status_code == 200


async def test_an_app_that_was_signed_out_is_forgotten_in_the_end(place, visitor, ana, app, clock):
    code = await code_for(visitor, app)
    let_in = (await visitor.post("/oauth/token", json=claim(app, code))).json()
    ends = {"token": let_in["access_token"], "client_id": app["client_id"]}
    ends["client_secret"] = app["client_secret"]
    assert (await visitor.post("/oauth/revoke", json=ends)).status_code == 200
    for days, left in ((59, 1), (2, 0)):
        clock.advance(days=days)
        await place.db.write(_forget)
        assert len(await place.db.read(lambda db: db.exec(select(AccessToken)).all())) == left


async def test_what_nobody_needs_is_forgotten(place, visitor, ana, app, clock):
    unused = (await visitor.post("/api/v1/apps", json=APP)).json()
    code = await code_for(visitor, app)
    await visitor.post("/oauth/token", json=claim(app, code))
    clock.advance(days=31)
    await place.db.write(_forget)

    def left(session):
        names = [each.client_id for each in session.exec(select(Application))]
        return names, list(session.exec(select(Grant)))

    assert await place.db.read(left) == ([app["client_id"]], [])
    assert unused["client_id"] != app["client_id"]


def _forget(uow):
    for rule in RULES:
        if rule.name in {"program_codes", "unused_programs", "ended_programs"}:
            rule.sweep(uow, timedelta(days=rule.days))


class TestLimits:
    @pytest.fixture
    def probe_settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"rate_limits": "on"})

    async def test_nobody_registers_apps_by_the_thousand(self, visitor):
        for _ in range(100):
            answer = await visitor.post("/api/v1/apps", json=APP)
            if answer.status_code != 200:
                break
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) >= 1
