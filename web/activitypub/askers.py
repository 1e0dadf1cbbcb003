"""Who asks for a document: found out where the answer depends on it."""

from __future__ import annotations

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from federation.errors import FederationError, PeerBlocked, TryLater
from federation.reading import is_uri
from federation.trust import is_ally, is_kept_out, talks_with
from federation.uris import host_of
from fedparents import clock
from fedparents.instance.models import FederationMode
from web.security.addresses import widest_neighbourhood
from web.visit import runtime_of, visit_of

_SIGNATURES: Final = ("signature", "signature-input")
_KEY_ID: Final = re.compile(r'keyid="([^"]{1,2048})"', re.IGNORECASE)
_ASK_FOR_SIGNATURE: Final = {"WWW-Authenticate": "Signature"}


async def find_asker(request: Request) -> str:
    """The host of the server that asks, if it says so; "" for one that does not sign. Raises
    FederationError for one that is not believed, and PeerBlocked for one that is kept out."""
    if not any(name in request.headers for name in _SIGNATURES):
        return ""
    # Both load cryptography, which a place that nobody asks does without.
    from federation.incoming import arrived
    from federation.signing import verify_asker

    runtime = runtime_of(request)

    async def is_blocked(host: str) -> bool:
        return await runtime.db.read(is_kept_out, host)

    incoming = arrived(
        *(request.method, runtime.towns.base_url, target_of(request), request.headers.raw, b""),
        caller=caller_of(request),
    )
    keys = runtime.towns.keys
    return host_of(await verify_asker(incoming, keys, now=clock.now(), is_blocked=is_blocked))


async def is_kept_out_asking(request: Request) -> bool:
    """Whether whoever asks says that they are of a town that is kept out. Nobody looks at what they
    have signed: who is not from there does not say so, and who says nothing is anybody."""
    told = " ".join(request.headers.get(name, "") for name in _SIGNATURES)
    hosts = {host_of(uri) for uri in _KEY_ID.findall(told) if is_uri(uri)}
    db = runtime_of(request).db
    return any([await db.read(is_kept_out, host) for host in hosts])


async def host_asking(request: Request) -> str:
    """The host of the server that asks; whoever is not believed is anybody, ""."""
    try:
        return await find_asker(request)
    except FederationError:
        return ""


async def is_ally_asking(request: Request) -> bool:
    """Whether one of our twins asks."""
    host = await host_asking(request)
    return bool(host) and await runtime_of(request).db.read(is_ally, host)


async def refuse_asker(request: Request, mode: FederationMode) -> Response | None:
    """The answer to whoever may not ask; None for those who may. Towns that a place has not chosen
    hear that there is nothing, whatever they ask for."""
    is_open = mode.speaks_to_anybody
    try:
        host = await find_asker(request)
    except TryLater as error:
        seconds = max(1, round(error.after.total_seconds()))
        return Response(status_code=503, headers={"Retry-After": str(seconds)})
    except PeerBlocked:
        return Response(status_code=403 if is_open else 404)
    except FederationError:
        host = ""
    if not host and is_open:
        return Response(status_code=401, headers=_ASK_FOR_SIGNATURE)
    if not host or not await runtime_of(request).db.read(talks_with, host):
        return Response(status_code=404)
    return None


def caller_of(request: Request) -> str:
    """Who pays for what is asked elsewhere before it is known who they are."""
    return widest_neighbourhood(visit_of(request).address)


def target_of(request: Request) -> str:
    """Path and query as they were sent: what was signed."""
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope["query_string"]
    return (path.partition(b"?")[0] + (b"?" + query if query else b"")).decode("latin-1")
