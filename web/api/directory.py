"""Whom one might want to know: `/api/v1/directory`, suggestions, and people on others' pages."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from sqlmodel import Session
from starlette.responses import Response

from fedparents.applications.scopes import Scope
from fedparents.groups.cards import list_other_groups
from fedparents.ids import ActorId
from fedparents.search.directory import list_directory
from fedparents.social.endorsements import (
    dismiss_suggestion,
    endorse_person,
    list_dismissed,
    list_endorsed,
    unendorse_person,
)
from fedparents.timelines.faces import get_known_face
from web.api.calls import Call
from web.api.endpoints import ApiHandler, ApiRoute, a_person, answer, answer_people, anybody
from web.api.entities.reader import Json
from web.api.params import Flag, Optional, Params
from web.api.people import MOST, USUAL, people_paging, read_relationships
from web.api.showing import people_of, reader_of, viewer_or_none

_SUGGESTED: Final = 40


class Order(StrEnum):
    ACTIVE = "active"
    NEW = "new"


class DirectoryParams(Params):
    order: Annotated[Order | None, Optional] = None
    local: Flag = False


async def directory(call: Call) -> Response:
    """People who want to be found, for those who are signed in; visitors know nobody."""
    sent, (offset, limit) = call.read(DirectoryParams), call.offset(usual=USUAL, most=MOST)
    viewer, reader = viewer_or_none(call), reader_of(call)

    def read(session: Session) -> list[Json]:
        ids = list_directory(
            session,
            viewer,
            offset=offset,
            limit=limit,
            newest_first=sent.order == Order.NEW,
            only_here=sent.local,
        )
        return people_of(session, viewer, reader, ids)

    return answer(await call.runtime.db.read(read))


async def suggestions(call: Call) -> Response:
    return answer(
        [
            {"source": "staff", "sources": ["featured"], "account": account}
            for account in await _suggested(call)
        ]
    )


async def old_suggestions(call: Call) -> Response:
    return answer(await _suggested(call))


async def dismiss(call: Call) -> Response:
    await call.runtime.db.write(dismiss_suggestion, call.viewer, call.number())
    return answer({})


async def own_endorsed(call: Call) -> Response:
    return await _answer_endorsed(call, call.viewer.actor_id)


async def endorsed_of(call: Call) -> Response:
    return await _answer_endorsed(call, call.number())


async def _answer_endorsed(call: Call, by_actor_id: int) -> Response:
    paging, viewer, reader = people_paging(call), call.viewer, reader_of(call)

    def read(session: Session) -> tuple[list[int], list[Json]]:
        get_known_face(session, viewer, by_actor_id)
        lines = list_endorsed(session, viewer, by_actor_id, paging)
        people = people_of(session, viewer, reader, [line.actor.id for line in lines])
        return [line.cursor for line in lines], people

    ids, people = await call.runtime.db.read(read)
    return answer_people(call, people, paging, ids)


def _endorsing(*, shows: bool) -> ApiHandler:
    service = endorse_person if shows else unendorse_person

    async def change(call: Call) -> Response:
        number, viewer = call.number(), call.viewer
        await call.runtime.db.write(service, viewer, ActorId(number))
        found = await call.runtime.db.read(read_relationships, viewer, [number])
        return answer(found[0] if found else {})

    return change


async def _suggested(call: Call) -> list[Json]:
    """Groups that one might come into: no person is held up to others."""
    viewer, reader = call.viewer, reader_of(call)
    _, limit = call.offset(usual=_SUGGESTED, most=MOST)

    def read(session: Session) -> list[Json]:
        dismissed = list_dismissed(session, viewer)
        groups = [each.id for each in list_other_groups(session, viewer, limit=MOST)]
        wanted = [each for each in groups if each not in dismissed]
        return people_of(session, viewer, reader, wanted[:limit])

    return await call.runtime.db.read(read)


_READ: Final = a_person(Scope.READ_ACCOUNTS)
_WRITE: Final = a_person(Scope.WRITE_ACCOUNTS)
_PERSON: Final = "/api/v1/accounts/{id}"

routes = [
    ApiRoute("GET", "/api/v1/directory", directory, anybody()),
    ApiRoute("GET", "/api/v1/suggestions", old_suggestions, a_person(Scope.READ)),
    ApiRoute("GET", "/api/v2/suggestions", suggestions, a_person(Scope.READ)),
    ApiRoute("DELETE", "/api/v1/suggestions/{id}", dismiss, _WRITE),
    ApiRoute("GET", "/api/v1/endorsements", own_endorsed, _READ),
    ApiRoute("GET", f"{_PERSON}/endorsements", endorsed_of, _READ),
    ApiRoute("POST", f"{_PERSON}/endorse", _endorsing(shows=True), _WRITE),
    ApiRoute("POST", f"{_PERSON}/unendorse", _endorsing(shows=False), _WRITE),
    ApiRoute("POST", f"{_PERSON}/pin", _endorsing(shows=True), _WRITE),
    ApiRoute("POST", f"{_PERSON}/unpin", _endorsing(shows=False), _WRITE),
]
