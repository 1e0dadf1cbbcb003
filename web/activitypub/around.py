"""What stands around a post: what answers it, its thread, and how many thank for it and pass it
on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from federation.around import Page, find_around, list_replies, list_thread
from federation.uris import actor_uri, context_uri, note_uri
from fedparents import clock
from fedparents.errors import NotFound
from fedparents.posts.models import Post
from web.activitypub.documents import Document, activity
from web.activitypub.listing import counted, cursor_in_path, in_pages, listed, page
from web.routing import Handler, number_in_path
from web.visit import runtime_of

A_PAGE: Final = 20


def counting(name: str, count: Callable[[Post], int]) -> Handler:
    """How many have done something with it; nobody is told who."""

    async def answer(request: Request) -> Response:
        runtime, number = runtime_of(request), number_in_path(request)
        post = await runtime.db.read(_get, number)
        return activity(
            counted(f"{note_uri(runtime.settings.base_url, number)}/{name}", count(post))
        )

    return answer


async def replies(request: Request) -> Response:
    runtime, number = runtime_of(request), number_in_path(request)
    await runtime.db.read(_get, number)
    return activity(in_pages(f"{note_uri(runtime.settings.base_url, number)}/replies"))


async def replies_page(request: Request) -> Response:
    runtime, number = runtime_of(request), number_in_path(request)
    base_url, cursor = runtime.settings.base_url, cursor_in_path(request)
    found = await runtime.db.read(_read_replies, base_url, number, cursor)
    uri = f"{note_uri(base_url, number)}/replies"
    return activity(page(uri, cursor, found.uris, found.later, is_ordered=False))


async def thread(request: Request) -> Response:
    """Who asks again hears in few words that nothing was added (FEP-f228)."""
    runtime, number = runtime_of(request), number_in_path(request)
    base_url = runtime.settings.base_url
    author, uris = await runtime.db.read(_read_thread, base_url, number)
    tag = f'"{hashlib.sha256(" ".join(uris).encode()).hexdigest()[:32]}"'
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": tag})
    answer = activity(listed(context_uri(base_url, number), uris, attributedTo=author))
    answer.headers["ETag"] = tag
    return answer


def _get(session: Session, number: int) -> Post:
    found = find_around(session, number, today=clock.now().date())
    if found is None:
        raise NotFound
    return found


def _read_replies(session: Session, base_url: str, number: int, cursor: int | None) -> Page:
    post, today = _get(session, number), clock.now().date()
    return list_replies(session, base_url, post, after=cursor or 0, limit=A_PAGE, today=today)


def _read_thread(session: Session, base_url: str, number: int) -> tuple[str, Sequence[str]]:
    root = _get(session, number)
    if root.is_reply:
        raise NotFound  # it is a part of a thread, and begins none
    uris = list_thread(session, base_url, root, today=clock.now().date())
    return actor_uri(base_url, root.author_actor_id), uris


routes = [
    Document("/notes/{id}/replies", replies, name="note_replies"),
    Document("/notes/{id}/replies/p", replies_page, name="note_replies_first"),
    Document("/notes/{id}/replies/p/{cursor}", replies_page, name="note_replies_page"),
    Document(
        "/notes/{id}/likes", counting("likes", lambda post: post.thanks_count), name="note_likes"
    ),
    Document(
        "/notes/{id}/shares", counting("shares", lambda post: post.share_count), name="note_shares"
    ),
    Document("/contexts/{id}", thread, name="thread_context"),
]
