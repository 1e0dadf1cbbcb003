"""`/api/v1/statuses`: single posts, what is around them, and what they said before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlmodel import Session
from starlette.responses import Response

from fedparents.applications.scopes import Scope
from fedparents.errors import NotFound
from fedparents.posts.models import PostVersion
from fedparents.posts.queries import get_own, list_versions
from fedparents.posts.sharing import list_sharers
from fedparents.posts.thankers import list_thankers
from fedparents.timelines.feeds import get_full, read_around
from fedparents.timelines.full import list_by_ids
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer, answer_people, anybody
from web.api.entities.posts import Pageful, edits, statuses
from web.api.entities.reader import Json
from web.api.params import Ids, Params
from web.api.people import people_paging
from web.api.showing import answer_post, fill, people_of, post_number, reader_of, viewer_or_none

_AT_ONCE: Final = 20


class IdsParams(Params):
    id: Ids = []


async def one(call: Call) -> Response:
    viewer, number = viewer_or_none(call), await post_number(call)
    return answer_post(
        call, await call.runtime.db.read(lambda db: fill(db, viewer, get_full(db, viewer, number)))
    )


async def several(call: Call) -> Response:
    viewer, wanted = viewer_or_none(call), call.read(IdsParams).id[:_AT_ONCE]
    pageful = await call.runtime.db.read(
        lambda db: fill(db, viewer, list_by_ids(db, viewer, wanted))
    )
    return answer(statuses(pageful, reader_of(call)))


async def context(call: Call) -> Response:
    viewer, number, reader = viewer_or_none(call), await post_number(call), reader_of(call)

    def read(session: Session) -> Json:
        around = read_around(session, viewer, number)
        pageful = fill(session, viewer, around.page)
        return {
            "ancestors": statuses(pageful, reader, around.before),
            "descendants": statuses(pageful, reader, around.after),
        }

    return answer(await call.runtime.db.read(read))


async def history(call: Call) -> Response:
    viewer, number, reader = call.viewer, await post_number(call), reader_of(call)

    def read(session: Session) -> tuple[Pageful, Sequence[PostVersion]]:
        page = get_full(session, viewer, number)
        return fill(session, viewer, page), list_versions(session, viewer, number)

    pageful, versions = await call.runtime.db.read(read)
    return answer(edits(pageful, list(reversed(versions)), reader))


async def source(call: Call) -> Response:
    post = await call.runtime.db.read(get_own, call.viewer, await post_number(call))
    return answer({"id": str(post.id), "text": post.text, "spoiler_text": post.warning})


async def favourited_by(call: Call) -> Response:
    """Whoever wrote it was told who thanked; nobody else is."""
    viewer, number, reader = call.viewer, await post_number(call), reader_of(call)
    paging = people_paging(call)

    def read(session: Session) -> tuple[list[int], list[Json]]:
        ids = list_thankers(session, viewer, number, paging)
        return ids, people_of(session, viewer, reader, ids)

    ids, people = await call.runtime.db.read(read)
    return answer_people(call, people, paging, ids)


async def reblogged_by(call: Call) -> Response:
    viewer, number, reader = call.viewer, await post_number(call), reader_of(call)
    paging = people_paging(call)

    def read(session: Session) -> tuple[list[int], list[Json]]:
        found = list_sharers(session, viewer, number, paging)
        people = people_of(session, viewer, reader, [each.actor.id for each in found])
        return [each.cursor for each in found], people

    ids, people = await call.runtime.db.read(read)
    return answer_people(call, people, paging, ids)


async def translate(call: Call) -> Response:
    """Nothing is sent to anybody who would translate it: for no post is there a translation."""
    viewer, number = call.viewer, await post_number(call)
    await call.runtime.db.read(get_full, viewer, number)
    raise NotFound


async def card(call: Call) -> Response:
    """Posts have no cards of their own any more; of those that one may read there is an empty
    one."""
    viewer, number = viewer_or_none(call), await post_number(call)
    await call.runtime.db.read(get_full, viewer, number)
    return answer({})


routes = [
    ApiRoute("GET", "/api/v1/statuses", several, anybody(Scope.READ_STATUSES)),
    ApiRoute("GET", "/api/v1/statuses/{id}", one, anybody(Scope.READ_STATUSES)),
    ApiRoute("GET", "/api/v1/statuses/{id}/context", context, anybody(Scope.READ_STATUSES)),
    ApiRoute("GET", "/api/v1/statuses/{id}/history", history, a_person(Scope.READ_STATUSES)),
    ApiRoute("POST", "/api/v1/statuses/{id}/translate", translate, a_person(Scope.READ_STATUSES)),
    ApiRoute("GET", "/api/v1/statuses/{id}/card", card, anybody(Scope.READ_STATUSES)),
    ApiRoute("GET", "/api/v1/statuses/{id}/source", source, a_person(Scope.READ_STATUSES)),
    ApiRoute(
        "GET", "/api/v1/statuses/{id}/favourited_by", favourited_by, a_person(Scope.READ_ACCOUNTS)
    ),
    ApiRoute(
        "GET", "/api/v1/statuses/{id}/reblogged_by", reblogged_by, a_person(Scope.READ_ACCOUNTS)
    ),
]
