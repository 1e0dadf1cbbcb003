"""`/api/v1/admin/accounts`: who waits to be let in, for those who decide that on their phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlmodel import Session
from starlette.responses import Response

from fedparents.accounts.deciding import approve_account, decline_account
from fedparents.accounts.models import AccountState
from fedparents.accounts.queries import AccountView, get_managed_account, list_managed_accounts
from fedparents.accounts.sessions import Viewer
from fedparents.applications.scopes import Scope
from fedparents.db import UnitOfWork
from fedparents.ids import AccountId
from fedparents.timelines.faces import list_faces
from web.api.calls import Call
from web.api.endpoints import ApiHandler, ApiRoute, a_person, answer, answer_people
from web.api.entities.reader import Json, Reader, moment
from web.api.entities.role import RoleEntity
from web.api.params import Flag, Params, Word
from web.api.showing import accounts, reader_of

_USUAL: Final = 100
_MOST: Final = 200


class Wanted(Params):
    active: Flag = False
    pending: Flag = False
    suspended: Flag = False
    remote: Flag = False
    status: Word = ""
    origin: Word = ""

    @property
    def states(self) -> tuple[AccountState, ...]:
        """Those that one of the words names; none at all for people of other towns."""
        if self.remote or self.origin == "remote":
            return ()
        if self.pending or self.status == "pending":
            return (AccountState.APPROVAL_PENDING,)
        if self.suspended or self.status in {"suspended", "disabled", "silenced"}:
            return (AccountState.FROZEN,)
        if self.active or self.status == "active":
            return (AccountState.ACTIVE, AccountState.LEAVING)
        return tuple(AccountState)


async def listed(call: Call) -> Response:
    sent, paging = call.read(Wanted), call.paging(usual=_USUAL, most=_MOST)
    viewer, reader = call.viewer, reader_of(call)

    def read(session: Session) -> tuple[list[int], list[Json]]:
        views = list_managed_accounts(session, viewer, sent.states, paging)
        return [view.actor.id for view in views], _entities(session, viewer, reader, views)

    ids, found = await call.runtime.db.read(read)
    return answer_people(call, found, paging, ids)


async def one(call: Call) -> Response:
    return await _answer(call)


def _deciding(decide: Callable[[UnitOfWork, AccountView, Viewer], object]) -> ApiHandler:
    async def do(call: Call) -> Response:
        viewer, number = call.viewer, call.number()

        def write(uow: UnitOfWork) -> None:
            decide(uow, get_managed_account(uow.session, viewer, number), viewer)

        await call.runtime.db.write(write)
        return await _answer(call)

    return do


def _approve(uow: UnitOfWork, view: AccountView, by: Viewer) -> None:
    approve_account(uow, AccountId(view.account.id), by=by)


def _reject(uow: UnitOfWork, view: AccountView, by: Viewer) -> None:
    """Without words for the person: apps ask for none."""
    decline_account(uow, AccountId(view.account.id), "", by=by)


async def _answer(call: Call) -> Response:
    viewer, number, reader = call.viewer, call.number(), reader_of(call)

    def read(session: Session) -> Json:
        view = get_managed_account(session, viewer, number)
        return _entities(session, viewer, reader, [view])[0]

    return answer(await call.runtime.db.read(read))


def _entities(
    session: Session, viewer: Viewer, reader: Reader, views: list[AccountView]
) -> list[Json]:
    faces = list_faces(session, viewer, [view.actor.id for view in views])
    shown = accounts(session, reader, [faces[view.actor.id] for view in views])
    return [_entity(view, face) for view, face in zip(views, shown, strict=True)]


def _entity(view: AccountView, face: Json) -> Json:
    """From which address somebody comes is not kept, so there is none to tell."""
    account, state = view.account, view.account.state
    return {
        "id": str(view.actor.id),
        "username": view.actor.handle,
        "domain": None,
        "created_at": moment(account.created_at),
        "email": account.email,
        "ip": None,
        "ips": [],
        "locale": account.language or None,
        "invite_request": account.sign_up_reason or None,
        "role": RoleEntity.of(account.role).model_dump(mode="json"),
        "confirmed": account.confirmed_at is not None,
        "approved": state not in {AccountState.APPROVAL_PENDING, AccountState.DECLINED},
        "disabled": False,
        "sensitized": False,
        "silenced": False,
        "suspended": state == AccountState.FROZEN,
        "account": face,
    }


_READ: Final = a_person(Scope.ADMIN_READ_ACCOUNTS)
_WRITE: Final = a_person(Scope.ADMIN_WRITE_ACCOUNTS)
_PATH: Final = "/api/v1/admin/accounts"

routes = [
    ApiRoute("GET", _PATH, listed, _READ),
    ApiRoute("GET", "/api/v2/admin/accounts", listed, _READ),
    ApiRoute("GET", f"{_PATH}/{{id}}", one, _READ),
    ApiRoute("POST", f"{_PATH}/{{id}}/approve", _deciding(_approve), _WRITE),
    ApiRoute("POST", f"{_PATH}/{{id}}/reject", _deciding(_reject), _WRITE),
]
