"""`/api/v1/scheduled_statuses`: what an app's owner has written, to be said later."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

import orjson
from sqlmodel import Session
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.applications.scopes import Scope
from fedparents.db import UnitOfWork
from fedparents.errors import Invalid
from fedparents.media.queries import list_own_photos
from fedparents.posts.models import ScheduledPost
from fedparents.posts.scheduled import (
    cancel_scheduled,
    get_scheduled,
    list_scheduled,
    reschedule_post,
    schedule_post,
)
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer, answer_page
from web.api.entities.posts import picture
from web.api.entities.reader import Json, Reader, moment
from web.api.errors import ParamMissing, Refused
from web.api.params import Params, Time
from web.api.showing import reader_of

T = TypeVar("T")
_USUAL: Final = 20
_MOST: Final = 40


class _WouldDo(Exception):
    """It could be said now; raised so that nothing of the attempt stays."""


class _Moved(Params):
    scheduled_at: Time = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What will be said: as it is read again then, its words, and its photos."""

    draft: str
    text: str
    photo_ids: Sequence[int]


async def schedule(
    call: Call, kept: Kept, at: datetime, say: Callable[[UnitOfWork], object]
) -> Response:
    """What could not be said now is refused now; what comes between is seen when its time comes."""

    def attempt(uow: UnitOfWork) -> None:
        say(uow)
        raise _WouldDo

    def keep(uow: UnitOfWork) -> ScheduledPost:
        return schedule_post(uow, call.viewer, kept.draft, kept.text, kept.photo_ids, at)

    db = call.runtime.db
    try:
        await db.write(attempt)
    except _WouldDo:
        number = await _in_time(call.write_once(lambda row: row.id, keep))
    return await _answer_one(call, number)


async def listed(call: Call) -> Response:
    paging, viewer, reader = call.paging(usual=_USUAL, most=_MOST), call.viewer, reader_of(call)

    def read(session: Session) -> tuple[list[int], list[Json]]:
        rows = list_scheduled(session, viewer, paging)
        return [row.id for row in rows], [_entity(session, viewer, reader, row) for row in rows]

    ids, found = await call.runtime.db.read(read)
    return answer_page(call, found, paging, ids)


async def one(call: Call) -> Response:
    return await _answer_one(call, call.number())


async def move(call: Call) -> Response:
    at, number = call.read(_Moved).scheduled_at, call.number()
    await call.runtime.db.read(get_scheduled, call.viewer, number)
    if at is None:
        raise ParamMissing(name="scheduled_at")
    await _in_time(call.runtime.db.write(reschedule_post, call.viewer, number, at))
    return await _answer_one(call, number)


async def cancel(call: Call) -> Response:
    await call.runtime.db.write(cancel_scheduled, call.viewer, call.number())
    return answer({})


async def _in_time(writing: Awaitable[T]) -> T:
    """What is too early or too late has words that an app compares."""
    try:
        return await writing
    except Invalid as error:
        if error.fields.get("scheduled_at") == "cannot_be_scheduled":
            raise Refused("cannot_be_scheduled") from error
        raise


async def _answer_one(call: Call, number: int) -> Response:
    viewer, reader = call.viewer, reader_of(call)

    def read(session: Session) -> Json:
        return _entity(session, viewer, reader, get_scheduled(session, viewer, number))

    return answer(await call.runtime.db.read(read))


def _entity(session: Session, viewer: Viewer, reader: Reader, row: ScheduledPost) -> Json:
    sent = orjson.loads(row.draft)
    answered, poll = sent["in_reply_to_id"], sent["poll"]
    return {
        "id": str(row.id),
        "scheduled_at": moment(row.scheduled_at),
        "params": {
            "text": row.text,
            "poll": {**poll, "hide_totals": False} if poll["options"] else None,
            "media_ids": [str(each) for each in row.photos] or None,
            "sensitive": sent["sensitive"],
            "spoiler_text": sent["spoiler_text"] or None,
            "visibility": sent["visibility"] or "public",
            "in_reply_to_id": str(answered) if answered is not None else None,
            "language": sent["language"] or None,
            "application_id": 0,
            "scheduled_at": None,
            "idempotency": None,
            "with_rate_limit": False,
            "quoted_status_id": None,
            "quote_approval_policy": None,
        },
        "media_attachments": [
            picture(photo, reader) for photo in list_own_photos(session, viewer, row.photos)
        ],
    }


_READ: Final = a_person(Scope.READ_STATUSES)
_WRITE: Final = a_person(Scope.WRITE_STATUSES)
_PATH: Final = "/api/v1/scheduled_statuses"

routes = [
    ApiRoute("GET", _PATH, listed, _READ),
    ApiRoute("GET", f"{_PATH}/{{id}}", one, _READ),
    ApiRoute("PUT", f"{_PATH}/{{id}}", move, _WRITE),
    ApiRoute("DELETE", f"{_PATH}/{{id}}", cancel, _WRITE),
]
