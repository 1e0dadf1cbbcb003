"""Where other servers begin: WebFinger, host-meta and NodeInfo."""

from __future__ import annotations

from importlib.metadata import version
from typing import Final
from xml.sax.saxutils import quoteattr

import orjson
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from federation.neighbours import CAPABILITIES, SCHEMA
from federation.outside import find_group, find_handle, find_person
from federation.reading import Json, JsonObject
from federation.uris import actor_uri, find_local_actor, host_of, place_uri, profile_url
from federation.vocab import ACTIVITY_TYPE, AS
from fedparents import clock
from fedparents.actors.models import Actor, ActorKind
from fedparents.errors import NotFound
from fedparents.instance.views import get_instance_view
from web.activitypub.askers import is_ally_asking
from web.activitypub.documents import About, Document
from web.api.place import PlaceFigures, get_figures
from web.visit import runtime_of

_PROFILE_PAGE: Final = "http://webfinger.net/rel/profile-page"
_LONGEST: Final = 512
_TYPES: Final = {ActorKind.PERSON: "Person", ActorKind.GROUP: "Group"}
# Nobody in between may keep what a place that has closed itself off would not say any more.
_HEADERS: Final = {"Cache-Control": "no-cache"}
# Apps that know no server of our name then speak to us as they do to that one.
_UPSTREAM: Final[JsonObject] = {"name": "mastodon"}


async def webfinger(request: Request) -> Response:
    """Whose name or address this is, and where their document stands."""
    runtime = runtime_of(request)
    resource = request.query_params.get("resource", "")
    if not resource or len(resource) > _LONGEST:
        raise HTTPException(400)
    base_url = runtime.settings.base_url
    if resource.rstrip("/") in _names_of_place(base_url):
        return _jrd(_describe_place(base_url))
    mode = (await runtime.db.read(get_instance_view)).federation_mode
    if not mode.speaks_to_anybody and not await is_ally_asking(request):
        raise NotFound
    return _jrd(_describe(await runtime.db.read(_find, resource, base_url), base_url))


async def host_meta(request: Request) -> Response:
    link = (
        f'<Link rel="lrdd" type="application/jrd+json" template={quoteattr(_template(request))}/>'
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">{link}</XRD>\n'
    )
    return Response(text, 200, _HEADERS, "application/xrd+xml; charset=utf-8")


async def host_meta_json(request: Request) -> Response:
    link: JsonObject = {
        "rel": "lrdd",
        "type": "application/jrd+json",
        "template": _template(request),
    }
    return _json({"links": [link]}, "application/json")


async def nodeinfo_links(request: Request) -> Response:
    """A schema comes first: Gancio takes the first link, whatever it is."""
    runtime = runtime_of(request)
    base_url = runtime.settings.base_url
    links: list[Json] = [
        {"rel": f"{SCHEMA}/2.1", "href": f"{base_url}/nodeinfo/2.1"},
        {"rel": f"{SCHEMA}/2.0", "href": f"{base_url}/nodeinfo/2.0"},
    ]
    if (await runtime.db.read(get_instance_view)).federation_mode.is_there:
        links.append({"rel": f"{AS}#Application", "href": place_uri(base_url)})
    return _json({"links": links}, "application/json")


async def nodeinfo(request: Request) -> Response:
    number = str(request.path_params["number"])
    if number not in {"2.0", "2.1"}:
        raise NotFound
    figures = await runtime_of(request).db.read(get_figures, clock.now())
    kind = f'application/json; profile="{SCHEMA}/{number}#"; charset=utf-8'
    is_there = figures.instance.federation_mode.is_there
    return _json(_software(figures, number) | (_figures(figures) if is_there else {}), kind)


def _find(session: Session, resource: str, base_url: str) -> Actor:
    """Raises NotFound for whoever is not here, or not for others to know."""
    actor = _find_by_address(session, resource, base_url) or _find_by_name(
        session, resource, base_url
    )
    if actor is None:
        raise NotFound
    return actor


def _find_by_address(session: Session, resource: str, base_url: str) -> Actor | None:
    local = find_local_actor(base_url, resource)
    if local is None:
        return None
    kind, number = local
    if kind == ActorKind.GROUP:
        group = find_group(session, number)
        return group.actor if group else None
    return find_person(session, number, today=clock.now().date())


