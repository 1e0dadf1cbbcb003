"""Where other servers leave what they say: one door for all of the place, and one for each of us.

Nothing is worked on here. What is believed is kept and answered with 202, also when it was here
before; what is not is answered with a number and no word.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog
from starlette.requests import Request
from starlette.responses import Response

from federation.activities.offer import is_between_places
from federation.errors import (
    ActorMismatch,
    FarewellOfStranger,
    FederationError,
    PeerBlocked,
    SignatureInvalid,
    TryLater,
)
from federation.incoming import Incoming, arrived
from federation.outside import find_away, find_group, find_person, has_ended
from federation.synchronising import compare_followers
from federation.trust import is_kept_out, talks_with
from federation.uris import host_of, site_of
from fedparents import clock
from fedparents.actors.models import ActorKind
from fedparents.errors import NotFound
from fedparents.instance.views import get_instance_view
from web.activitypub.askers import caller_of, target_of
from web.activitypub.documents import require_method
from web.routing import ANY_METHOD, Answers, Endpoint, number_in_path
from web.security.bodies import MIB
from web.security.limits import Rate, use_policy
from web.visit import runtime_of

if TYPE_CHECKING:
    from federation.signing import Signed

log = structlog.get_logger(__name__)

LARGEST: Final = MIB
ANSWERS: Final[Mapping[int, str]] = {
    202: "kept, known already, of a kind that nobody here works on, or the farewell of a stranger",
    400: "no JSON, nested too deeply, without an id or an actor",
    401: "anything about the signature",
    403: "the server is kept out, or is no ally of a place that talks to these alone",
    404: "nobody of this name, or a place that speaks with nobody",
    410: "somebody who was here, and is no more",
    413: "a body that is too large",
    415: "a body of another type",
    429: "too much from one address or one registered name, with `Retry-After`",
    503: "the key cannot be had at the moment, with `Retry-After`",
}
"""All that an inbox ever says, and when."""
PER_SITE: Final = Rate(6000, timedelta(minutes=1))
"""What is taken of all servers under one registered name."""
_THERE: Final = 200
_ASKING: Final = frozenset({"GET", "HEAD"})
"""Is answered as if there were nothing: nobody reads what was left here."""
_ASK_FOR_SIGNATURE: Final = {"WWW-Authenticate": "Signature"}

_TYPES: Final = ("application/activity+json", "application/ld+json")


async def shared_inbox(request: Request) -> Response:
    """Where nearly everything comes. The usual is looked at before the database is asked anything,
    and what it has to be asked, in the commit that keeps it; all else takes the long way."""
    use_policy(request, "inbox")
    return await _take_usual(request) or await _take(request, _anybody)


async def place_inbox(request: Request) -> Response:
    return await _post(request, _anybody, is_of_place=True)


async def person_inbox(request: Request) -> Response:
    return await _post(request, _person)


async def group_inbox(request: Request) -> Response:
    return await _post(request, _group)


async def _post(
    request: Request,
    stands_here: Callable[[Request], Awaitable[int]],
    *,
    is_of_place: bool = False,
) -> Response:
    use_policy(request, "inbox")
    return await _take(request, stands_here, is_of_place=is_of_place)


async def _take_usual(request: Request) -> Response | None:
    """None for what is not the usual, and where this place does not talk with its sender."""
    # It loads cryptography, which a place that nobody writes to does without.
    from federation.signing import verify_known

    runtime = runtime_of(request)
    is_there = runtime.last_instance.federation_mode.is_there
    if request.method != "POST" or not is_there or _type_of(request) not in _TYPES:
        return None
    body = await request.body()
    try:
        found = verify_known(_arrived(request, body), runtime.towns.keys, now=clock.now())
        if found is None:
            return None
        signed, host = found
        _count(request, signed)
        if await runtime.intake.keep(signed, body, host=host) is None:
            return None
        await _compare(request, signed)
    except FederationError as error:
        return _refused(error)
    return Response(status_code=202)


async def _take(
    request: Request,
    stands_here: Callable[[Request], Awaitable[int]],
    *,
    is_of_place: bool = False,
) -> Response:
    runtime = runtime_of(request)
    place = runtime.last_instance = await runtime.db.read(get_instance_view)
    if request.method in _ASKING or not place.federation_mode.is_there:
        raise NotFound
    require_method(request, "POST")
    # Of a place that talks to its allies alone, nobody else learns who is there.
    speaks_first = place.federation_mode.speaks_to_anybody
    if speaks_first and (status := await stands_here(request)) != _THERE:
        return Response(status_code=status)
    if _type_of(request) not in _TYPES:
        return Response(status_code=415)
    body = await request.body()
    try:
        signed = await _verify(request, body, is_of_place=is_of_place)
        _count(request, signed)
        if not speaks_first and (status := await stands_here(request)) != _THERE:
            return Response(status_code=status)
        await runtime.intake.keep(signed, body)
        await _compare(request, signed)
    except FederationError as error:
        return _refused(error)
    return Response(status_code=202)


def _count(request: Request, signed: Signed) -> None:
    """However many addresses a town sends from, and however many names it has below its own. Only
    what it has signed counts: nobody uses up what is another one's."""
    site = site_of(host_of(signed.sender))
    runtime_of(request).limiter.use("inbox", f"site {site}", PER_SITE)


