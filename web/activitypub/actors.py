"""Who is here: the documents of people, groups and the place, and the numbers that hang on them.

What may not be known is not there: the answer about somebody who does not want to be found and
about a number that nobody has is the same, byte for byte.
"""

from __future__ import annotations

from typing import Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from federation.border import check_document
from federation.keys import THE_PLACE
from federation.moving import find_home
from federation.objects import application, group, person
from federation.outside import find_away, find_group, find_handle, find_person, has_ended
from federation.reading import JsonObject
from federation.uris import actor_uri, place_uri
from federation.vocab import with_context
from fedparents import clock
from fedparents.actors.models import Actor, ActorKind
from fedparents.errors import NotFound
from fedparents.instance.views import get_instance_view
from web.activitypub.documents import About, Document, Side, activity, wants_document
from web.routing import number_in_path
from web.visit import runtime_of

_FORMER: Final = {ActorKind.PERSON: "Person", ActorKind.GROUP: "Group"}


async def person_document(request: Request) -> Response:
    """A person, for servers; browsers are led to the page."""
    runtime, number = runtime_of(request), number_in_path(request)
    base_url = runtime.settings.base_url
    today = clock.now().date()
    actor = await runtime.db.read(find_person, number, today=today)
    away = None if actor else await runtime.db.read(find_away, number, today=today)
    shown = actor or away
    if shown is None:
        return await _ended(request, ActorKind.PERSON, number)
    if not wants_document(request.headers.get("accept", "")):
        return RedirectResponse(runtime.urls.path("person", handle=shown.handle), 303)
    keys = await runtime.keys.keys_of(number, actor_uri(base_url, number))
    if actor is None:
        return await _shown(request, person.away_to_ap(shown, base_url, keys))
    home = await runtime.db.read(find_home, number)
    return await _shown(request, person.to_ap(shown, base_url, keys, home))


async def group_document(request: Request) -> Response:
    runtime, number = runtime_of(request), number_in_path(request)
    base_url = runtime.settings.base_url
    found = await runtime.db.read(find_group, number)
    if found is None:
        return await _ended(request, ActorKind.GROUP, number)
    uri = actor_uri(base_url, found.actor.id, ActorKind.GROUP)
    keys = await runtime.keys.keys_of(found.actor.id, uri)
    return await _shown(request, group.to_ap(found, base_url, keys))


async def _shown(request: Request, document: JsonObject) -> Response:
    """Over the border, like everything that leaves."""
    runtime = runtime_of(request)
    await runtime.db.read(check_document, runtime.settings.base_url, document)
    return activity(document)


async def place_document(request: Request) -> Response:
    runtime = runtime_of(request)
    base_url = runtime.settings.base_url
    place = await runtime.db.read(get_instance_view)
    keys = await runtime.keys.keys_of(THE_PLACE, place_uri(base_url))
    return activity(application.to_ap(place, base_url, keys))


async def named_document(request: Request) -> Response:
    """From a page's address to the id, under which alone a document stands."""
    runtime = runtime_of(request)
    handle = str(request.path_params["handle"])
    actor = await runtime.db.read(_find_named, handle)
    return RedirectResponse(
        actor_uri(runtime.settings.base_url, actor.id, ActorKind(actor.kind)), 303
    )


def _find_named(session: Session, handle: str) -> Actor:
    found = find_handle(session, handle, today=clock.now().date())
    if found is None:
        raise NotFound
    return found


async def _ended(request: Request, kind: ActorKind, number: int) -> Response:
    """That somebody whom others knew is no more; raises NotFound about everybody else."""
    runtime = runtime_of(request)
    if not await runtime.db.read(has_ended, kind, number):
        raise NotFound
    stone: JsonObject = {
        "id": actor_uri(runtime.settings.base_url, number, kind),
        "type": "Tombstone",
        "formerType": _FORMER[kind],
    }
    return activity(with_context(stone), 410)


routes = [
    Document("/actor", place_document, name="place_document", about=About.PLACE),
    Document("/users/{id}", person_document, name="person_document", leads_browsers=True),
    Side("/groups/{id}", group_document, name="group_document"),
    Side("/@{handle}", named_document, name="named_document"),
]
