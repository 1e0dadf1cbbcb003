"""The routes of the client API: one line each, with who may call, and how answers are written.

    routes = [
        ApiRoute("GET", "/api/v1/lists", list_lists, a_person(Scope.READ_LISTS)),
        ApiRoute("POST", "/api/v1/lists", create_list, a_person(Scope.WRITE_LISTS)),
    ]

A handler gets a `Call` and gives an answer. Whatever it raises is told in JSON, in the language
that the program asks for.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode

import orjson
from pydantic import BaseModel
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope as ASGIScope
from typing_extensions import override

from fedparents import clock
from fedparents.accounts.models import AccountState
from fedparents.accounts.policy import SIGNS_IN
from fedparents.applications.scopes import Scope
from fedparents.applications.tokens import (
    TOUCH_EVERY,
    Bearer,
    OwnBearer,
    bearer_of_token,
    touch_token,
)
from fedparents.errors import NotAllowed, NotSignedIn
from fedparents.paging import Paging
from web.api.calls import Call
from web.api.errors import API_TYPE, NeedsPerson
from web.api.limits import count_call
from web.api.values import Values, read_values
from web.i18n import ENGLISH, read_in
from web.routing import Answers, Endpoint
from web.security.bodies import LARGEST, BoundedBody
from web.visit import Visit, visit_of

ApiHandler = Callable[[Call], Awaitable[Response]]
Body = BaseModel | Sequence[BaseModel] | dict[str, Any] | list[Any]

PRIVATE: Final = {"Cache-Control": "private, no-store", "Vary": "Authorization, Origin"}
PUBLIC: Final = {"Cache-Control": "max-age=300", "Vary": "Origin"}
_CURSORS: Final = frozenset({"max_id", "since_id", "min_id", "access_token", "offset"})


class Who(StrEnum):
    """Who has to be calling."""

    ANYBODY = "anybody"
    PROGRAM = "program"
    """With any token: of a program that acts for somebody or for nobody."""
    PERSON = "person"
    """A program that acts for somebody who may sign in."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call a route, and with a token of which scopes; one of them is enough."""

    who: Who
    scopes: tuple[Scope, ...] = ()
    admits_unconfirmed: bool = False
    """Also for whoever has not shown yet that their address is theirs."""


def anybody(*scopes: Scope) -> Access:
    """No token is needed; one that comes along says who looks, and needs one of the scopes."""
    return Access(Who.ANYBODY, scopes)


def a_person(*scopes: Scope) -> Access:
    """A token of somebody, with one of the scopes; without any named here, whatever it may."""
    return Access(Who.PERSON, scopes)


def a_newcomer() -> Access:
    """A token of somebody, also before their address is confirmed."""
    return Access(Who.PERSON, admits_unconfirmed=True)


def a_program(*scopes: Scope) -> Access:
    """Any token, also one with which a program acts for nobody."""
    return Access(Who.PROGRAM, scopes)


class ApiRoute(Endpoint):
    """One method of one path; a slash at the end changes nothing."""

    def __init__(
        self,
        method: str,
        path: str,
        handler: ApiHandler,
        access: Access,
        *,
        max_body: int = LARGEST,
    ) -> None:
        self.access = access
        super().__init__(
            path,
            _Checked(handler, access),
            name=f"{method} {path}",
            methods=(method,),
            max_body=max_body,
            answers=Answers.API,
        )

    @override
    def matches(self, scope: ASGIScope) -> tuple[Match, ASGIScope]:
        path: str = scope.get("path", "")
        return super().matches({**scope, "path": path.rstrip("/")} if path[-1:] == "/" else scope)


class _Checked:
    """A handler behind what is checked before it."""

    def __init__(self, handler: ApiHandler, access: Access) -> None:
        self._handler = handler
        self._access = access

    async def __call__(self, request: Request) -> Response:
        visit = visit_of(request)
        speak_to(visit)
        bearer = await _find_bearer(visit, _early_token(visit))
        if bearer is None:
            count_call(visit, None)
            _narrow(request)
        values = await read_values(request)
        _speak_as_sent(visit, values)
        if bearer is None:
            bearer = await _find_bearer(visit, _late_token(values))
        if bearer is not None:
            count_call(visit, bearer)
        bearer = _admitted(bearer, self._access)
        if isinstance(bearer, OwnBearer):
            return await self._handler(Call(request, values, None, bearer))
        return await self._handler(Call(request, values, bearer))


