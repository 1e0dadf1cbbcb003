"""The routes of documents for other servers: when one is meant, and how it is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import Final

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
from fedparents.instance.views import get_instance_view
from web.activitypub.askers import is_kept_out_asking, refuse_asker
from web.routing import ANY_METHOD, Answers, Endpoint, Handler
from web.security.limits import use_policy
from web.visit import runtime_of, visit_of

_MEANT: Final = (ACTIVITY_TYPE, "application/ld+json")
_TYPE: Final = f"{ACTIVITY_TYPE}; charset=utf-8"
_HEADERS: Final = {"Cache-Control": "no-cache", "Vary": "Accept, Signature"}


class About(Enum):
    """Whom a document is about, and with that, who may ask for it."""

    SOFTWARE = auto()
    """What runs here: anybody may know, of an island too. Apps of its own members ask this before
    anybody signs in, and its pages and its API tell it anyway."""
    PLACE = auto()
    """Any server may, without a signature: else two that wanted one of each other first would wait
    for ever."""
    ANYBODY = auto()
    """People and groups: where only allies are spoken to, or only those who say who they are, a
    signature tells who asks."""


class Document(Endpoint):
    """A route that only other servers use."""

    def __init__(
        self,
        path: str,
        handler: Callable[[Request], Awaitable[Response]],
        *,
        name: str,
        about: About = About.ANYBODY,
        leads_browsers: bool = False,
    ) -> None:
        """`leads_browsers`: to whoever wants no document, it only says where the page is."""
        guarded = _guarded(handler, about, leads_browsers=leads_browsers)
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


def _guarded(handler: Handler, about: About, *, leads_browsers: bool) -> Handler:
    async def check(request: Request) -> Response:
        use_policy(request, "document")
        place = await runtime_of(request).db.read(get_instance_view)
        mode = place.federation_mode
        is_led = leads_browsers and not wants_document(request.headers.get("accept", ""))
        is_there = mode.is_there or about is About.SOFTWARE
        if not is_there or (is_led and not mode.speaks_to_anybody):
            raise NotFound
        asks_who = place.answers_signed_only or not mode.speaks_to_anybody
        if about is About.ANYBODY and not is_led:
            if asks_who:
                refused = await refuse_asker(request, mode)
            else:
                refused = Response(status_code=403) if await is_kept_out_asking(request) else None
            if refused is not None:
                return refused
        require_method(request, "GET", "HEAD")
        return await handler(request)

    return check
