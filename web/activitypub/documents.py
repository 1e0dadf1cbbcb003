"""The routes of documents for other servers: when one is meant, and how it is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

import orjson
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope
from typing_extensions import override

from federation.reading import JsonObject
from federation.vocab import ACTIVITY_TYPE
from fedparents.errors import NotFound
from fedparents.instance.models import FederationMode
from fedparents.instance.views import get_instance_view
from web.routing import Answers, Endpoint, Handler
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
        super().__init__(path, _guarded(handler, rule), name=name, answers=Answers.EMPTY)


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


def _guarded(handler: Handler, rule: Rule) -> Handler:
    async def check(request: Request) -> Response:
        use_policy(request, "document")
        if not rule(await runtime_of(request).db.read(_read_mode)):
            raise NotFound
        return await handler(request)

    return check


def _read_mode(session: Session) -> FederationMode:
    """As it is now: another process may have changed it."""
    return get_instance_view(session).federation_mode
