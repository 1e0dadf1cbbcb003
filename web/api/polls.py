"""`/api/v1/polls`: each has the number of its post."""

from __future__ import annotations

from sqlmodel import Session
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.applications.scopes import Scope
from fedparents.errors import Conflict, Invalid, NotFound
from fedparents.ids import PostId
from fedparents.posts.polls import PollView, vote
from fedparents.timelines.feeds import get_full
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer, anybody
from web.api.entities.posts import poll
from web.api.errors import Refused
from web.api.params import Params, Words
from web.api.showing import reader_of, viewer_or_none
from web.routing import read_number

_NO_CHOICE = -1


class Votes(Params):
    choices: Words = []


async def one(call: Call) -> Response:
    view = await call.runtime.db.read(_get, viewer_or_none(call), PostId(call.number()))
    return answer(poll(view, reader_of(call)))


async def choose(call: Call) -> Response:
    number, choices = PostId(call.number()), call.read(Votes).choices
    await call.runtime.db.read(_get, call.viewer, number)
    chosen = [_choice(each) for each in choices]
    try:
        await call.runtime.db.write(vote, call.viewer, number, chosen)
    except Conflict as error:
        raise Refused(f"vote_{error.code}") from error
    except Invalid as error:
        raise Refused("vote_unknown_choice") from error
    return await one(call)


def _choice(word: str) -> int:
    number = read_number(word)
    return _NO_CHOICE if number is None else number


def _get(session: Session, viewer: Viewer | None, number: PostId) -> PollView:
    view = get_full(session, viewer, number).polls.get(number)
    if view is None:
        raise NotFound("post_not_found")
    return view


routes = [
    ApiRoute("GET", "/api/v1/polls/{id}", one, anybody(Scope.READ_STATUSES)),
    ApiRoute("POST", "/api/v1/polls/{id}/votes", choose, a_person(Scope.WRITE_STATUSES)),
]
