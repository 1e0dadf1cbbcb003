"""`/api/v1/lists`: each group of somebody's is one, so that every app has a tab for it."""

from __future__ import annotations

from sqlmodel import Session
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.applications.scopes import Scope
from fedparents.errors import NotFound
from fedparents.groups.cards import list_own_groups
from fedparents.groups.seats import list_member_ids
from fedparents.ids import GroupId
from fedparents.paging import Paging
from fedparents.timelines.feeds import read_group
from fedparents.timelines.full import FullPage
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer, answer_people
from web.api.entities.reader import Json
from web.api.people import people_paging
from web.api.showing import answer_posts, people_of, read_page, reader_of
from web.api.timelines import status_paging


async def all_of_them(call: Call) -> Response:
    groups = await call.runtime.db.read(list_own_groups, call.viewer)
    return answer([_group_list(group.id, group.name) for group in groups])


async def one(call: Call) -> Response:
    number = call.number()
    groups = await call.runtime.db.read(list_own_groups, call.viewer)
    found = next((group for group in groups if group.id == number), None)
    if found is None:
        raise NotFound("group_not_found")
    return answer(_group_list(found.id, found.name))


async def timeline(call: Call) -> Response:
    paging = status_paging(call)
    pageful = await read_page(call, _read, GroupId(call.number()), paging)
    return answer_posts(call, pageful, paging)


async def members(call: Call) -> Response:
    paging, viewer, reader = people_paging(call), call.viewer, reader_of(call)
    number = GroupId(call.number())

    def read(session: Session) -> tuple[list[int], list[Json]]:
        _require_own(session, viewer, number)
        ids = list_member_ids(session, viewer, number, paging)
        return ids, people_of(session, viewer, reader, ids)

    ids, people = await call.runtime.db.read(read)
    return answer_people(call, people, paging, ids)


def _read(session: Session, viewer: Viewer, group_id: GroupId, paging: Paging) -> FullPage:
    _require_own(session, viewer, group_id)
    return read_group(session, viewer, group_id, paging)


def _require_own(session: Session, viewer: Viewer, group_id: GroupId) -> None:
    if all(group.id != group_id for group in list_own_groups(session, viewer)):
        raise NotFound("group_not_found")


def _group_list(group_id: int, name: str) -> Json:
    return {
        "id": str(group_id),
        "title": name,
        "replies_policy": "list",
        "exclusive": False,
    }


routes = [
    ApiRoute("GET", "/api/v1/lists", all_of_them, a_person(Scope.READ_LISTS)),
    ApiRoute("GET", "/api/v1/lists/{id}", one, a_person(Scope.READ_LISTS)),
    ApiRoute("GET", "/api/v1/lists/{id}/accounts", members, a_person(Scope.READ_LISTS)),
    ApiRoute("GET", "/api/v1/timelines/list/{id}", timeline, a_person(Scope.READ_LISTS)),
]
