"""`/api/fedparents/v1/groups`: finding, founding and changing groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any, Final

from sqlmodel import Session

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.applications.scopes import Scope
from fedparents.db import UnitOfWork
from fedparents.errors import Invalid, NotFound
from fedparents.groups.access import get_seat
from fedparents.groups.cards import list_other_groups, list_own_groups
from fedparents.groups.models import Audience, GroupKind
from fedparents.groups.queries import GroupView, get_group
from fedparents.groups.seats import SeatOf, list_seats
from fedparents.groups.service import (
    AboutDraft,
    PrivacyDraft,
    cancel_group_end,
    change_about,
    change_privacy,
    found_group,
    plan_group_end,
)
from fedparents.ids import GroupId, PlaceId
from fedparents.paging import Paging
from fedparents.places.queries import get_place
from fedparents.search.people import search_groups
from fedparents.timelines.faces import get_known_face, list_known_faces
from fedparents.timelines.feeds import read_group
from fedparents.timelines.full import FullPage
from web.api.calls import Call
from web.api.endpoints import a_person, anybody
from web.api.entities.posts import statuses
from web.api.entities.reader import Reader
from web.api.own.entities import JOINING, Group, GroupSummary, Join, Question, Status
from web.api.own.route import Listed, Nothing, OwnRoute, Shape, as_sent
from web.api.params import Flag, Id, MaybeFlag, MaybeWord, Optional, Params, Required, Word, Words
from web.api.people import people_paging
from web.api.showing import read_page, reader_of, viewer_or_none
from web.api.timelines import status_paging


class Filter(StrEnum):
    """Which groups: one's own, others of this place, or others of twins and other towns too."""

    JOINED = "joined"
    LOCAL = "local"
    DISCOVER = "discover"


class GroupQuery(Params):
    filter: Annotated[Filter | None, Optional] = None
    q: Word = ""


class NewGroup(Params):
    title: Required
    name: Word = ""
    """Its handle; made of the title when there is none."""
    description: Word = ""
    kind: Annotated[GroupKind | None, Optional] = None
    join: Annotated[Join | None, Optional] = None
    closed: Flag = True
    hidden: Flag = False
    local_only: Flag = True
    rules: Words = []
    questions: Words = []
    place_id: Id = None


class ChangedGroup(Params):
    """What is not sent stays as it is."""

    title: MaybeWord = None
    description: MaybeWord = None
    kind: Annotated[GroupKind | None, Optional] = None
    join: Annotated[Join | None, Optional] = None
    closed: MaybeFlag = None
    hidden: MaybeFlag = None
    local_only: MaybeFlag = None
    rules: Words | None = None
    questions: Words | None = None
    place_id: Id = None


_FIELDS: Final = {"name": "title", "purpose": "description", "handle": "name"}
"""What the core calls otherwise."""


async def list_groups(call: Call, sent: GroupQuery) -> Listed[GroupSummary]:
    viewer, reader, paging = call.viewer, reader_of(call), people_paging(call)
    if sent.q:
        call.count("search")

    def read(session: Session) -> tuple[list[GroupSummary], list[int]]:
        if sent.q:
            ids = [each.id for each in search_groups(session, viewer, sent.q)]
            return _summaries(session, viewer, ids, reader), []
        if sent.filter in {None, Filter.JOINED}:
            ids = [each.id for each in list_own_groups(session, viewer)]
            return _summaries(session, viewer, ids, reader), []
        cards = list_other_groups(
            session,
            viewer,
            before=paging.max_id,
            limit=paging.limit,
            only_here=sent.filter == Filter.LOCAL,
        )
        others: list[int] = [each.id for each in cards]
        return _summaries(session, viewer, others, reader), others

    found, ids = await call.runtime.db.read(read)
    return Listed(found, paging, ids)


async def show_group(call: Call, _sent: Nothing) -> Group:
    return await read_whole(call, GroupId(call.number()))


