"""`/api/v1/lists`: people whom somebody reads together. Each group of theirs is one too, so that
every app has a tab for it; who is in that is decided there, not here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Concatenate, Final, ParamSpec

from sqlmodel import Session
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.applications.scopes import Scope
from fedparents.db import UnitOfWork
from fedparents.errors import NotAllowed, NotFound
from fedparents.groups.cards import list_own_groups
from fedparents.groups.seats import list_member_ids
from fedparents.ids import GroupId
from fedparents.paging import Paging
from fedparents.social.lists import (
    ListDraft,
    add_to_list,
    change_list,
    create_list,
    delete_list,
    find_own_list,
    get_own_list,
    list_list_people,
    list_own_lists,
    remove_from_list,
)
from fedparents.social.models import Answers, PeopleList
from fedparents.timelines.faces import get_known_face
from fedparents.timelines.feeds import read_group
from fedparents.timelines.full import FullPage
from fedparents.timelines.lists import read_list
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer, answer_people
from web.api.entities.reader import Json
from web.api.params import Ids, MaybeFlag, MaybeWord, Optional, Params, Required
from web.api.people import MOST as MOST_PEOPLE
from web.api.people import USUAL as USUAL_PEOPLE
from web.api.showing import answer_posts, people_of, read_page, reader_of
from web.api.timelines import status_paging

P = ParamSpec("P")
_ALL_AT_MOST: Final = 2000


class NewListParams(Params):
    title: Required
    replies_policy: Annotated[Answers | None, Optional] = None
    exclusive: MaybeFlag = None


class ChangedListParams(Params):
    title: MaybeWord = None
    replies_policy: Annotated[Answers | None, Optional] = None
    exclusive: MaybeFlag = None


class PeopleParams(Params):
    account_ids: Ids = []


async def all_of_them(call: Call) -> Response:
    return answer(await call.runtime.db.read(_read_all, call.viewer))


async def create(call: Call) -> Response:
    sent = call.read(NewListParams)
    draft = ListDraft(sent.title, sent.replies_policy or Answers.LIST, bool(sent.exclusive))
    return answer(_own_list(await call.runtime.db.write(create_list, call.viewer, draft)))


async def one(call: Call) -> Response:
    number = call.number()
    lists = await call.runtime.db.read(_read_all, call.viewer)
    found = next((each for each in lists if each["id"] == str(number)), None)
    if found is None:
        raise NotFound("list_not_found")
    return answer(found)


async def change(call: Call) -> Response:
    sent = call.read(ChangedListParams)
    return answer(_own_list(await _write_own(call, _change, sent)))


async def remove(call: Call) -> Response:
    await _write_own(call, delete_list)
    return answer({})


async def timeline(call: Call) -> Response:
    paging = status_paging(call)
    pageful = await read_page(call, _read_posts, call.number(), paging)
    return answer_posts(call, pageful, paging)


async def members(call: Call) -> Response:
    """`limit` nought asks for all of them."""
    paging = call.paging(usual=USUAL_PEOPLE, most=MOST_PEOPLE, whole=_ALL_AT_MOST)
    number, viewer, reader = call.number(), call.viewer, reader_of(call)

    def read(session: Session) -> tuple[list[int], list[Json]]:
        ids, people = _read_people(session, viewer, number, paging)
        return ids, people_of(session, viewer, reader, people)

    ids, people = await call.runtime.db.read(read)
    return answer_people(call, people, paging, ids)


async def add(call: Call) -> Response:
    await _write_own(call, add_to_list, call.read(PeopleParams).account_ids)
    return answer({})


async def take_out(call: Call) -> Response:
    await _write_own(call, remove_from_list, call.read(PeopleParams).account_ids)
    return answer({})


async def holding(call: Call) -> Response:
    """One's own lists that somebody is in."""
    viewer, number = call.viewer, call.number()

    def read(session: Session) -> Sequence[PeopleList]:
        get_known_face(session, viewer, number)
        return list_own_lists(session, viewer, holding=number)

    return answer([_own_list(each) for each in await call.runtime.db.read(read)])


