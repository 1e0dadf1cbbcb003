"""`/api/v1/bookmarks`, `/api/v1/favourites`: what somebody kept, and what they thanked for."""

from __future__ import annotations

from sqlmodel import Session
from starlette.responses import Response

from fedparents.applications.scopes import Scope
from fedparents.timelines.feeds import read_kept, read_thanked
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person
from web.api.entities.posts import Pageful
from web.api.showing import answer_posts, fill, read_page
from web.api.timelines import status_paging


async def bookmarks(call: Call) -> Response:
    paging, viewer = status_paging(call), call.viewer

    def read(session: Session) -> tuple[Pageful, list[int]]:
        page, ids = read_kept(session, viewer, paging)
        return fill(session, viewer, page), ids

    pageful, ids = await call.runtime.db.read(read)
    return answer_posts(call, pageful, paging, ids)


async def favourites(call: Call) -> Response:
    paging = status_paging(call)
    return answer_posts(call, await read_page(call, read_thanked, paging), paging)


routes = [
    ApiRoute("GET", "/api/v1/bookmarks", bookmarks, a_person(Scope.READ_BOOKMARKS)),
    ApiRoute("GET", "/api/v1/favourites", favourites, a_person(Scope.READ_FAVOURITES)),
]