def answer(
    body: Body,
    *,
    is_public: bool = False,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    """An entity, several, or anything else as JSON; a public one may be kept for five minutes."""
    told = {**(PUBLIC if is_public else PRIVATE), **(headers or {})}
    return Response(_json(body), status, told, media_type=API_TYPE)


def answer_page(call: Call, body: Body, paging: Paging, ids: Sequence[int]) -> Response:
    """A page of posts or notifications, newest first, with the ways to its neighbours. `ids` are
    what the list is ordered by: those of the entities, or of the rows that put them there."""
    if not ids:
        return answer(body)
    here = _address(call, paging)
    links = (_link(here, "next", "max_id", ids[-1]), _link(here, "prev", "min_id", ids[0]))
    return answer(body, headers={"Link": ", ".join(links)})


def answer_people(call: Call, body: Body, paging: Paging, ids: Sequence[int]) -> Response:
    """A page of a list of accounts: it ends where the page is not full, and goes back by
    `since_id`."""
    if not ids:
        return answer(body)
    here = _address(call, paging)
    links = [_link(here, "next", "max_id", ids[-1])] if len(ids) >= paging.limit else []
    links.append(_link(here, "prev", "since_id", ids[0]))
    return answer(body, headers={"Link": ", ".join(links)})


def answer_onward(call: Call, body: Body, paging: Paging, ids: Sequence[int]) -> Response:
    """A page of a list that is read from its newest end only."""
    if not ids or len(ids) < paging.limit:
        return answer(body)
    return answer(body, headers={"Link": _link(_address(call, paging), "next", "max_id", ids[-1])})


def _link(here: str, rel: str, cursor: str, number: int) -> str:
    return f'<{here}&{cursor}={number}>; rel="{rel}"'


def _address(call: Call, paging: Paging) -> str:
    """The same call without a cursor: its own path and the rest of its query."""
    scope = call.request.scope
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    kept = [(name, value) for name, value in query if name not in (*_CURSORS, "limit")]
    kept.append(("limit", str(paging.limit)))
    path = quote(scope["path"], safe="/:@")
    return f"{call.runtime.settings.base_url}{path}?{urlencode(kept)}"


def _json(body: Body) -> bytes:
    if isinstance(body, BaseModel):
        return body.model_dump_json().encode()
    if isinstance(body, Sequence) and any(isinstance(each, BaseModel) for each in body):
        parts = (
            _json(each) if isinstance(each, BaseModel) else orjson.dumps(each) for each in body
        )
        return b"[" + b",".join(parts) + b"]"
    return orjson.dumps(body)


def speak_to(visit: Visit) -> None:
    """In the language that the program asks for, else in English, whatever the place speaks:
    programs compare some of our sentences."""
    wish = _in_query(visit, "lang") or visit.asked_language
    header = visit.header(b"accept-language")
    visit.language = visit.runtime.languages.choose(wish, header=header, default=ENGLISH.tag)
    read_in(visit.language, visit.runtime.last_instance.zone)


def _speak_as_sent(visit: Visit, values: Values) -> None:
    """Some programs name their language among what they send."""
    wish = values.get("lang")
    if isinstance(wish, str) and wish:
        visit.asked_language = wish
        speak_to(visit)


def _narrow(request: Request) -> None:
    """More than usual is taken from those only who say who they are."""
    body = request.receive
    if isinstance(body, BoundedBody):
        body.narrow(LARGEST)


async def _find_bearer(visit: Visit, token: str) -> Bearer | OwnBearer | None:
    if not token:
        return None
    db = visit.runtime.db
    bearer = await db.read(bearer_of_token, token)
    if isinstance(bearer, Bearer) and _is_touch_due(bearer):
        await db.write(touch_token, bearer.token_id)
    return bearer


def _admitted(bearer: Bearer | OwnBearer | None, access: Access) -> Bearer | OwnBearer | None:
    """Whom a handler meets: who may not sign in is nobody, where nobody has to be.

    Raises what Mastodon answers when this is not who may call.
    """
    is_open = access.who == Who.ANYBODY
    if isinstance(bearer, Bearer) and not _may_come(bearer, access):
        if is_open:
            return None
        raise NotAllowed(f"account_{bearer.viewer.state}")
    if bearer is None:
        if is_open:
            return None
        raise NotSignedIn
    if isinstance(bearer, OwnBearer) and access.who == Who.PERSON:
        raise NeedsPerson
    if access.scopes and not any(bearer.may(scope) for scope in access.scopes):
        raise NotAllowed("outside_scopes")
    return bearer


def _may_come(bearer: Bearer, access: Access) -> bool:
    state = bearer.viewer.state
    is_early = access.admits_unconfirmed and state == AccountState.EMAIL_PENDING
    return is_early or state in SIGNS_IN


def _is_touch_due(bearer: Bearer) -> bool:
    used_at = bearer.last_used_at
    return used_at is None or clock.now() - used_at > TOUCH_EVERY


def _early_token(visit: Visit) -> str:
    """From the header, else from the query, where older programs put it."""
    kind, _, token = visit.header(b"authorization").partition(" ")
    if kind.lower() == "bearer":
        return token.strip()
    return _in_query(visit, "access_token")


def _in_query(visit: Visit, name: str) -> str:
    """Looked for in nearly every call, and nearly never there."""
    query = visit.scope["query_string"]
    if name.encode() not in query and b"%" not in query:
        return ""
    return HTTPConnection(visit.scope).query_params.get(name, "")


def token_of(call: Call) -> str:
    """The token of a call, as it was sent: nothing else here knows more of it than its digest."""
    return _early_token(visit_of(call.request)) or _late_token(call.values)


def _late_token(values: Values) -> str:
    token = values.get("access_token")
    return token if isinstance(token, str) else ""
