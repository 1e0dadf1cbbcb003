"""Whom a page is about, for whom."""

from __future__ import annotations

import re
from typing import Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import ActorKind
from fedparents.actors.service import find_actor
from fedparents.errors import NotFound
from fedparents.ids import ActorId
from fedparents.social.access import find_person
from fedparents.social.queries import Profile, get_profile, list_relationships
from web.site.page import redirect
from web.site.toasts import Toast
from web.visit import runtime_of, viewer_of

POST: Final = ("POST",)
BOTH: Final = ("GET", "POST")


_HANDLE: Final = re.compile(r"[A-Za-z0-9_]{1,30}|[^@/\s]{1,90}@[A-Za-z0-9.:-]{1,253}")
"""Somebody here, or elsewhere."""


def handle_of(request: Request) -> str:
    """The name in the address; raises NotFound for what nobody can be called."""
    handle = str(request.path_params["handle"])
    if not _HANDLE.fullmatch(handle):
        raise NotFound("person_not_found")
    return handle


def viewer_or_nothing(request: Request) -> Viewer:
    """Raises NotFound for visitors, whom a page to sign in would tell that there is somebody."""
    viewer = viewer_of(request)
    if viewer is None:
        raise NotFound("person_not_found")
    return viewer


async def other_of(request: Request) -> tuple[Viewer, Profile]:
    """Somebody else whom the viewer may see; raises NotFound, also for oneself."""
    viewer = viewer_or_nothing(request)
    profile = await runtime_of(request).db.read(
        get_profile, viewer, handle_of(request), now=clock.now()
    )
    if profile.is_own:
        raise NotFound("person_not_found")
    return viewer, profile


async def actor_of(request: Request) -> tuple[Viewer, ActorId]:
    """Somebody by their name, to end something with them; raises NotFound where the viewer neither
    sees them nor has anything with them: an answer would say that there is somebody."""
    viewer = viewer_or_nothing(request)
    found = await runtime_of(request).db.read(_find_with, viewer, handle_of(request))
    if found is None:
        raise NotFound("person_not_found")
    return viewer, found


def _find_with(session: Session, viewer: Viewer, handle: str) -> ActorId | None:
    actor = find_actor(session, handle)
    if actor is None or actor.kind != ActorKind.PERSON:
        return None
    (own,) = list_relationships(session, viewer, [actor.id], now=clock.now())
    has_something = own.is_blocking or own.follow or own.followed_back or own.mute
    if not has_something and find_person(session, viewer, actor.id) is None:
        return None
    return ActorId(actor.id)


def to_person(request: Request, toast: Toast | None = None) -> Response:
    path = runtime_of(request).urls.path("person", handle=handle_of(request))
    return redirect(request, path, toast)
