"""`/api/fedparents/v1/groups/{id}/…`: who is in a group, who asks to be, and who leaves it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Final

from sqlmodel import Session

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.applications.scopes import Scope
from fedparents.db import UnitOfWork
from fedparents.errors import Invalid, NotFound
from fedparents.groups.access import get_seat
from fedparents.groups.joining import (
    approve_request,
    ask_to_join,
    decline_request,
    withdraw_request,
)
from fedparents.groups.members import change_member_role, leave_group, unban_member
from fedparents.groups.models import GroupRole
from fedparents.groups.policy import Standing
from fedparents.groups.queries import get_member
from fedparents.groups.requests import list_requests
from fedparents.groups.seats import MemberLine, list_memberships
from fedparents.ids import ActorId, GroupId, PostId
from fedparents.moderation.deciding import DecisionDraft, decide_on_member, decide_on_post
from fedparents.moderation.models import Action, Ground
from fedparents.posts.access import get_met
from fedparents.timelines.faces import list_faces, list_known_faces
from web.api.calls import Call
from web.api.endpoints import a_person
from web.api.own.entities import Empty, Group, JoinRequest, Member
from web.api.own.groups import read_whole
from web.api.own.route import Listed, Nothing, OwnRoute, Shape, as_sent
from web.api.params import Flag, Number, Optional, Params, Required, Word, Words
from web.api.people import people_paging
from web.api.showing import accounts, reader_of
from web.i18n import gettext

_LONGEST_BAN: Final = 10 * 365


class MemberQuery(Params):
    role: Annotated[GroupRole | None, Optional] = None


class Answers(Params):
    """In the order of the group's questions; `invite` is the end of an invitation's address."""

    answers: Words = []
    invite: Word = ""


class NewRole(Params):
    role: GroupRole


class Putting(Params):
    """Why somebody, or something, goes: told to whoever it is about."""

    reason: Required
    rule: Word = ""
    """Which rule of the group it stands on."""


class PuttingOut(Putting):
    ban: Flag = False
    days: Number = None
    """How long a ban lasts; without it, for good."""


class Refusal(Params):
    message: Word = ""


async def list_members(call: Call, sent: MemberQuery) -> Listed[Member]:
    viewer, reader, paging = call.viewer, reader_of(call), people_paging(call)
    number = GroupId(call.number())

    def read(session: Session) -> tuple[list[Member], list[int]]:
        lines = list_memberships(session, viewer, number, paging, role=sent.role)
        faces = list_known_faces(session, viewer, [line.actor_id for line in lines])
        known = [line for line in lines if line.actor_id in faces]
        people = accounts(session, reader, [faces[line.actor_id] for line in known])
        found = [Member.of(line, each) for line, each in zip(known, people, strict=True)]
        return found, [line.actor_id for line in lines]

    found, ids = await call.runtime.db.read(read)
    return Listed(found, paging, ids)


async def change_role(call: Call, sent: NewRole) -> Member:
    viewer, reader = call.viewer, reader_of(call)
    number, person = GroupId(call.number()), ActorId(call.number("account_id"))
    await call.runtime.db.write(change_member_role, viewer, number, person, sent.role)

    def read(session: Session) -> Member:
        view = get_member(session, viewer, number, person)
        faces = list_faces(session, viewer, [person])
        line = MemberLine(person, view.role, view.since_at)
        return Member.of(line, accounts(session, reader, [faces[person]])[0])

    return await call.runtime.db.read(read)


async def put_out(call: Call, sent: PuttingOut) -> Empty:
    until = None
    if sent.ban and sent.days is not None:
        days = min(max(sent.days, 0), _LONGEST_BAN)
        until = clock.now().date() + timedelta(days=days)
    draft = DecisionDraft(
        action=Action.BAN if sent.ban else Action.REMOVE,
        ground=Ground.RULE,
        ground_text=sent.rule or gettext("Rules of the group"),
        facts=sent.reason,
        banned_until=until,
    )
    await call.runtime.db.write(
        _put_out, call.viewer, GroupId(call.number()), ActorId(call.number("account_id")), draft
    )
    return Empty()


async def let_ask_again(call: Call, _sent: Nothing) -> Empty:
    number, person = GroupId(call.number()), ActorId(call.number("account_id"))
    await call.runtime.db.write(unban_member, call.viewer, number, person)
    return Empty()


async def join(call: Call, sent: Answers) -> Group:
    call.count("ask_to_join")
    number = GroupId(call.number())
    await call.runtime.db.write(ask_to_join, call.viewer, number, sent.answers, token=sent.invite)
    return await read_whole(call, number)


async def leave(call: Call, _sent: Nothing) -> Empty:
    await call.runtime.db.write(_leave, call.viewer, GroupId(call.number()))
    return Empty()


async def list_join_requests(call: Call, _sent: Nothing) -> list[JoinRequest]:
    viewer, reader, number = call.viewer, reader_of(call), GroupId(call.number())

    def read(session: Session) -> list[JoinRequest]:
        views = list_requests(session, viewer, number)
        faces = list_faces(session, viewer, [view.request.actor_id for view in views])
        people = accounts(session, reader, [faces[view.request.actor_id] for view in views])
        return [JoinRequest.of(view, each) for view, each in zip(views, people, strict=True)]

    return await call.runtime.db.read(read)


async def accept(call: Call, _sent: Nothing) -> Empty:
    number, request = GroupId(call.number()), call.number("request_id")
    await call.runtime.db.write(approve_request, call.viewer, number, request)
    return Empty()


async def reject(call: Call, sent: Refusal) -> Empty:
    number, request = GroupId(call.number()), call.number("request_id")
    try:
        await call.runtime.db.write(decline_request, call.viewer, number, request, sent.message)
    except Invalid as error:
        raise as_sent(error, {"reason": "message"}) from error
    return Empty()


async def hide_post(call: Call, sent: Putting) -> Empty:
    draft = DecisionDraft(
        action=Action.HIDE,
        ground=Ground.RULE,
        ground_text=sent.rule or gettext("Rules of the group"),
        facts=sent.reason,
    )
    number, post = GroupId(call.number()), PostId(call.number("status_id"))
    await call.runtime.db.write(_hide, call.viewer, number, post, draft)
    return Empty()


def _put_out(
    uow: UnitOfWork, viewer: Viewer, group_id: GroupId, person: ActorId, draft: DecisionDraft
) -> None:
    try:
        decide_on_member(uow, viewer, group_id, person, draft)
    except Invalid as error:
        raise as_sent(error, _NAMES) from error


def _hide(
    uow: UnitOfWork, viewer: Viewer, group_id: GroupId, post_id: PostId, draft: DecisionDraft
) -> None:
    if get_met(uow.session, viewer, post_id, today=uow.now.date()).post.group_id != group_id:
        raise NotFound("post_not_found")
    try:
        decide_on_post(uow, viewer, post_id, draft)
    except Invalid as error:
        raise as_sent(error, _NAMES) from error


def _leave(uow: UnitOfWork, viewer: Viewer, group_id: GroupId) -> None:
    """Or take one's request back; whoever neither is in nor waits has left already."""
    seat = get_seat(uow.session, viewer, group_id, today=uow.now.date())
    if seat.standing == Standing.PENDING:
        withdraw_request(uow, viewer, group_id)
    elif seat.standing not in {Standing.STRANGER, Standing.BANNED}:
        leave_group(uow, viewer, group_id)


