"""The bell on every page: a dot for those who see it, a sentence for those who hear it."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request

from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.notifications.queries import count_new
from fedparents.notifications.statements import MOST_COUNTED
from web.i18n import gettext, ngettext
from web.visit import Visit, visit_of


def bell_for(visit: Visit) -> dict[str, object] | None:
    """What the frame needs to draw it; None for those who are not signed in."""
    if visit.viewer is None:
        return None
    urls = visit.runtime.urls
    return {
        "url": urls.path("notifications"),
        "events": urls.path("events"),
        "label": bell_label(visit.news),
        "news": visit.news,
    }


def bell_label(news: int) -> str:
    """What a screen reader says of the bell."""
    if not news:
        return gettext("Notifications")
    if news >= MOST_COUNTED:
        return gettext("Notifications: many new ones")
    return ngettext("Notifications: %(num)s new one", "Notifications: %(num)s new ones", news)


async def mark_read(
    request: Request, mark: Callable[[UnitOfWork, Viewer, int], int], subject_id: int
) -> None:
    """What stands on this page is read by looking at it; the bell of the page knows already."""
    visit = visit_of(request)
    if visit.viewer is None or not visit.news or visit.header(b"sec-purpose"):
        return
    if await visit.runtime.db.write(mark, visit.viewer, subject_id):
        visit.news = await visit.runtime.db.read(count_new, visit.viewer)