def _find_by_name(session: Session, resource: str, base_url: str) -> Actor | None:
    """`acct:ana@issy.fr`, `@ana@issy.fr`, or the address of the page."""
    page = profile_url(base_url, "")
    if resource.startswith(page):
        handle, host = resource.removeprefix(page), host_of(base_url)
    else:
        name = resource.removeprefix("acct:").removeprefix("@")
        handle, _, host = name.rpartition("@")
    if host.lower() != host_of(base_url):
        return None
    return find_handle(session, handle, today=clock.now().date())


def _describe(actor: Actor, base_url: str) -> JsonObject:
    uri = actor_uri(base_url, actor.id, ActorKind(actor.kind))
    page = profile_url(base_url, actor.handle)
    return {
        "subject": f"acct:{actor.handle}@{host_of(base_url)}",
        "aliases": [uri, page],
        "links": [
            {"rel": _PROFILE_PAGE, "type": "text/html", "href": page},
            {
                "rel": "self",
                "type": ACTIVITY_TYPE,
                "href": uri,
                # Lemmy tells a person and a group of one name apart by this.
                "properties": {f"{AS}#type": _TYPES[ActorKind(actor.kind)]},
            },
        ],
    }


def _names_of_place(base_url: str) -> frozenset[str]:
    """Under what the place itself is asked for; Mobilizon knows it as `relay` only."""
    host = host_of(base_url)
    names = (host.partition(":")[0], "relay")
    accounts = (f"{start}{name}@{host}" for start in ("acct:", "@", "") for name in names)
    return frozenset((base_url, place_uri(base_url), *accounts))


def _describe_place(base_url: str) -> JsonObject:
    uri, host = place_uri(base_url), host_of(base_url)
    return {
        "subject": f"acct:{host.partition(':')[0]}@{host}",
        "aliases": [uri, f"{base_url}/"],
        "links": [
            {"rel": _PROFILE_PAGE, "type": "text/html", "href": f"{base_url}/"},
            {
                "rel": "self",
                "type": ACTIVITY_TYPE,
                "href": uri,
                "properties": {f"{AS}#type": "Application"},
            },
            {"rel": f"{AS}#Service", "type": ACTIVITY_TYPE, "href": uri},
        ],
    }


def _software(figures: PlaceFigures, number: str) -> JsonObject:
    """What apps want to know before anybody signs in: all that an island says. It names no
    protocol, since it speaks none with other servers, and no town, nor how many live there."""
    return {
        "version": number,
        "software": {"name": "fedparents", "version": version("fedparents")},
        "protocols": [],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": figures.takes_sign_ups and not figures.needs_approval,
        "usage": {"users": {}},
        "metadata": {"federation": {"enabled": False}, "upstream": _UPSTREAM},
    }


def _figures(figures: PlaceFigures) -> JsonObject:
    """What is not counted is left out: a nought would be a lie."""
    place = figures.instance
    return {
        "protocols": ["activitypub"],
        "usage": {"users": {"total": figures.accounts, "activeMonth": figures.active_month}},
        "metadata": {
            "nodeName": place.name,
            "nodeDescription": place.tagline,
            "langs": [place.language],
            "federation": {"enabled": place.federation_mode.speaks_to_anybody},
            "upstream": _UPSTREAM,
            # What other places of our kind may count on (federation with them alone asks for it).
            "fedparents": {"profile": 1, "capabilities": list(CAPABILITIES)},
        },
    }


def _template(request: Request) -> str:
    return f"{runtime_of(request).settings.base_url}/.well-known/webfinger?resource={{uri}}"


def _jrd(document: JsonObject) -> Response:
    return _json(document, "application/jrd+json; charset=utf-8")


def _json(document: JsonObject, kind: str) -> Response:
    return Response(orjson.dumps(document), 200, _HEADERS, kind)


routes = [
    Document("/.well-known/webfinger", webfinger, name="webfinger", about=About.PLACE),
    Document("/.well-known/host-meta", host_meta, name="host_meta", about=About.PLACE),
    Document(
        "/.well-known/host-meta.json", host_meta_json, name="host_meta_json", about=About.PLACE
    ),
    Document("/.well-known/nodeinfo", nodeinfo_links, name="nodeinfo_links", about=About.SOFTWARE),
    Document("/nodeinfo/{number}", nodeinfo, name="nodeinfo", about=About.SOFTWARE),
]
