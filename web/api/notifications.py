"""`/api/v1/notifications`: what somebody was told, as far as apps have words for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.applications.scopes import Scope
from fedparents.errors import NotFound
from fedparents.notifications.feed import (
    Notified,
    count_new_notified,
    forget_all,
    forget_one,
    get_notified,
    list_notified,
)
from fedparents.social.models import FilterContext
from fedparents.timelines.faces import list_faces
from fedparents.timelines.full import list_by_ids
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer, answer_page
from web.api.entities.notes import is_about_post, kinds_of, notification
from web.api.entities.posts import statuses
from web.api.entities.reader import Json, Reader
from web.api.params import Flag, Id, Params, Required, Words
from web.api.showing import accounts, fill, reader_of
from web.routing import read_number

_USUAL: Final = 40
_MOST: Final = 80


class ListParams(Params):
    types: Words = []
    exclude_types: Words = []
    account_id: Id = None
    include_filtered: Flag = False


class OldDismissParams(Params):
    id: Required


async def all_of_them(call: Call) -> Response:
    sent, paging = call.read(ListParams), call.paging(usual=_USUAL, most=_MOST)
    kinds, viewer, reader = kinds_of(sent.types, sent.exclude_types), call.viewer, reader_of(call)

    def read(session: Session) -> tuple[list[int], list[Json]]:
        told = list_notified(
            session,
            viewer,
            kinds,
            paging,
            by=sent.account_id,
            sifted_too=sent.include_filtered,
        )
        return [each.id for each in told], write_notified(session, viewer, reader, told)

    ids, found = await call.runtime.db.read(read)
    return answer_page(call, found, paging, ids)


async def one(call: Call) -> Response:
    viewer, number, reader = call.viewer, call.number(), reader_of(call)

    def read(session: Session) -> list[Json]:
        told = get_notified(session, viewer, number)
        return write_notified(session, viewer, reader, [told])

    found = await call.runtime.db.read(read)
    if not found:
        raise NotFound("not_found")
    return answer(found[0])


async def clear(call: Call) -> Response:
    await call.runtime.db.write(forget_all, call.viewer)
    return answer({})


async def dismiss(call: Call) -> Response:
    await call.runtime.db.write(forget_one, call.viewer, call.number())
    return answer({})


async def old_dismiss(call: Call) -> Response:
    """Where the number was a parameter."""
    number = read_number(call.read(OldDismissParams).id)
    if number is None:
        raise NotFound
    await call.runtime.db.write(forget_one, call.viewer, number)
    return answer({})


async def unread_count(call: Call) -> Response:
    return answer({"count": await call.runtime.db.read(count_new_notified, call.viewer)})


@dataclass(frozen=True, slots=True)
class Spoken:
    """One thing that somebody was told, with whoever did it and what it is about."""

    told: Notified
    account: Json
    status: Json | None


def speak_of(
    session: Session, viewer: Viewer, reader: Reader, told: Sequence[Notified]
) -> list[Spoken]:
    """Without what apps could not show: whoever cannot read a post any more is told of none."""
    people = list_faces(session, viewer, [each.actor_id for each in told if each.actor_id])
    wanted = [each.post_id for each in told if is_about_post(each) and each.post_id]
    page = list_by_ids(session, viewer, wanted, FilterContext.NOTIFICATIONS)
    written = statuses(fill(session, viewer, page), reader)
    posts = {post.card.id: one for post, one in zip(page.posts, written, strict=True)}
    shown = dict(zip(people, accounts(session, reader, list(people.values())), strict=True))
    found = []
    for each in told:
        status = posts.get(each.post_id or 0) if is_about_post(each) else None
        if is_about_post(each) and status is None:
            continue
        # What was said without a name is the group's, and a poll ends by itself.
        account = shown.get(each.actor_id or 0) or (status["account"] if status else None)
        if isinstance(account, dict):
            found.append(Spoken(each, account, status))
    return found


def write_notified(
    session: Session, viewer: Viewer, reader: Reader, told: Sequence[Notified]
) -> list[Json]:
    """One entity for each of them."""
    return [
        notification(each.told, each.account, each.status)
        for each in speak_of(session, viewer, reader, told)
    ]


_READ: Final = a_person(Scope.READ_NOTIFICATIONS)
_WRITE: Final = a_person(Scope.WRITE_NOTIFICATIONS)

routes = [
    ApiRoute("GET", "/api/v1/notifications", all_of_them, _READ),
    ApiRoute("GET", "/api/v1/notifications/unread_count", unread_count, _READ),
    ApiRoute("POST", "/api/v1/notifications/clear", clear, _WRITE),
    ApiRoute("POST", "/api/v1/notifications/dismiss", old_dismiss, _WRITE),
    ApiRoute("GET", "/api/v1/notifications/{id}", one, _READ),
    ApiRoute("POST", "/api/v1/notifications/{id}/dismiss", dismiss, _WRITE),
]
