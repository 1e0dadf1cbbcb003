"""Who of one other server follows somebody here: told to that server alone (FEP-8fcf)."""

from __future__ import annotations

from typing import Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from federation.errors import FederationError, PeerBlocked, TryLater
from federation.follower_digests import list_followers_at, synchronization_uri
from federation.reading import Json, JsonObject
from federation.uris import actor_uri
from federation.vocab import with_context
from web.activitypub.askers import find_asker
from web.activitypub.documents import Document, activity, require_person
from web.routing import number_in_path
from web.visit import runtime_of

_ASK_FOR_SIGNATURE: Final = {"WWW-Authenticate": "Signature"}


async def followers_there(request: Request) -> Response:
    runtime, number = runtime_of(request), number_in_path(request)
    try:
        host = await find_asker(request)
    except TryLater as error:
        seconds = max(1, round(error.after.total_seconds()))
        return Response(status_code=503, headers={"Retry-After": str(seconds)})
    except PeerBlocked:
        return Response(status_code=403)
    except FederationError:
        host = ""
    if not host:
        return Response(status_code=401, headers=_ASK_FOR_SIGNATURE)
    return activity(await runtime.db.read(_read, number, host, runtime.settings.base_url))


def _read(session: Session, number: int, host: str, base_url: str) -> JsonObject:
    require_person(session, number)
    followers: list[Json] = [*list_followers_at(session, number, host)]
    return with_context(
        {
            "id": synchronization_uri(actor_uri(base_url, number)),
            "type": "OrderedCollection",
            "orderedItems": followers,
        }
    )


routes = [
    Document(
        "/users/{id}/followers_synchronization", followers_there, name="followers_synchronization"
    )
]