async def create_group(call: Call, sent: NewGroup) -> Group:
    call.count("found_group")
    number = await call.write_once(int, _found, call.viewer, sent)
    return await read_whole(call, GroupId(number))


async def change_group(call: Call, sent: ChangedGroup) -> Group:
    number = GroupId(call.number())
    await call.runtime.db.write(_change, call.viewer, number, sent)
    return await read_whole(call, number)


async def end_group(call: Call, _sent: Nothing) -> Group:
    number = GroupId(call.number())
    await call.runtime.db.write(plan_group_end, call.viewer, number)
    return await read_whole(call, number)


async def keep_group(call: Call, _sent: Nothing) -> Group:
    number = GroupId(call.number())
    await call.runtime.db.write(cancel_group_end, call.viewer, number)
    return await read_whole(call, number)


async def list_questions(call: Call, _sent: Nothing) -> list[Question]:
    view = await call.runtime.db.read(get_group, viewer_or_none(call), GroupId(call.number()))
    return [Question(number=number, text=text) for number, text in enumerate(view.questions, 1)]


async def read_posts(call: Call, _sent: Nothing) -> Listed[Status]:
    paging = status_paging(call)
    pageful = await read_page(call, _posts, GroupId(call.number()), paging)
    found = Status.list_of(statuses(pageful, reader_of(call)))
    return Listed(found, paging, [post.place for post in pageful.page.posts])


async def read_whole(call: Call, number: GroupId) -> Group:
    """The group as the caller meets it now; raises NotFound."""
    viewer, reader = viewer_or_none(call), reader_of(call)

    def read(session: Session) -> Group:
        view = get_group(session, viewer, number)
        face = get_known_face(session, viewer, number)
        return Group.whole(view, face, _seat(session, viewer, number), reader)

    return await call.runtime.db.read(read)


def _summaries(
    session: Session, viewer: Viewer, ids: Sequence[int], reader: Reader
) -> list[GroupSummary]:
    faces = list_known_faces(session, viewer, ids)
    seats = list_seats(session, viewer, ids, today=clock.now().date())
    return [GroupSummary.of(faces[each], seats[each], reader) for each in ids if each in faces]


def _seat(session: Session, viewer: Viewer | None, number: int) -> SeatOf:
    if viewer is None:
        return SeatOf(number)
    return list_seats(session, viewer, [number], today=clock.now().date())[number]


def _posts(session: Session, viewer: Viewer, number: GroupId, paging: Paging) -> FullPage:
    get_seat(session, viewer, number, today=clock.now().date())
    return read_group(session, viewer, number, paging)


def _found(uow: UnitOfWork, viewer: Viewer, sent: NewGroup) -> int:
    privacy = PrivacyDraft(
        joining=JOINING[sent.join or Join.REQUEST],
        audience=_audience(closed=sent.closed, local_only=sent.local_only or sent.hidden),
        is_hidden=sent.hidden,
        is_local_only=sent.local_only,
    )
    about = AboutDraft(
        name=sent.title,
        purpose=sent.description,
        kind=sent.kind or GroupKind.NEIGHBOURHOOD,
        rules="\n".join(sent.rules),
        questions="\n".join(sent.questions),
        place_id=_place(uow.session, sent.place_id),
    )
    try:
        return found_group(uow, viewer, privacy, about, handle=sent.name).actor_id
    except Invalid as error:
        raise as_sent(error, _FIELDS) from error


def _change(uow: UnitOfWork, viewer: Viewer, number: GroupId, sent: ChangedGroup) -> None:
    view = get_group(uow.session, viewer, number)
    if not view.can_manage:
        raise NotFound("group_not_found")
    about, privacy = _about(uow.session, view, sent), _privacy(view, sent)
    try:
        if about is not None:
            change_about(uow, viewer, number, about)
        if privacy is not None:
            change_privacy(uow, viewer, number, privacy)
    except Invalid as error:
        raise as_sent(error, _FIELDS) from error