def _read_all(session: Session, viewer: Viewer) -> list[Json]:
    """One's groups, then the lists that one made."""
    groups = [_group_list(group.id, group.name) for group in list_own_groups(session, viewer)]
    return groups + [_own_list(each) for each in list_own_lists(session, viewer)]


def _read_posts(session: Session, viewer: Viewer, number: int, paging: Paging) -> FullPage:
    if find_own_list(session, viewer, number) is not None:
        return read_list(session, viewer, number, paging)
    _require_group(session, viewer, number)
    return read_group(session, viewer, GroupId(number), paging)


def _read_people(
    session: Session, viewer: Viewer, number: int, paging: Paging
) -> tuple[list[int], list[int]]:
    """By what the list is ordered, and who they are."""
    if find_own_list(session, viewer, number) is not None:
        lines = list_list_people(session, viewer, number, paging)
        return [line.cursor for line in lines], [line.actor.id for line in lines]
    _require_group(session, viewer, number)
    ids = list_member_ids(session, viewer, GroupId(number), paging)
    return ids, ids


async def _write_own(
    call: Call,
    service: Callable[Concatenate[UnitOfWork, Viewer, int, P], PeopleList | None],
    *args: P.args,
    **kwargs: P.kwargs,
) -> PeopleList:
    """Change one's own list; that of a group is changed by coming and going there."""

    def write(uow: UnitOfWork) -> PeopleList:
        number = call.number()
        if find_own_list(uow.session, call.viewer, number) is None:
            _require_group(uow.session, call.viewer, number)
            raise NotAllowed
        found = get_own_list(uow.session, call.viewer, number)
        return service(uow, call.viewer, number, *args, **kwargs) or found

    return await call.runtime.db.write(write)


def _change(uow: UnitOfWork, viewer: Viewer, number: int, sent: ChangedListParams) -> PeopleList:
    """What is not sent stays as it is."""
    found = get_own_list(uow.session, viewer, number)
    draft = ListDraft(
        title=found.title if sent.title is None else sent.title,
        answers=sent.replies_policy or found.answers,
        is_exclusive=found.is_exclusive if sent.exclusive is None else sent.exclusive,
    )
    return change_list(uow, viewer, number, draft)


def _require_group(session: Session, viewer: Viewer, number: int) -> None:
    if all(group.id != number for group in list_own_groups(session, viewer)):
        raise NotFound("list_not_found")


def _own_list(found: PeopleList) -> Json:
    return {
        "id": str(found.id),
        "title": found.title,
        "replies_policy": found.answers,
        "exclusive": found.is_exclusive,
    }


def _group_list(group_id: int, name: str) -> Json:
    return {
        "id": str(group_id),
        "title": name,
        "replies_policy": Answers.LIST,
        "exclusive": False,
    }


_READ: Final = a_person(Scope.READ_LISTS)
_WRITE: Final = a_person(Scope.WRITE_LISTS)
_LISTS: Final = "/api/v1/lists"

routes = [
    ApiRoute("GET", _LISTS, all_of_them, _READ),
    ApiRoute("POST", _LISTS, create, _WRITE),
    ApiRoute("GET", f"{_LISTS}/{{id}}", one, _READ),
    ApiRoute("PUT", f"{_LISTS}/{{id}}", change, _WRITE),
    ApiRoute("DELETE", f"{_LISTS}/{{id}}", remove, _WRITE),
    ApiRoute("GET", f"{_LISTS}/{{id}}/accounts", members, _READ),
    ApiRoute("POST", f"{_LISTS}/{{id}}/accounts", add, _WRITE),
    ApiRoute("DELETE", f"{_LISTS}/{{id}}/accounts", take_out, _WRITE),
    ApiRoute("GET", "/api/v1/accounts/{id}/lists", holding, _READ),
    ApiRoute("GET", "/api/v1/timelines/list/{id}", timeline, _READ),
]
