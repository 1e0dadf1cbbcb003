"""`/api/v2/notifications`: the same, what belongs together as one."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Final

from sqlmodel import Session
from starlette.responses import Response

from fedparents.applications.scopes import Scope
from fedparents.db import UnitOfWork
from fedparents.errors import NotFound
from fedparents.notifications.feed import count_new_notified, forget_one, list_notified
from fedparents.paging import Paging
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer, answer_page
from web.api.entities.notes import TYPES, group, group_key, kinds_of, partial_account
from web.api.entities.reader import Json
from web.api.notifications import Spoken, speak_of
from web.api.params import Flag, Id, Optional, Params, Words
from web.api.showing import reader_of

_USUAL: Final = 40
_MOST: Final = 80
_LOOKED_AT: Final = 400
"""How far back a group is looked for: what is older has a page of its own."""


class Expand(StrEnum):
    FULL = "full"
    PARTIAL = "partial_avatars"


class ListParams(Params):
    types: Words = []
    exclude_types: Words = []
    account_id: Id = None
    include_filtered: Flag = False
    expand_accounts: Annotated[Expand | None, Optional] = None


async def all_of_them(call: Call) -> Response:
    sent, paging = call.read(ListParams), call.paging(usual=_USUAL, most=_MOST)
    kinds, viewer, reader = kinds_of(sent.types, sent.exclude_types), call.viewer, reader_of(call)

    def read(session: Session) -> tuple[list[int], list[Spoken]]:
        told = list_notified(
            session,
            viewer,
            kinds,
            paging,
            by=sent.account_id,
            sifted_too=sent.include_filtered,
        )
        return [each.id for each in told], speak_of(session, viewer, reader, told)

    ids, spoken = await call.runtime.db.read(read)
    is_partial = sent.expand_accounts == Expand.PARTIAL
    return answer_page(call, _envelope(spoken, is_partial=is_partial), paging, ids)


async def one_group(call: Call) -> Response:
    return answer(_envelope(await _find(call), is_partial=False))


async def people_of_group(call: Call) -> Response:
    spoken = await _find(call)
    return answer(list({str(each.account["id"]): each.account for each in spoken}.values()))


async def dismiss(call: Call) -> Response:
    ids = [each.told.id for each in await _find(call)]

    def forget(uow: UnitOfWork) -> None:
        for number in ids:
            forget_one(uow, call.viewer, number)

    await call.runtime.db.write(forget)
    return answer({})


async def unread_count(call: Call) -> Response:
    return answer({"count": await call.runtime.db.read(count_new_notified, call.viewer)})


def _envelope(spoken: Sequence[Spoken], *, is_partial: bool) -> Json:
    """Each person and post stands there once."""
    groups: dict[str, list[Spoken]] = {}
    for each in spoken:
        groups.setdefault(group_key(each.told), []).append(each)
    people = {str(each.account["id"]): each.account for each in spoken}
    newest = {str(members[0].account["id"]) for members in groups.values()}
    posts = {str(each.status["id"]): each.status for each in spoken if each.status is not None}
    whole = [each for number, each in people.items() if not is_partial or number in newest]
    found: Json = {
        "accounts": whole,
        "statuses": list(posts.values()),
        "notification_groups": [
            group([each.told for each in members], [str(each.account["id"]) for each in members])
            for members in groups.values()
        ],
    }
    if is_partial:
        rest = [each for number, each in people.items() if number not in newest]
        found["partial_accounts"] = [partial_account(each) for each in rest]
    return found


async def _find(call: Call) -> list[Spoken]:
    """What has this key now; raises NotFound when nothing has."""
    key, viewer, reader = call.text("key"), call.viewer, reader_of(call)
    word = key.partition("-")[0]
    kinds = kinds_of([word], []) if word in TYPES.values() else list(TYPES)

    def read(session: Session) -> list[Spoken]:
        told = list_notified(session, viewer, kinds, _ALL)
        wanted = [each for each in told if group_key(each) == key]
        return speak_of(session, viewer, reader, wanted)

    found = await call.runtime.db.read(read)
    if not found:
        raise NotFound
    return found


_ALL: Final = Paging(_LOOKED_AT)
_READ: Final = a_person(Scope.READ_NOTIFICATIONS)
_WRITE: Final = a_person(Scope.WRITE_NOTIFICATIONS)
_GROUPS: Final = "/api/v2/notifications"

routes = [
    ApiRoute("GET", _GROUPS, all_of_them, _READ),
    ApiRoute("GET", f"{_GROUPS}/unread_count", unread_count, _READ),
    ApiRoute("GET", f"{_GROUPS}/{{key}}", one_group, _READ),
    ApiRoute("GET", f"{_GROUPS}/{{key}}/accounts", people_of_group, _READ),
    ApiRoute("POST", f"{_GROUPS}/{{key}}/dismiss", dismiss, _WRITE),
]
