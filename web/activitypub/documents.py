"""The routes of documents for other servers: when one is meant, and how it is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

import orjson
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope
from typing_extensions import override

from federation.outside import find_away, find_person
from federation.reading import JsonObject
from federation.vocab import ACTIVITY_TYPE
from fedparents import clock
from fedparents.actors.models import Actor
from fedparents.errors import NotAllowed, NotFound
from fedparents.instance.models import FederationMode
from fedparents.instance.views import get_instance_view
from web.routing import ANY_METHOD, Answers, Endpoint, Handler
from web.security.limits import use_policy
from web.visit import runtime_of, visit_of

_MEANT: Final = (ACTIVITY_TYPE, "application/ld+json")
_TYPE: Final = f"{ACTIVITY_TYPE}; charset=utf-8"
_HEADERS: Final = {"Cache-Control": "no-cache", "Vary": "Accept, Signature"}

Rule: TypeAlias = Callable[[FederationMode], bool]
"""Whether a place of this kind has such a document."""


def is_there(mode: FederationMode) -> bool:
    """What is about the place itself."""
    return mode.is_there


def speaks_to_anybody(mode: FederationMode) -> bool:
    """What is about people and groups. Towns that were chosen ask with a signature; until any can
    be chosen, an answer to nobody is the whole of it."""
    return mode.speaks_to_anybody


class Document(Endpoint):
    """A route that only other servers use."""

    def __init__(
        self,
        path: str,
        handler: Callable[[Request], Awaitable[Response]],
        *,
        name: str,
        rule: Rule = speaks_to_anybody,
    ) -> None:
        guarded = _guarded(handler, rule)
        super().__init__(path, guarded, name=name, methods=ANY_METHOD, answers=Answers.EMPTY)


class Side(Document):
    """The other side of a page: the same address, for whoever asks for a document."""

    @override
    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http" and not wants_document(visit_of(scope).header(b"accept")):
            return Match.NONE, {}
        return super().matches(scope)


def wants_document(accept: str) -> bool:
    """Whether a header asks for ActivityPub; browsers never do."""
    return any(kind in accept.lower() for kind in _MEANT)


def activity(document: JsonObject, status: int = 200) -> Response:
    """A document as other servers expect it."""
    return Response(orjson.dumps(document), status, _HEADERS, _TYPE)


def require_person(session: Session, number: int) -> Actor:
    """A person whom other towns may know. Raises NotFound for everybody else, and NotAllowed while
    the account of one whom they knew is paused: what is not found is forgotten elsewhere."""
    today = clock.now().date()
    actor = find_person(session, number, today=today)
    if actor is not None:
        return actor
    raise NotFound if find_away(session, number, today=today) is None else NotAllowed


def require_method(request: Request, *methods: str) -> None:
    """Raises 405; for routes of which not even that may be known while the place is closed."""
    if request.method not in methods:
        raise HTTPException(405, headers={"Allow": ", ".join(sorted(methods))})


def _guarded(handler: Handler, rule: Rule) -> Handler:
    async def check(request: Request) -> Response:
        use_policy(request, "document")
        if not rule(await runtime_of(request).db.read(_read_mode)):
            raise NotFound
        require_method(request, "GET", "HEAD")
        return await handler(request)

    return check


def _read_mode(session: Session) -> FederationMode:
    """As it is now: another process may have changed it."""
    return get_instance_view(session).federation_mode
