"""`verify_credentials`: who am I, in the shape that apps crash without."""

import re

import pytest
from sqlmodel import Session, select

from fedparents.accounts.models import Account, AccountState, Role
from fedparents.actors.models import Actor
from fedparents.applications.models import AccessToken
from tests.rig.builders import an_account
from tests.web.api.conftest import token_for

WHO = "/api/v1/accounts/verify_credentials"


async def test_an_account_has_every_field_that_apps_need(visitor, place, bearer):
    answer = await visitor.get(WHO, headers=await bearer("read", name="Ana F."))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-store"
    found = answer.json()
    assert found["id"].isdecimal()
    assert (found["username"], found["acct"], found["display_name"]) == ("ana", "ana", "Ana F.")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00\.000Z", found["created_at"])
    assert found["url"] == "http://issy.localhost/@ana"
    assert found["uri"] == f"http://issy.localhost/users/{found['id']}"
    assert (found["locked"], found["bot"], found["group"]) == (True, False, False)
    assert (found["discoverable"], found["indexable"], found["noindex"]) == (False, False, True)
    for count in ("followers_count", "following_count", "statuses_count"):
        assert found[count] == 0
    for nothing in ("emojis", "fields", "roles"):
        assert found[nothing] == []
    assert found["last_status_at"] is None


async def test_pictures_are_never_null_and_are_really_there(visitor, bearer):
    found = (await visitor.get(WHO, headers=await bearer())).json()
    for name in ("avatar", "avatar_static", "header", "header_static"):
        assert found[name].startswith("http://issy.localhost/")
        assert found[name].endswith("/missing.png")
        picture = await visitor.get(found[name])
        assert picture.headers["content-type"] == "image/png"
        assert picture.content.startswith(b"\x89PNG")
        assert picture.headers["cross-origin-resource-policy"] == "cross-origin"
        assert picture.headers["access-control-allow-origin"] == "*"


async def test_owners_see_their_source_and_role(visitor, bearer):
    found = (await visitor.get(WHO, headers=await bearer(language="th"))).json()
    source = found["source"]
    assert (source["language"], source["note"], source["fields"]) == ("th", "", [])
    assert (source["privacy"], source["sensitive"]) == ("private", False)
    assert source["follow_requests_count"] == 0
    assert found["role"] == {
        "id": "-99",
        "name": "",
        "color": "",
        "permissions": "65536",
        "highlighted": False,
    }


@pytest.mark.parametrize(("role", "permissions"), [(Role.MODERATOR, 66588), (Role.ADMIN, 1)])
async def test_roles_have_the_bits_of_mastodon(visitor, bearer, role, permissions):
    found = (await visitor.get(WHO, headers=await bearer(role=role))).json()
    assert found["role"]["permissions"] == str(permissions)
    assert found["role"]["highlighted"]
    assert [shown["name"] for shown in found["roles"]] == [found["role"]["name"]]


async def test_words_of_people_stay_words(visitor, place, bearer):
    headers = await bearer(name="<b>Ana</b> & co")

    def describe(uow):
        actor = uow.session.exec(select(Actor).where(Actor.handle == "ana")).one()
        actor.summary = "Deux <script>enfants</script>,\nun vélo.\n\nÀ vendre ?"

    await place.db.write(describe)
    found = (await visitor.get(WHO, headers=headers)).json()
    assert found["display_name"] == "<b>Ana</b> & co"  # plain text by Mastodon's documentation
    assert found["note"] == (
        "<p>Deux &lt;script&gt;enfants&lt;/script&gt;,<br />un vélo.</p><p>À vendre ?</p>"
    )
    assert found["source"]["note"].startswith("Deux <script>")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer unknown"},
        {"Authorization": "Basic YW5hOmFuYQ=="},
        {"Authorization": "Bearer \xff\xfe"},
        {"Authorization": "x" * 5000},
    ],
    ids=["none", "empty", "unknown", "basic", "bytes", "long"],
)
async def test_without_a_token_there_is_nobody(visitor, headers):
    answer = await visitor.get(WHO, headers={k: v.encode("latin-1") for k, v in headers.items()})
    assert answer.status_code == 401
    assert answer.json() == {"error": "The access token is invalid"}
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_a_token_may_be_in_the_query(visitor, bearer):
    token = (await bearer())["Authorization"].removeprefix("Bearer ")
    assert (await visitor.get(WHO, params={"access_token": token})).status_code == 200


@pytest.mark.parametrize("scopes", ["read", "read:accounts", "profile", "read write follow push"])
async def test_these_scopes_are_enough(visitor, bearer, scopes):
    assert (await visitor.get(WHO, headers=await bearer(scopes))).status_code == 200


@pytest.mark.parametrize("scopes", ["write", "push", "follow", "read:statuses", "write:accounts"])
async def test_these_scopes_are_not_enough(visitor, bearer, scopes):
    answer = await visitor.get(WHO, headers=await bearer(scopes))
    assert answer.status_code == 403
    assert answer.json() == {"error": "This action is outside the authorized scopes"}


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        (AccountState.EMAIL_PENDING, 403, "Your login is missing a confirmed e-mail address"),
        (AccountState.APPROVAL_PENDING, 403, "Your login is currently pending approval"),
        (AccountState.DECLINED, 403, "Your login is currently disabled"),
        (AccountState.FROZEN, 403, "Your login is currently disabled"),
        (AccountState.LEAVING, 200, None),
    ],
)
async def test_a_token_is_worth_what_its_account_is(visitor, place, bearer, state, status, words):
    headers = await bearer()

    def change(uow):
        uow.session.exec(select(Account)).one().state = state

    await place.db.write(change)
    answer = await visitor.get(WHO, headers=headers)
    assert answer.status_code == status
    assert answer.json().get("error") == words
    place_itself = await visitor.get("/api/v2/instance", headers=headers)
    assert place_itself.status_code == 200, "which is for everybody"


async def test_using_a_token_keeps_its_account_alive(visitor, place, clock):
    """Somebody who only ever uses an app must not be forgotten as unused."""
    account = await an_account(place.db)
    headers = await token_for(place, account)

    def used(session: Session):
        token, owner = session.exec(select(AccessToken)).one(), session.exec(select(Account)).one()
        return token.last_used_at, owner.last_seen_at

    first = clock.advance(days=3)
    await visitor.get(WHO, headers=headers)
    assert await place.db.read(used) == (first, first)
    clock.advance(minutes=30)
    await visitor.get(WHO, headers=headers)
    assert await place.db.read(used) == (first, first), "once an hour is enough"
    second = clock.advance(minutes=31)
    await visitor.get(WHO, headers=headers)
    assert await place.db.read(used) == (second, second)


@pytest.mark.parametrize(
    ("headers", "params", "is_english"),
    [
        ({}, {}, True),
        ({"Accept-Language": "de"}, {}, True),
        ({"Accept-Language": "fr-FR,fr;q=0.9"}, {}, False),
        ({}, {"lang": "th"}, False),
    ],
    ids=["nothing", "unknown", "header", "parameter"],
)
async def test_errors_are_told_in_the_language_that_was_asked_for(
    visitor, headers, params, is_english
):
    del visitor.headers["Accept-Language"]
    answer = await visitor.get(WHO, headers=headers, params=params)
    assert answer.status_code == 401
    assert (answer.json()["error"] == "The access token is invalid") == is_english
