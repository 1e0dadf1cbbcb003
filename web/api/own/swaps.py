"""`/api/fedparents/v1/swaps` and `…/statuses/{id}`: asks and offers, and what becomes of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Annotated, Any, Final

from fedparents.accounts.sessions import Viewer
from fedparents.applications.scopes import Scope
from fedparents.db import UnitOfWork
from fedparents.ids import PostId
from fedparents.posts.asking import accept_answer, close_post, reopen_post, unaccept_answer
from fedparents.posts.models import Post
from fedparents.swaps.models import Direction
from fedparents.timelines.feeds import get_full
from fedparents.timelines.swaps import read_swaps
from web.api.calls import Call
from web.api.endpoints import a_person
from web.api.entities.posts import statuses
from web.api.own.entities import Status
from web.api.own.route import Listed, Nothing, OwnRoute, Shape
from web.api.params import Id, Optional, Params
from web.api.showing import fill, post_number, read_page, reader_of
from web.api.timelines import status_paging


class State(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class SwapQuery(Params):
    kind: Annotated[Direction | None, Optional] = None
    state: Annotated[State | None, Optional] = None
    group_id: Id = None


async def list_swaps(call: Call, sent: SwapQuery) -> Listed[Status]:
    paging = status_paging(call)
    pageful = await read_page(
        call,
        read_swaps,
        paging,
        direction=sent.kind,
        is_closed=None if sent.state is None else sent.state == State.CLOSED,
        group_id=sent.group_id,
    )
    found = Status.list_of(statuses(pageful, reader_of(call)))
    return Listed(found, paging, [post.place for post in pageful.page.posts])


def _doing(
    service: Callable[[UnitOfWork, Viewer, PostId], Post],
) -> Callable[[Call, Nothing], Awaitable[Status]]:
    """Something that is done to a post; the one that it changed, as it is then."""

    async def do(call: Call, _sent: Nothing) -> Status:
        viewer, number, reader = call.viewer, await post_number(call), reader_of(call)

        def change(uow: UnitOfWork) -> int:
            return service(uow, viewer, number).id

        changed = PostId(await call.runtime.db.write(change))
        page = await call.runtime.db.read(
            lambda session: fill(session, viewer, get_full(session, viewer, changed))
        )
        return Status.list_of(statuses(page, reader))[0]

    return do


_WRITE: Final = a_person(Scope.WRITE_STATUSES)
_STATUS: Final = "/statuses/{id}"

routes: list[OwnRoute[Any, Any]] = [
    OwnRoute(
        "GET /swaps",
        list_swaps,
        a_person(Scope.READ_STATUSES),
        takes=SwapQuery,
        gives=Status,
        shape=Shape.POSTS,
        says="Asks and offers that one may read, the newest first; all of them, or of one group.",
    ),
    OwnRoute(
        f"POST {_STATUS}/close",
        _doing(close_post),
        _WRITE,
        takes=Nothing,
        gives=Status,
        says="No more answers are needed; for whoever said it and those who look after the group.",
    ),
    OwnRoute(
        f"POST {_STATUS}/reopen",
        _doing(reopen_post),
        _WRITE,
        takes=Nothing,
        gives=Status,
        says="Answers are welcome again.",
    ),
    OwnRoute(
        f"POST {_STATUS}/accept",
        _doing(accept_answer),
        _WRITE,
        takes=Nothing,
        gives=Status,
        says="This answer helped. Gives the question, ask or offer that it answers.",
    ),
    OwnRoute(
        f"POST {_STATUS}/unaccept",
        _doing(unaccept_answer),
        _WRITE,
        takes=Nothing,
        gives=Status,
        says="No answer to this question, ask or offer helped after all.",
    ),
]
