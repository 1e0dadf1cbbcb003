"""What waits for those who look after the place: reports, and notices of visitors."""

from __future__ import annotations

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.errors import NotFound
from fedparents.moderation.queries import ReportView, get_report, list_place_queue
from web.forms import new_form
from web.routing import Page, number_in_query
from web.site.admin.access import moderator_of
from web.site.moderation.access import show
from web.visit import runtime_of


async def reports_page(request: Request) -> Response:
    return await _queue(request, of_notices=False)


async def notices_page(request: Request) -> Response:
    return await _queue(request, of_notices=True)


async def _queue(request: Request, *, of_notices: bool) -> Response:
    viewer = moderator_of(request)
    decided = number_in_query(request, "report")
    views, last = await runtime_of(request).db.read(_read, viewer, of_notices, decided)
    context: dict[str, object] = {"views": views, "last": last, "of_notices": of_notices}
    return show(request, "queue", context, new_form())


def _read(
    session: Session, viewer: Viewer, of_notices: bool, decided: int | None
) -> tuple[list[ReportView], ReportView | None]:
    views = list_place_queue(session, viewer, of_notices=of_notices)
    return views, find_decided(session, viewer, decided)


def find_decided(session: Session, viewer: Viewer, number: int | None) -> ReportView | None:
    """What was decided a moment ago; whatever the address says, only what is true is shown."""
    try:
        return get_report(session, viewer, number or 0)
    except NotFound:
        return None


routes = [
    Page("/admin/reports", reports_page, name="admin_reports"),
    Page("/admin/notices", notices_page, name="admin_notices"),
]
