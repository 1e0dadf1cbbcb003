"""The list of conversations, and the folder of those whom one does not know yet."""

from __future__ import annotations

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.conversations.models import MemberState
from fedparents.conversations.queries import Folder, count_requests, list_conversations
from web.routing import Page, start_in_query
from web.site.messages.access import show
from web.visit import require_viewer, runtime_of


async def list_page(request: Request) -> Response:
    return await _list(request, MemberState.ACCEPTED, "list", "messages")


async def requests_page(request: Request) -> Response:
    return await _list(request, MemberState.REQUEST, "requests", "message_requests")


async def ignored_page(request: Request) -> Response:
    return await _list(request, MemberState.IGNORED, "ignored", "ignored_messages")


async def _list(request: Request, state: MemberState, template: str, route: str) -> Response:
    viewer, runtime = require_viewer(request), runtime_of(request)
    before = start_in_query(request, "before")
    folder, waiting = await runtime.db.read(_read, viewer, state, before)
    more = runtime.urls.path(route, before=folder.older) if folder.older is not None else ""
    context = {"folder": folder, "waiting": waiting, "is_first": before is None, "more": more}
    return show(request, template, context)


def _read(
    session: Session, viewer: Viewer, state: MemberState, before: int | None
) -> tuple[Folder, int]:
    folder = list_conversations(session, viewer, state, before=before)
    return folder, count_requests(session, viewer)


routes = [
    Page("/messages", list_page, name="messages"),
    Page("/messages/requests", requests_page, name="message_requests"),
    Page("/messages/ignored", ignored_page, name="ignored_messages"),
]
