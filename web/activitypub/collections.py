"""What belongs to an actor, as far as others may count or list it.

Who follows whom is a number, and only of those who let themselves be found; of a closed group there
is nothing to be had.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from federation.activities import envelope
from federation.around import count_shared, list_shared
from federation.audience import Addressed
from federation.border import check_document
from federation.group_history import count_shown, read_history
from federation.objects import note
from federation.outside import (
    OutsideGroup,
    count_followers,
    count_following,
    count_public_posts,
    find_group,
    list_featured,
    list_moderators,
    list_public_posts,
)
from federation.posts import uri_of_post
from federation.reading import JsonObject, audience_of
from federation.uris import actor_uri, place_uri
from fedparents import clock
from fedparents.actors.models import ActorKind
from fedparents.errors import NotFound
from web.activitypub.askers import host_asking
from web.activitypub.documents import About, Document, Side, activity, require_person
from web.activitypub.listing import counted, cursor_in_path, listed, page
from web.routing import Handler, number_in_path
from web.visit import runtime_of

A_PAGE: Final = 20

Count = Callable[[Session, int], int]


def of_person(name: str, count: Count) -> Handler:
    """A collection of which a person shows the number, if they show themselves."""

    def read(session: Session, number: int) -> int | None:
        actor = require_person(session, number)
        return count(session, number) if actor.is_discoverable else None

    async def answer(request: Request) -> Response:
        runtime, number = runtime_of(request), number_in_path(request)
        total = await runtime.db.read(read, number)
        uri = actor_uri(runtime.settings.base_url, number)
        return activity(counted(f"{uri}/{name}", total))

    return answer


def of_group(name: str, count: Callable[[Session, OutsideGroup], int]) -> Handler:
    """A collection of which a group shows the number, unless it is closed."""

    def read(session: Session, number: int) -> int:
        return count(session, _get_open_group(session, number))

    async def answer(request: Request) -> Response:
        runtime, number = runtime_of(request), number_in_path(request)
        total = await runtime.db.read(read, number)
        uri = actor_uri(runtime.settings.base_url, number, ActorKind.GROUP)
        return activity(counted(f"{uri}/{name}", total))

    return answer


def of_place(name: str) -> Handler:
    """What a place says and whom it follows: nobody, so far."""

    async def answer(request: Request) -> Response:
        uri = place_uri(runtime_of(request).settings.base_url)
        return activity(counted(f"{uri}/{name}", 0))

    return answer


async def outbox(request: Request) -> Response:
    """What somebody has said to everybody; page by page, if they let themselves be found."""
    runtime, number = runtime_of(request), number_in_path(request)
    uri = f"{actor_uri(runtime.settings.base_url, number)}/outbox"
    total = await runtime.db.read(_read_outbox, number)
    shown = counted(uri, total)
    return activity(shown if total is None else {**shown, "first": f"{uri}/p"})


async def outbox_page(request: Request) -> Response:
    runtime, number = runtime_of(request), number_in_path(request)
    before = cursor_in_path(request)
    found = await runtime.db.read(_read_page, number, before, runtime.settings.base_url)
    return activity(found)


async def group_outbox(request: Request) -> Response:
    """What was said in a group; of a closed one, to twins of whom somebody is in it."""
    runtime, number = runtime_of(request), number_in_path(request)
    base_url = runtime.settings.base_url
    asker = await host_asking(request)
    total = await runtime.db.read(count_shown, base_url, number, asker)
    uri = f"{actor_uri(base_url, number, ActorKind.GROUP)}/outbox"
    return activity({**counted(uri, total), "first": f"{uri}/p"})


async def group_outbox_page(request: Request) -> Response:
    runtime, number = runtime_of(request), number_in_path(request)
    base_url = runtime.settings.base_url
    before = cursor_in_path(request)
    asker = await host_asking(request)
    items, older = await runtime.db.read(read_history, base_url, number, asker, before=before)
    uri = f"{actor_uri(base_url, number, ActorKind.GROUP)}/outbox"
    return activity(page(uri, before, items, older))


async def moderators(request: Request) -> Response:
    """Those who look after a group and let themselves be found."""
    runtime, number = runtime_of(request), number_in_path(request)
    base_url = runtime.settings.base_url
    found = await runtime.db.read(_read_moderators, number)
    uri = actor_uri(base_url, number, ActorKind.GROUP)
    return activity(listed(f"{uri}/moderators", [actor_uri(base_url, each) for each in found]))


async def featured(request: Request) -> Response:
    """What a group keeps on top, of what everybody may read."""
    runtime, number = runtime_of(request), number_in_path(request)
    base_url = runtime.settings.base_url
    found = await runtime.db.read(_read_featured, number, base_url)
    uri = actor_uri(base_url, number, ActorKind.GROUP)
    return activity(listed(f"{uri}/featured", found))


def _read_featured(session: Session, number: int, base_url: str) -> list[str]:
    _get_open_group(session, number)
    return [uri_of_post(session, base_url, post) for post in list_featured(session, number)]


def _read_outbox(session: Session, number: int) -> int | None:
    actor = require_person(session, number)
    if not actor.is_discoverable:
        return None
    shared = count_shared(session, number, today=clock.now().date())
    return count_public_posts(session, number) + shared


def _read_page(session: Session, number: int, before: int | None, base_url: str) -> JsonObject:
    now = clock.now()
    actor = require_person(session, number)
    if not actor.is_discoverable:
        raise NotFound
    posts = list_public_posts(session, number, before=before, limit=A_PAGE + 1)
    said = ((each.id, note.to_ap(session, each, base_url, now=now)) for each in posts)
    shared = list_shared(
        session, base_url, number, before=before, limit=A_PAGE + 1, today=now.date()
    )
    told = sorted([*((each, _created(one)) for each, one in said), *shared], key=_number)
    shown = told[-A_PAGE:][::-1]
    for _, each in shown:
        check_document(session, base_url, each)
    uri = f"{actor_uri(base_url, number)}/outbox"
    older = shown[-1][0] if len(told) > A_PAGE else None
    return page(uri, before, [each for _, each in shown], older)


def _number(told: tuple[int, JsonObject]) -> int:
    return told[0]


def _created(said: JsonObject) -> JsonObject:
    """As it was told when it was said."""
    to = Addressed(tuple(audience_of(said["to"])), tuple(audience_of(said["cc"])))
    uri, actor = f"{said['id']}#create", str(said["attributedTo"])
    return envelope.activity(uri, "Create", actor, said, to, published=said["published"])


def _read_moderators(session: Session, number: int) -> list[int]:
    _get_open_group(session, number)
    return list_moderators(session, number, today=clock.now().date())


def _get_open_group(session: Session, number: int) -> OutsideGroup:
    found = find_group(session, number)
    if found is None or found.is_closed:
        raise NotFound
    return found


routes = [
    Document("/actor/outbox", of_place("outbox"), name="place_outbox", about=About.PLACE),
    Document("/actor/followers", of_place("followers"), name="place_followers", about=About.PLACE),
    Document("/actor/following", of_place("following"), name="place_following", about=About.PLACE),
    Document("/users/{id}/outbox", outbox, name="person_outbox"),
    Document("/users/{id}/outbox/p", outbox_page, name="person_outbox_first"),
    Document("/users/{id}/outbox/p/{cursor}", outbox_page, name="person_outbox_page"),
    Document(
        "/users/{id}/followers", of_person("followers", count_followers), name="person_followers"
    ),
    Document(
        "/users/{id}/following", of_person("following", count_following), name="person_following"
    ),
    Document("/groups/{id}/outbox", group_outbox, name="group_outbox"),
    Document("/groups/{id}/outbox/p", group_outbox_page, name="group_outbox_first"),
    Document("/groups/{id}/outbox/p/{cursor}", group_outbox_page, name="group_outbox_page"),
    Document(
        "/groups/{id}/followers",
        of_group("followers", lambda _, g: g.members),
        name="group_followers",
    ),
    Side(
        "/groups/{id}/members",
        of_group("members", lambda _, g: g.members),
        name="group_members_document",
    ),
    Document("/groups/{id}/featured", featured, name="group_featured"),
    Document("/groups/{id}/moderators", moderators, name="group_moderators"),
]
