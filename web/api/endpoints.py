"""The routes of the client API: who may use them, and how their answers are written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope as ASGIScope
from typing_extensions import override

from fedparents import clock
from fedparents.accounts.policy import SIGNS_IN
from fedparents.errors import NotAllowed, NotSignedIn
from web.api.entities.entity import Entity
from web.api.errors import API_TYPE
from web.auth.scopes import Scope
from web.auth.tokens import TOUCH_EVERY, Bearer, touch_token, viewer_of_token
from web.i18n import ENGLISH, read_in
from web.routing import Answers, Endpoint, Handler
from web.security.limits import use_policy
from web.visit import Visit, visit_of

BearerHandler = Callable[[Request, Bearer], Awaitable[Response]]

_PRIVATE: Final = {"Cache-Control": "private, no-store", "Vary": "Authorization, Origin"}
_PUBLIC: Final = {"Cache-Control": "max-age=300", "Vary": "Origin"}


class ApiEndpoint(Endpoint):
    """A route whose errors are told in Mastodon's words; a slash at the end changes nothing."""

    def __init__(
        self, path: str, handler: Handler, *, name: str, methods: Iterable[str] = ("GET",)
    ) -> None:
        super().__init__(path, handler, name=name, methods=methods, answers=Answers.API)

    @override
    def matches(self, scope: ASGIScope) -> tuple[Match, ASGIScope]:
        path: str = scope.get("path", "")
        return super().matches({**scope, "path": path.rstrip("/")} if path[-1:] == "/" else scope)


def for_anybody(handler: Handler) -> Handler:
    """A route that needs no token."""

    async def check(request: Request) -> Response:
        _speak_to(visit_of(request))
        use_policy(request, "api")
        return await handler(request)

    return check


def for_bearer(handler: BearerHandler, *scopes: Scope) -> Handler:
    """A route for programs with a token that has at least one of these scopes."""

    async def check(request: Request) -> Response:
        visit = visit_of(request)
        _speak_to(visit)
        bearer = await _find_bearer(visit)
        use_policy(request, "api", bearer.viewer.account_id if bearer else None)
        return await handler(request, _checked(bearer, scopes))

    return check


def answer(entity: Entity, *, is_public: bool = False) -> Response:
    """An entity as JSON; a public one may be kept for five minutes."""
    headers = _PUBLIC if is_public else _PRIVATE
    return Response(entity.model_dump_json(), headers=headers, media_type=API_TYPE)


def _speak_to(visit: Visit) -> None:
    """In the language that the program asks for, else in English, whatever the place speaks:
    programs compare some of our sentences."""
    wish = Request(visit.scope).query_params.get("lang", "")
    header = visit.header(b"accept-language")
    visit.language = visit.runtime.languages.choose(wish, header=header, default=ENGLISH.tag)
    read_in(visit.language, visit.runtime.last_instance.zone)


async def _find_bearer(visit: Visit) -> Bearer | None:
    token = _token_of(visit)
    if not token:
        return None
    db = visit.runtime.db
    bearer = await db.read(viewer_of_token, token)
    if bearer is not None and _is_touch_due(bearer):
        await db.write(touch_token, bearer.token_id)
    return bearer


def _checked(bearer: Bearer | None, scopes: tuple[Scope, ...]) -> Bearer:
    if bearer is None:
        raise NotSignedIn
    if bearer.viewer.state not in SIGNS_IN:
        raise NotAllowed(f"account_{bearer.viewer.state}")
    if not any(bearer.may(scope) for scope in scopes):
        raise NotAllowed("outside_scopes")
    return bearer


def _is_touch_due(bearer: Bearer) -> bool:
    used_at = bearer.last_used_at
    return used_at is None or clock.now() - used_at > TOUCH_EVERY


def _token_of(visit: Visit) -> str:
    """From the header, else from the query, where older programs put it."""
    kind, _, token = visit.header(b"authorization").partition(" ")
    if kind.lower() == "bearer":
        return token.strip()
    return Request(visit.scope).query_params.get("access_token", "")
