"""Server-sent events: what is new on an open page, as long as its reader is signed in."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from fedparents import clock
from fedparents.accounts.sessions import find_viewer
from fedparents.conversations.queries import find_newest_letter, has_unread
from fedparents.errors import Unavailable
from fedparents.notifications.queries import count_new, find_newest
from web.i18n import Language, ngettext, reading_in
from web.live import Ear
from web.routing import Page
from web.site.notifications.bell import bell_label
from web.visit import runtime_of, viewer_of, visit_of

if TYPE_CHECKING:
    from web.runtime import Runtime

HEARTBEAT_SECONDS: Final = 25.0
"""Proxies end what is silent for a minute; whoever was signed out is let go no later than this."""
_RETRY: Final = (3000, 9000)
"""Milliseconds: after a restart not everybody comes back in the same moment."""


@dataclass(frozen=True, slots=True)
class News:
    new: int
    newest: int
    """The id of the newest notification."""
    has_letters: bool
    """Whether a private message waits to be read."""
    letter: int
    """The id of the newest private message."""


async def events(request: Request) -> Response:
    """A stream, or 204, after which a browser does not ask again."""
    visit, runtime = visit_of(request), runtime_of(request)
    viewer = viewer_of(request)
    if viewer is None or not runtime.hub.has_room(viewer.account_id):
        return Response(status_code=204)
    token = visit.cookies.get(runtime.cookies.session, "")

    async def stream() -> AsyncIterator[str]:
        with runtime.hub.listening(viewer.account_id) as ear:
            yield f"retry: {random.randint(*_RETRY)}\n\n"  # noqa: S311 - spreads them, hides nothing
            async for part in _tell(runtime, token, visit.language, ear):
                yield part

    headers = {"Cache-Control": "private, no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream(), media_type="text/event-stream", headers=headers)


async def _tell(runtime: Runtime, token: str, language: Language, ear: Ear) -> AsyncIterator[str]:
    told: News | None = None
    while not runtime.hub.is_closing:
        try:
            news = await runtime.db.read(_look, token)
        except Unavailable:
            return
        if news is None:
            return
        yield _event(news, language) if news != told else ": still here\n\n"
        told = news
        await ear.wait(HEARTBEAT_SECONDS)


def _look(session: Session, token: str) -> News | None:
    """How things stand for whoever's session it is; None when it has ended."""
    viewer = find_viewer(session, token, clock.now())
    if viewer is None:
        return None
    return News(
        count_new(session, viewer),
        find_newest(session, viewer),
        has_unread(session, viewer),
        find_newest_letter(session, viewer),
    )


def _event(news: News, language: Language) -> str:
    with reading_in(language):
        said = {
            "new": news.new,
            "newest": news.newest,
            "label": bell_label(news.new),
            "hasLetters": news.has_letters,
            "letter": str(news.letter),  # a script's numbers have 53 bits
            "offer": ngettext("One new notification", "%(num)s new notifications", news.new),
        }
    return f"event: news\ndata: {json.dumps(said)}\n\n"


routes = [Page("/events", events, name="events", opens_early=True)]
