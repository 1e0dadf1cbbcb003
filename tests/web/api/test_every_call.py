"""Every route of the API with whatever may come: the status that is documented, in JSON, never a
failure of ours. What a route does with good calls is told by the tests of its room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import col, select

from fedparents.accounts.models import Account, AccountState
from fedparents.applications.models import AccessToken
from fedparents.applications.scopes import Scope
from tests.rig.builders import an_account
from tests.web.api.conftest import token_for
from web.api.endpoints import ApiRoute, Who
from web.api.params import Params
from web.api.routes import ROUTES

CALLS = [route for route in ROUTES if isinstance(route, ApiRoute)]
ENDLESS = "/streaming"
WHOLE = "read write follow push profile"
NONSENSE: list[Any] = [
    None,
    "",
    [],
    {},
    -1,
    1.5e300,
    True,
    "9" * 400,
    "a\x00b",
    "\U0001f9d2" * 300,
    [[["x"]], {"a": {"b": [1]}}],
    {"0": "x", "a": [None]},
    ["x"] * 300,
]
_TURNS = 5
"""Each value is some parameter's in each of them."""
OWN_WORDS = ("/oauth/", "/.well-known/", "/health", "/nodeinfo")
"""Not below /api/, and JSON all the same."""


def every(params: type[Params]) -> Iterator[type[Params]]:
    yield params
    for each in params.__subclasses__():
        yield from every(each)


NAMES = sorted({name for model in every(Params) for name in model.model_fields})


def paths(route: ApiRoute) -> list[str]:
    """Its address with what can be no id, and with an id of nothing."""
    found = []
    for value in ("x", "9" * 30, "-1", "123456789", "%00", "é"):
        path = route.path_format
        for name in route.param_convertors:
            path = path.replace(f"{{{name}}}", value)
        found.append(path)
    return list(dict.fromkeys(found))


def method_of(route: ApiRoute) -> str:
    return next(iter((route.methods or set()) - {"HEAD"}))


def complaint(route: ApiRoute, answer: Any) -> str:
    """What is wrong with an answer, if anything is."""
    where = f"{answer.request.method} {answer.request.url}"
    if answer.status_code >= 500:
        return f"{where}: {answer.status_code}"
    if answer.status_code < 300:
        return ""
    if not answer.headers["content-type"].startswith("application/json"):
        return f"{where}: {answer.status_code} {answer.headers['content-type']}"
    if not isinstance(answer.json().get("error"), str):
        return f"{where}: {answer.text}"
    return ""


@pytest.fixture
async def calls():
    return [route for route in CALLS if ENDLESS not in route.path]


async def test_who_may_not_call_is_told_so(visitor, place, calls):
    ana = await an_account(place.db)
    nobody: dict[str, str] = {}
    whole = await token_for(place, ana, WHOLE)
    revoked = await token_for(place, ana, WHOLE)
    bao = await an_account(place.db, "bao")
    frozen = await token_for(place, bao, WHOLE)
    narrow = {
        scope: await token_for(place, ana, scope) for scope in Scope if not scope.is_administrative
    }
    app = (await visitor.post("/api/v1/apps", json=APP)).json()
    asked = {"grant_type": "client_credentials", "scope": "read write push", **_secret(app)}
    own = (await visitor.post("/oauth/token", json=asked)).json()["access_token"]

    def shut_out(uow):
        tokens = uow.session.exec(select(AccessToken).order_by(col(AccessToken.id))).all()
        tokens[1].revoked_at = uow.now
        uow.session.add(tokens[1])

        uow.session.get_one(Account, bao.id).state = AccountState.FROZEN

    await place.db.write(shut_out)
    wrong = []
    for route in calls:
        method, path = method_of(route), paths(route)[3 if route.param_convertors else 0]
        access, tries = route.access, []
        if access.who != Who.ANYBODY:
            tries += [(nobody, 401), (revoked, 401), (frozen, 403)]
            if access.scopes and not any(str(s).startswith("admin") for s in access.scopes):
                tries += [
                    (headers, 403)
                    for scope, headers in narrow.items()
                    if not any(each.is_within([scope]) for each in access.scopes)
                ][:4]
        if access.who == Who.PERSON:
            tries.append(({"Authorization": f"Bearer {own}"}, 422))
        for headers, status in tries:
            answer = await visitor.request(method, path, headers=headers)
            if answer.status_code != status:
                wrong.append(f"{method} {path}: {answer.status_code} instead of {status}")
            wrong.append(complaint(route, answer))
    assert not list(filter(None, wrong)), "\n".join(filter(None, wrong))
    who = await visitor.get("/api/v1/accounts/verify_credentials", headers=whole)
    assert who.status_code == 200, "the whole token is still good"


async def test_no_call_breaks_anything(visitor, place, calls):
    """With a token that may do everything, and with values that nobody sends on purpose."""
    headers = await token_for(place, await an_account(place.db), WHOLE)
    wrong = []
    for route in calls:
        method = method_of(route)
        for path in paths(route):
            answer = await visitor.request(method, path, headers=headers)
            wrong.append(complaint(route, answer))
        path = paths(route)[3 if route.param_convertors else 0]
        for turn in range(_TURNS):
            sent = {name: NONSENSE[(n * 5 + turn) % len(NONSENSE)] for n, name in enumerate(NAMES)}
            answer = await visitor.request(method, path, headers=headers, json=sent)
            wrong.append(complaint(route, answer))
        doubled = [(name, "x") for name in NAMES for _ in range(2)]
        others: tuple[dict[str, Any], ...] = (
            {"params": doubled},
            {"params": [(f"{name}[]", "1") for name in NAMES]},
            {"params": [(f"{name}[a][b]", "1") for name in NAMES]},
            {"content": b"\xff\xfe", "headers": {"Content-Type": "application/json"}},
            {"content": b"%ff=%fe", "headers": FORM},
            {"content": b"[" * 9000, "headers": {"Content-Type": "application/json"}},
            {"content": b"x", "headers": {"Content-Type": "image/png"}},
        )
        for more in others:
            told = {**headers, **more.pop("headers", {})}
            answer = await visitor.request(method, path, headers=told, **more)
            wrong.append(complaint(route, answer))
    assert not list(filter(None, wrong)), "\n".join(filter(None, wrong))


async def test_nobody_sends_more_than_a_route_takes(visitor, place, calls):
    headers = {"Content-Type": "application/json"}
    for route in calls:
        body = b'{"a":"' + b"x" * 10_000_000 + b'"}'
        path = paths(route)[3 if route.param_convertors else 0]
        answer = await visitor.request(method_of(route), path, headers=headers, content=body)
        assert answer.status_code == 413, path
        assert answer.json()["error"]


def test_every_route_stands_where_programs_look():
    for route in CALLS:
        assert route.path.startswith(("/api/", *OWN_WORDS)), route.path
    names = [route.name for route in CALLS]
    assert len(names) == len(set(names))


APP = {"client_name": "Tusky", "redirect_uris": "x://y", "scopes": "read write push"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _secret(app: dict[str, str]) -> dict[str, str]:
    return {name: app[name] for name in ("client_id", "client_secret")}
