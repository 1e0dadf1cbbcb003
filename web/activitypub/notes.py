"""What somebody said, for servers that ask for it, and the stone where something was said once."""

from __future__ import annotations

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from federation.audience import was_for_everybody, was_for_nearby
from federation.border import check_document
from federation.group_audience import was_for_group_elsewhere
from federation.objects import note
from federation.reading import JsonObject
from federation.uris import note_uri
from federation.vocab import with_context
from fedparents import clock
from fedparents.errors import NotFound
from fedparents.posts.models import Audience, Post, PostState
from web.activitypub.askers import is_ally_asking
from web.activitypub.documents import Document, Side, activity, require_person, wants_document
from web.routing import number_in_path
from web.visit import runtime_of


async def note_document(request: Request) -> Response:
    """A post that everybody may read; browsers are led to its page."""
    runtime, number = runtime_of(request), number_in_path(request)
    is_twin = await is_ally_asking(request)
    document, status = await runtime.db.read(
        _read, number, runtime.settings.base_url, is_twin=is_twin
    )
    if not wants_document(request.headers.get("accept", "")):
        return RedirectResponse(runtime.urls.path("post", id=number), 303)
    return activity(with_context(document), status)


async def post_document(request: Request) -> Response:
    """From a page's address to the id, under which alone a document stands."""
    runtime, number = runtime_of(request), number_in_path(request)
    base_url = runtime.settings.base_url
    await runtime.db.read(_read, number, base_url)
    return RedirectResponse(note_uri(base_url, number), 303)


def _read(
    session: Session, number: int, base_url: str, *, is_twin: bool = False
) -> tuple[JsonObject, int]:
    """The document and its status. What was for fewer is not there, deleted or not; what is for
    nearby is there for twins."""
    now = clock.now()
    post = session.get(Post, number)
    is_shown = post is not None and _was_for_everybody(session, base_url, post)
    if post is None or not (is_shown or (is_twin and was_for_nearby(post))):
        raise NotFound
    require_person(session, post.author_actor_id)
    if post.state != PostState.VISIBLE:
        return note.tombstone(post, base_url, at=now), 410
    document = note.to_ap(session, post, base_url, now=now)
    check_document(session, base_url, document)
    return document, 200


def _was_for_everybody(session: Session, base_url: str, post: Post) -> bool:
    """What the members of a group read is sent to their towns, and cannot be asked for."""
    if post.group_id is None:
        return was_for_everybody(post)
    is_public = post.audience == Audience.PUBLIC and not post.is_from_elsewhere
    return is_public and was_for_group_elsewhere(session, base_url, post)


routes = [
    Document("/notes/{id}", note_document, name="note_document", leads_browsers=True),
    Side("/p/{id}", post_document, name="post_document"),
    Side("/@{handle}/{id}", post_document, name="thread_document"),
]
