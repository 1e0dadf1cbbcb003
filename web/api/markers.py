"""`/api/v1/markers`: how far somebody has read, for all their apps."""

from __future__ import annotations

from pydantic import Field
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.applications.models import Marker
from fedparents.applications.scopes import Scope
from fedparents.applications.wishes import Timeline, list_markers, move_markers
from fedparents.db import UnitOfWork
from fedparents.notifications.service import mark_told_seen
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer
from web.api.entities.entity import Entity, Id, Moment
from web.api.params import Id as SentId
from web.api.params import Params, Words


class MarkerEntity(Entity):
    last_read_id: Id
    version: int
    updated_at: Moment


class _Wanted(Params):
    timeline: Words = Field(default_factory=list)


class _Place(Params):
    last_read_id: SentId = None


class _Moved(Params):
    home: _Place | None = None
    notifications: _Place | None = None


async def read(call: Call) -> Response:
    asked = call.read(_Wanted).timeline
    wanted = [timeline for timeline in Timeline if timeline in asked]
    return _answer(await call.runtime.db.read(list_markers, call.viewer, wanted))


async def move(call: Call) -> Response:
    sent = call.read(_Moved)
    places = {Timeline.HOME: sent.home, Timeline.NOTIFICATIONS: sent.notifications}
    to = {
        timeline: place.last_read_id
        for timeline, place in places.items()
        if place is not None and place.last_read_id is not None
    }
    return _answer(await call.runtime.db.write(_move, call.viewer, to))


def _move(uow: UnitOfWork, viewer: Viewer, to: dict[Timeline, int]) -> list[Marker]:
    """What an app has shown is not new on our pages either."""
    if seen := to.get(Timeline.NOTIFICATIONS):
        mark_told_seen(uow, viewer, seen)
    return move_markers(uow, viewer, to)


def _answer(markers: list[Marker]) -> Response:
    return answer(
        {
            str(marker.timeline): MarkerEntity(
                last_read_id=marker.last_read_id,
                version=marker.version,
                updated_at=marker.updated_at,
            ).model_dump(mode="json")
            for marker in markers
        }
    )


routes = [
    ApiRoute("GET", "/api/v1/markers", read, a_person(Scope.READ_STATUSES)),
    ApiRoute("POST", "/api/v1/markers", move, a_person(Scope.WRITE_STATUSES)),
]
