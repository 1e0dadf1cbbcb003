"""The pages of the log: of a group for those who look after it, of the place for its admins."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedparents.errors import NotFound
from fedparents.moderation.log import LogPage, list_group_log, list_place_log
from web.moderation.log_words import IN_GROUPS, OF_PLACE
from web.routing import Page, start_in_query
from web.site.admin.access import administrator_of
from web.site.groups.access import member_of
from web.site.moderation.access import show
from web.visit import runtime_of


async def group_log_page(request: Request) -> Response:
    viewer, view = await member_of(request)
    if not view.can_moderate:
        raise NotFound
    before = start_in_query(request)
    page = await runtime_of(request).db.read(
        list_group_log, viewer, view.id, tuple(IN_GROUPS), before=before
    )
    urls = runtime_of(request).urls
    first = urls.path("group_log", id=view.id)
    older = urls.path("group_log", id=view.id, before=page.older) if page.older else ""
    return show(request, "group_log", {"view": view, **_context(page, first, older, before)})


async def place_log_page(request: Request) -> Response:
    viewer = administrator_of(request)
    before = start_in_query(request)
    page = await runtime_of(request).db.read(list_place_log, viewer, tuple(OF_PLACE), before=before)
    urls = runtime_of(request).urls
    older = urls.path("admin_log", before=page.older) if page.older else ""
    return show(request, "place_log", _context(page, urls.path("admin_log"), older, before))


def _context(page: LogPage, first: str, older: str, before: int | None) -> dict[str, object]:
    return {
        "lines": page.lines,
        "log_words": {**IN_GROUPS, **OF_PLACE},
        "newest": first if before else "",
        "older": older,
    }


routes = [
    Page("/groups/{id}/log", group_log_page, name="group_log"),
    Page("/admin/log", place_log_page, name="admin_log"),
]