async def _verify(request: Request, body: bytes, *, is_of_place: bool) -> Signed:
    """Towns that are not wanted cause no question; the place itself listens to any other that would
    like to be its twin."""
    # It loads cryptography, which a place that nobody writes to does without.
    from federation.signing import verify

    runtime = runtime_of(request)

    async def is_blocked(host: str) -> bool:
        if is_of_place:
            return await runtime.db.read(is_kept_out, host)
        return not await runtime.db.read(talks_with, host)

    incoming = _arrived(request, body)
    signed = await verify(incoming, runtime.towns.keys, now=clock.now(), is_blocked=is_blocked)
    if is_of_place and not is_between_places(signed.document):
        host = host_of(signed.sender)
        if not await runtime.db.read(talks_with, host):
            raise PeerBlocked(host)
    return signed


def _arrived(request: Request, body: bytes) -> Incoming:
    base_url = runtime_of(request).towns.base_url
    return arrived(
        *(request.method, base_url, target_of(request), request.headers.raw, body),
        caller=caller_of(request),
    )


async def _compare(request: Request, signed: Signed) -> None:
    """Large servers tell with each letter how many of us they take for followers of its sender."""
    if signed.followers:
        runtime = runtime_of(request)
        await compare_followers(runtime.db, runtime.towns.base_url, signed)


def _refused(error: FederationError) -> Response:
    log.info("inbox.refused", reason=str(error))
    match error:
        case FarewellOfStranger():
            return Response(status_code=202)  # nobody here knew them: there is nothing to do
        case SignatureInvalid() | ActorMismatch():
            return Response(status_code=401, headers=_ASK_FOR_SIGNATURE)
        case PeerBlocked():
            return Response(status_code=403)
        case TryLater():
            seconds = max(1, round(error.after.total_seconds()))
            return Response(status_code=503, headers={"Retry-After": str(seconds)})
    return Response(status_code=400)


async def _anybody(_request: Request) -> int:
    return 200


async def _person(request: Request) -> int:
    runtime, number = runtime_of(request), number_in_path(request)
    today = clock.now().date()
    for find in (find_person, find_away):  # whoever is away should miss nothing
        if await runtime.db.read(find, number, today=today) is not None:
            return 200
    return await _ended(request, ActorKind.PERSON, number)


async def _group(request: Request) -> int:
    number = number_in_path(request)
    found = await runtime_of(request).db.read(find_group, number)
    return 200 if found is not None else await _ended(request, ActorKind.GROUP, number)


async def _ended(request: Request, kind: ActorKind, number: int) -> int:
    """Somebody whom others knew is gone for good; about everybody else there is nothing to say."""
    return 410 if await runtime_of(request).db.read(has_ended, kind, number) else 404


def _type_of(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _inbox(path: str, handler: Callable[[Request], Awaitable[Response]], name: str) -> Endpoint:
    return Endpoint(
        path,
        handler,
        name=name,
        methods=ANY_METHOD,
        max_body=LARGEST,
        answers=Answers.EMPTY,
    )


routes = [
    _inbox("/inbox", shared_inbox, "shared_inbox"),
    _inbox("/actor/inbox", place_inbox, "place_inbox"),
    _inbox("/users/{id}/inbox", person_inbox, "person_inbox"),
    _inbox("/groups/{id}/inbox", group_inbox, "group_inbox"),
]