_NAMES: Final = {"facts": "reason", "ground_text": "rule", "banned_until": "days"}


_READ: Final = a_person(Scope.READ_GROUPS)
_WRITE: Final = a_person(Scope.WRITE_GROUPS)
_GROUP: Final = "/groups/{id}"
_MEMBER: Final = "/groups/{id}/members/{account_id}"
_REQUEST: Final = "/groups/{id}/join_requests/{request_id}"

routes: list[OwnRoute[Any, Any]] = [
    OwnRoute(
        f"GET {_GROUP}/members",
        list_members,
        _READ,
        takes=MemberQuery,
        gives=Member,
        shape=Shape.PEOPLE,
        says="Who is in a group, for its members; those of one role, if that is asked for.",
    ),
    OwnRoute(
        f"PATCH {_MEMBER}",
        change_role,
        _WRITE,
        takes=NewRole,
        gives=Member,
        says="Give a member another role; for managers.",
    ),
    OwnRoute(
        f"DELETE {_MEMBER}",
        put_out,
        _WRITE,
        takes=PuttingOut,
        gives=Empty,
        says="Put somebody out, who may ask to come back unless banned; for those who decide.",
    ),
    OwnRoute(
        f"POST {_MEMBER}/unban",
        let_ask_again,
        _WRITE,
        takes=Nothing,
        gives=Empty,
        says="Let somebody who was banned ask to join again; for those who decide.",
    ),
    OwnRoute(
        f"POST {_GROUP}/join",
        join,
        _WRITE,
        takes=Answers,
        gives=Group,
        says="Become a member, or ask to, with an answer to each of the group's questions.",
    ),
    OwnRoute(
        f"POST {_GROUP}/leave",
        leave,
        _WRITE,
        takes=Nothing,
        gives=Empty,
        says="Leave a group, or take one's request to join it back.",
    ),
    OwnRoute(
        f"GET {_GROUP}/join_requests",
        list_join_requests,
        _READ,
        takes=Nothing,
        gives=JoinRequest,
        shape=Shape.LIST,
        says="Who waits to be let in, the longest first; for those who decide.",
    ),
    OwnRoute(
        f"POST {_REQUEST}/accept",
        accept,
        _WRITE,
        takes=Nothing,
        gives=Empty,
        says="Let somebody in; for those who decide.",
    ),
    OwnRoute(
        f"POST {_REQUEST}/reject",
        reject,
        _WRITE,
        takes=Refusal,
        gives=Empty,
        says="Say no to somebody, with a few words for them; for those who decide.",
    ),
    OwnRoute(
        f"DELETE {_GROUP}/statuses/{{status_id}}",
        hide_post,
        _WRITE,
        takes=Putting,
        gives=Empty,
        says="Hide a post from the group, with a reason for its author; for those who decide.",
    ),
]
