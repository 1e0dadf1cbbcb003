"""`POST /api/v1/accounts/:id/...`: following, which joins a group, blocking, muting, noting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, Final, ParamSpec

from sqlmodel import Session
from starlette.responses import Response

from fedparents import clock
from fedparents.applications.scopes import Scope
from fedparents.applications.wishes import is_language
from fedparents.db import UnitOfWork
from fedparents.errors import Invalid
from fedparents.groups.joining import ask_to_join, withdraw_request
from fedparents.groups.members import leave_group, mute_group
from fedparents.groups.seats import SeatOf, list_seats
from fedparents.ids import ActorId, GroupId
from fedparents.social.follows import (
    FollowDraft,
    accept_follow,
    follow_actor,
    reject_follow,
    remove_follower,
    unfollow_actor,
)
from fedparents.social.service import (
    block_actor,
    mute_actor,
    note_actor,
    unblock_actor,
    unmute_actor,
)
from fedparents.timelines.faces import list_known_faces
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer
from web.api.groups_named import with_questions
from web.api.params import Flag, MaybeFlag, Number, Params, Word, Words, span_of
from web.api.people import read_relationships

P = ParamSpec("P")


class FollowParams(Params):
    reblogs: MaybeFlag = None
    notify: MaybeFlag = None
    languages: Words | None = None


class MuteParams(Params):
    notifications: Flag = True
    duration: Number = None


class NoteParams(Params):
    comment: Word = ""


async def follow(call: Call) -> Response:
    sent, number = call.read(FollowParams), call.number()
    if (await _seat(call, number)) is not None:
        call.count("ask_to_join")
        try:
            return await _change(call, ask_to_join, call.viewer, GroupId(number))
        except Invalid as error:
            page = f"{call.runtime.settings.base_url}/groups/{number}"
            raise with_questions(error, page) from error
    call.count("follow")
    languages = sent.languages and [
        each for each in dict.fromkeys(sent.languages) if is_language(each)
    ]
    draft = FollowDraft(
        shows_shares=sent.reblogs,
        notifies=sent.notify,
        languages=languages,
    )
    return await _change(call, follow_actor, call.viewer, ActorId(number), draft)


async def unfollow(call: Call) -> Response:
    number = call.number()
    seat = await _seat(call, number)
    if seat is None:
        return await _change(call, unfollow_actor, call.viewer, ActorId(number))
    if seat.is_member:
        return await _change(call, leave_group, call.viewer, GroupId(number))
    if seat.has_asked:
        return await _change(call, withdraw_request, call.viewer, GroupId(number))
    return await _answer(call, number)


async def mute(call: Call) -> Response:
    sent, number = call.read(MuteParams), call.number()
    if (await _seat(call, number)) is not None:
        return await _change(call, mute_group, call.viewer, GroupId(number), is_muted=True)
    until = clock.now() + span_of(sent.duration) if sent.duration else None
    return await _change(
        call,
        mute_actor,
        call.viewer,
        ActorId(number),
        until=until,
        hides_notifications=sent.notifications,
    )


async def unmute(call: Call) -> Response:
    number = call.number()
    if (await _seat(call, number)) is not None:
        return await _change(call, mute_group, call.viewer, GroupId(number), is_muted=False)
    return await _change(call, unmute_actor, call.viewer, ActorId(number))


async def block(call: Call) -> Response:
    return await _change(call, block_actor, call.viewer, ActorId(call.number()))


async def unblock(call: Call) -> Response:
    return await _change(call, unblock_actor, call.viewer, ActorId(call.number()))


async def note(call: Call) -> Response:
    words = call.read(NoteParams).comment
    return await _change(call, note_actor, call.viewer, ActorId(call.number()), words)


async def remove(call: Call) -> Response:
    return await _change(call, remove_follower, call.viewer, ActorId(call.number()))


async def authorize(call: Call) -> Response:
    return await _change(call, accept_follow, call.viewer, ActorId(call.number()))


async def reject(call: Call) -> Response:
    return await _change(call, reject_follow, call.viewer, ActorId(call.number()))


async def _seat(call: Call, number: int) -> SeatOf | None:
    """What the viewer is to a group; None when it is a person, or nobody for the viewer."""
    viewer = call.viewer

    def read(session: Session) -> SeatOf | None:
        face = list_known_faces(session, viewer, [number]).get(number)
        if face is None or not face.is_group:
            return None
        return list_seats(session, viewer, [number], today=clock.now().date())[number]

    return await call.runtime.db.read(read)


async def _change(
    call: Call,
    service: Callable[Concatenate[UnitOfWork, P], object],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Response:
    await call.runtime.db.write(service, *args, **kwargs)
    return await _answer(call, call.number())


async def _answer(call: Call, number: int) -> Response:
    """What the two are to each other now."""
    found = await call.runtime.db.read(read_relationships, call.viewer, [number])
    return answer(found[0] if found else {})


_FOLLOW: Final = a_person(Scope.WRITE_FOLLOWS)
_BLOCK: Final = a_person(Scope.WRITE_BLOCKS)
_MUTE: Final = a_person(Scope.WRITE_MUTES)
_PERSON: Final = "/api/v1/accounts/{id}"
_ASKING: Final = "/api/v1/follow_requests/{id}"

routes = [
    ApiRoute("POST", f"{_PERSON}/follow", follow, _FOLLOW),
    ApiRoute("POST", f"{_PERSON}/unfollow", unfollow, _FOLLOW),
    ApiRoute("POST", f"{_PERSON}/remove_from_followers", remove, _FOLLOW),
    ApiRoute("POST", f"{_PERSON}/block", block, _BLOCK),
    ApiRoute("POST", f"{_PERSON}/unblock", unblock, _BLOCK),
    ApiRoute("POST", f"{_PERSON}/mute", mute, _MUTE),
    ApiRoute("POST", f"{_PERSON}/unmute", unmute, _MUTE),
    ApiRoute("POST", f"{_PERSON}/note", note, a_person(Scope.WRITE_ACCOUNTS)),
    ApiRoute("POST", f"{_ASKING}/authorize", authorize, _FOLLOW),
    ApiRoute("POST", f"{_ASKING}/reject", reject, _FOLLOW),
]
