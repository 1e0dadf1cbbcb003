"""Of whom one hears at once: `/api/v2/notifications/policy`, `/api/v1/notifications/requests`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

from sqlmodel import Session
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.applications.scopes import Scope
from fedparents.conversations.queries import count_requests
from fedparents.db import UnitOfWork
from fedparents.errors import NotFound
from fedparents.notifications.feed import KINDS, list_notified
from fedparents.notifications.models import Sifting
from fedparents.notifications.sifting import (
    SiftingDraft,
    Waiting,
    change_sifting,
    count_waiting,
    forget_sender,
    get_sifting,
    get_waiting,
    list_waiting,
    welcome_sender,
)
from fedparents.paging import Paging
from web.api.calls import Call
from web.api.endpoints import ApiHandler, ApiRoute, a_person, answer, answer_page
from web.api.entities.reader import Json, Reader, moment
from web.api.notifications import speak_of
from web.api.params import Ids, MaybeFlag, Optional, Params
from web.api.showing import people_of, reader_of

_USUAL: Final = 40
_MOST: Final = 80
_LAST_LOOKED_AT: Final = 5


class PolicyParams(Params):
    for_not_following: Annotated[Sifting | None, Optional] = None
    for_not_followers: Annotated[Sifting | None, Optional] = None
    for_new_accounts: Annotated[Sifting | None, Optional] = None


class OldPolicyParams(Params):
    filter_not_following: MaybeFlag = None
    filter_not_followers: MaybeFlag = None
    filter_new_accounts: MaybeFlag = None


class RequestsParams(Params):
    id: Ids = []


async def policy(call: Call) -> Response:
    return answer(await call.runtime.db.read(_policy, call.viewer))


async def change_policy(call: Call) -> Response:
    """Strangers' letters always wait for a yes, and towns that are limited are heard by those alone
    who follow somebody there: of these two nothing is changed."""
    sent = call.read(PolicyParams)
    draft = SiftingDraft(sent.for_not_following, sent.for_not_followers, sent.for_new_accounts)
    await call.runtime.db.write(change_sifting, call.viewer, draft)
    return await policy(call)


async def old_policy(call: Call) -> Response:
    """Where it was yes or no."""
    found = await call.runtime.db.read(_policy, call.viewer)
    names = ("not_following", "not_followers", "new_accounts", "private_mentions")
    told = {f"filter_{name}": found[f"for_{name}"] != Sifting.ACCEPT for name in names}
    return answer({**told, "summary": found["summary"]})


async def change_old_policy(call: Call) -> Response:
    sent = call.read(OldPolicyParams)
    draft = SiftingDraft(
        _of_flag(sent.filter_not_following),
        _of_flag(sent.filter_not_followers),
        _of_flag(sent.filter_new_accounts),
    )
    await call.runtime.db.write(change_sifting, call.viewer, draft)
    return await old_policy(call)


async def requests(call: Call) -> Response:
    """Strangers' letters wait on a page of their own, where one sees what a yes means."""
    paging, viewer, reader = call.paging(usual=_USUAL, most=_MOST), call.viewer, reader_of(call)

    def read(session: Session) -> tuple[list[int], list[Json]]:
        found = list_waiting(session, viewer, paging)
        return [each.newest_id for each in found], _requests(session, viewer, reader, found)

    ids, found = await call.runtime.db.read(read)
    return answer_page(call, found, paging, ids)


async def one_request(call: Call) -> Response:
    """Its number is that of whoever waits."""
    viewer, reader, number = call.viewer, reader_of(call), call.number()

    def read(session: Session) -> list[Json]:
        return _requests(session, viewer, reader, [get_waiting(session, viewer, number)])

    found = await call.runtime.db.read(read)
    if not found:
        raise NotFound
    return answer(found[0])


async def merged(_call: Call) -> Response:
    return answer({"merged": True})


