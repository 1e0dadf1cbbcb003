"""What somebody was told, by day; looking at it is what makes it seen."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.errors import NotFound
from fedparents.notifications.queries import (
    NEWEST,
    NotificationView,
    bundle_up,
    list_notifications,
)
from fedparents.notifications.service import mark_seen
from fedparents.notifications.sifting import count_waiting
from web.i18n import gettext
from web.i18n.formats import format_date
from web.notifications.sayings import SAYINGS, path_of, say
from web.routing import Page
from web.site.page import render
from web.visit import instance_of, require_viewer, runtime_of, visit_of

_A_PAGE = 60
_LONGEST_ID = 16  # digits of a number below 2^53


async def notifications_page(request: Request) -> Response:
    viewer, runtime = require_viewer(request), runtime_of(request)
    before = _read_before(request.query_params.get("before", ""))
    found, aside = await runtime.db.read(_read, viewer, before)
    shown, visit = found[:_A_PAGE], visit_of(request)
    if before is None and shown and visit.news and not visit.header(b"sec-purpose"):
        await runtime.db.write(mark_seen, viewer, shown[0].id)
        visit.news = 0
    zone = instance_of(request).zone
    more = runtime.urls.path("notifications", before=shown[-1].id) if len(found) > _A_PAGE else ""
    context = {
        "days": bundle_up(shown, zone),
        "more": more,
        "newest": shown[0].id if shown and before is None else 0,
        "is_first": before is None,
        "aside": aside,
        "say": say,
        "sayings": SAYINGS,
        "day_words": partial(_day_in_words, today=clock.now().astimezone(zone).date()),
        "path_of": lambda view: path_of(view, runtime.urls),
    }
    return render(request, "notifications/list.html", context)


def _read(
    session: Session, viewer: Viewer, before: int | None
) -> tuple[list[NotificationView], int]:
    """A page, and how many people wait for a yes."""
    aside = count_waiting(session, viewer)[0] if before is None else 0
    limit = _A_PAGE + 1
    return list_notifications(session, viewer, before=before or NEWEST, limit=limit), aside


def _day_in_words(day: date, *, today: date) -> str:
    if day == today:
        return gettext("Today")
    if day == today - timedelta(days=1):
        return gettext("Yesterday")
    return format_date(day, "day")


def _read_before(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID):
        raise NotFound
    return int(text)


routes = [Page("/notifications", notifications_page, name="notifications")]