def _about(session: Session, view: GroupView, sent: ChangedGroup) -> AboutDraft | None:
    group = view.group
    now = AboutDraft(
        view.name,
        view.purpose,
        group.kind,
        group.rules,
        group.questions,
        PlaceId(group.place_id) if group.place_id is not None else None,
    )
    wished = replace(
        now,
        name=now.name if sent.title is None else sent.title,
        purpose=now.purpose if sent.description is None else sent.description,
        kind=sent.kind or now.kind,
        rules=now.rules if sent.rules is None else "\n".join(sent.rules),
        questions=now.questions if sent.questions is None else "\n".join(sent.questions),
        place_id=now.place_id if sent.place_id is None else _place(session, sent.place_id),
    )
    return None if wished == now else wished


def _privacy(view: GroupView, sent: ChangedGroup) -> PrivacyDraft | None:
    group = view.group
    now = PrivacyDraft(group.joining, group.audience, group.is_hidden, group.is_local_only)
    hidden = now.is_hidden if sent.hidden is None else sent.hidden
    local_only = now.is_local_only if sent.local_only is None else sent.local_only
    wished = replace(
        now,
        joining=JOINING[sent.join] if sent.join is not None else now.joining,
        is_hidden=hidden,
        is_local_only=local_only,
        audience=now.audience
        if sent.closed is None
        else _audience(closed=sent.closed, local_only=local_only or hidden),
    )
    return None if wished == now else wished


def _audience(*, closed: bool, local_only: bool) -> Audience:
    """Who reads a group that is open: everybody, if other towns may know of it."""
    if closed:
        return Audience.MEMBERS
    return Audience.HERE if local_only else Audience.PUBLIC


def _place(session: Session, sent: int | None) -> PlaceId | None:
    if sent is None:
        return None
    try:
        return get_place(session, PlaceId(sent)).id
    except NotFound as error:
        raise Invalid({"place_id": "choose_one"}) from error


_READ: Final = a_person(Scope.READ_GROUPS)
_LOOK: Final = anybody(Scope.READ_GROUPS)
_WRITE: Final = a_person(Scope.WRITE_GROUPS)

routes: list[OwnRoute[Any, Any]] = [
    OwnRoute(
        "GET /groups",
        list_groups,
        _READ,
        takes=GroupQuery,
        gives=GroupSummary,
        shape=Shape.ONWARD,
        says="The groups that one is in, or others: of this place, or of all towns; or by name.",
    ),
    OwnRoute(
        "POST /groups",
        create_group,
        _WRITE,
        takes=NewGroup,
        gives=Group,
        says="Found a group and become its manager. Without more it is closed and known here only.",
    ),
    OwnRoute("GET /groups/{id}", show_group, _LOOK, takes=Nothing, gives=Group, says="One group."),
    OwnRoute(
        "PATCH /groups/{id}",
        change_group,
        _WRITE,
        takes=ChangedGroup,
        gives=Group,
        says="Change a group; for its managers.",
    ),
    OwnRoute(
        "DELETE /groups/{id}",
        end_group,
        _WRITE,
        takes=Nothing,
        gives=Group,
        says="End a group; members read it for fourteen days more. For its managers.",
    ),
    OwnRoute(
        "POST /groups/{id}/keep",
        keep_group,
        _WRITE,
        takes=Nothing,
        gives=Group,
        says="Keep a group that was to end; for its managers.",
    ),
    OwnRoute(
        "GET /groups/{id}/questions",
        list_questions,
        _LOOK,
        takes=Nothing,
        gives=Question,
        shape=Shape.LIST,
        says="What is asked of those who want to join.",
    ),
    OwnRoute(
        "GET /groups/{id}/timeline",
        read_posts,
        a_person(Scope.READ_GROUPS, Scope.READ_STATUSES),
        takes=Nothing,
        gives=Status,
        shape=Shape.POSTS,
        says="What was said in a group, the newest first; nothing for whoever may not read it.",
    ),
]