def _deciding(service: Callable[[UnitOfWork, Viewer, int], None]) -> ApiHandler:
    async def decide(call: Call) -> Response:
        await call.runtime.db.write(service, call.viewer, call.number())
        return answer({})

    return decide


def _deciding_several(service: Callable[[UnitOfWork, Viewer, int], None]) -> ApiHandler:
    async def decide(call: Call) -> Response:
        wanted = call.read(RequestsParams).id[:_MOST]

        def write(uow: UnitOfWork) -> None:
            for number in dict.fromkeys(wanted):
                service(uow, call.viewer, number)

        await call.runtime.db.write(write)
        return answer({})

    return decide


def _policy(session: Session, viewer: Viewer) -> dict[str, Any]:
    rule, letters = get_sifting(session, viewer), count_requests(session, viewer)
    people, told = count_waiting(session, viewer)
    return {
        "for_not_following": rule.not_following,
        "for_not_followers": rule.not_followers,
        "for_new_accounts": rule.new_accounts,
        "for_private_mentions": Sifting.FILTER,
        "for_limited_accounts": Sifting.FILTER,
        "summary": {
            "pending_requests_count": letters + people,
            "pending_notifications_count": letters + told,
        },
    }


def _of_flag(flag: bool | None) -> Sifting | None:
    if flag is None:
        return None
    return Sifting.FILTER if flag else Sifting.ACCEPT


def _requests(
    session: Session, viewer: Viewer, reader: Reader, waiting: Sequence[Waiting]
) -> list[Json]:
    """Those who exist for the viewer, each with the last post that there is of them."""
    people = people_of(session, viewer, reader, [each.actor_id for each in waiting])
    known = {str(person["id"]): person for person in people}
    found = []
    for each in waiting:
        account = known.get(str(each.actor_id))
        if account is None:
            continue
        told = list_notified(
            session, viewer, KINDS, Paging(_LAST_LOOKED_AT), by=each.actor_id, sifted_too=True
        )
        spoken = speak_of(session, viewer, reader, told)
        entity: Json = {
            "id": str(each.actor_id),
            "created_at": moment(each.since_at),
            "updated_at": moment(each.last_at),
            "account": account,
            "notifications_count": str(each.count),
        }
        last = next((one.status for one in spoken if one.status is not None), None)
        found.append(entity | {"last_status": last} if last is not None else entity)
    return found


_READ: Final = a_person(Scope.READ_NOTIFICATIONS)
_WRITE: Final = a_person(Scope.WRITE_NOTIFICATIONS)
_POLICY: Final = "/api/v2/notifications/policy"
_OLD_POLICY: Final = "/api/v1/notifications/policy"
_REQUESTS: Final = "/api/v1/notifications/requests"

routes = [
    ApiRoute("GET", _POLICY, policy, _READ),
    ApiRoute("PATCH", _POLICY, change_policy, _WRITE),
    ApiRoute("PUT", _POLICY, change_policy, _WRITE),
    ApiRoute("GET", _OLD_POLICY, old_policy, _READ),
    ApiRoute("PATCH", _OLD_POLICY, change_old_policy, _WRITE),
    ApiRoute("PUT", _OLD_POLICY, change_old_policy, _WRITE),
    ApiRoute("GET", _REQUESTS, requests, _READ),
    ApiRoute("GET", f"{_REQUESTS}/merged", merged, _READ),
    ApiRoute("POST", f"{_REQUESTS}/accept", _deciding_several(welcome_sender), _WRITE),
    ApiRoute("POST", f"{_REQUESTS}/dismiss", _deciding_several(forget_sender), _WRITE),
    ApiRoute("GET", f"{_REQUESTS}/{{id}}", one_request, _READ),
    ApiRoute("POST", f"{_REQUESTS}/{{id}}/accept", _deciding(welcome_sender), _WRITE),
    ApiRoute("POST", f"{_REQUESTS}/{{id}}/dismiss", _deciding(forget_sender), _WRITE),
]
