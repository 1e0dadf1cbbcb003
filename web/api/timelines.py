"""`/api/v1/timelines`: what reached somebody, what was said to all, and what has a hashtag."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from fedparents.applications.scopes import Scope
from fedparents.errors import NotFound
from fedparents.paging import Paging
from fedparents.timelines.feeds import (
    TagQuery,
    read_home,
    read_public,
    read_tagged,
)
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, anybody
from web.api.params import Flag, Params, Words
from web.api.showing import answer_posts, read_page

_USUAL: Final = 20
_MOST: Final = 40


class PublicParams(Params):
    local: Flag = False
    remote: Flag = False
    only_media: Flag = False


class TagParams(Params):
    any: Words = []
    all: Words = []
    none: Words = []
    local: Flag = False
    only_media: Flag = False


def status_paging(call: Call) -> Paging:
    return call.paging(usual=_USUAL, most=_MOST)


async def home(call: Call) -> Response:
    paging = status_paging(call)
    return answer_posts(call, await read_page(call, read_home, paging), paging)


async def public(call: Call) -> Response:
    sent, paging = call.read(PublicParams), status_paging(call)
    pageful = await read_page(
        call,
        read_public,
        paging,
        only_here=sent.local,
        only_elsewhere=sent.remote,
        only_photos=sent.only_media,
    )
    return answer_posts(call, pageful, paging)


async def tagged(call: Call) -> Response:
    sent, paging = call.read(TagParams), status_paging(call)
    query = TagQuery(call.text("tag").removeprefix("#"), sent.any, sent.all, sent.none)
    pageful = await read_page(
        call,
        read_tagged,
        query,
        paging,
        only_here=sent.local,
        only_photos=sent.only_media,
    )
    return answer_posts(call, pageful, paging)


async def linked(_call: Call) -> Response:
    """No link trends here, so that none has a list."""
    raise NotFound


routes = [
    ApiRoute("GET", "/api/v1/timelines/home", home, a_person(Scope.READ_STATUSES)),
    ApiRoute("GET", "/api/v1/timelines/public", public, a_person(Scope.READ_STATUSES)),
    ApiRoute("GET", "/api/v1/timelines/link", linked, anybody(Scope.READ_STATUSES)),
    ApiRoute("GET", "/api/v1/timelines/tag/{tag}", tagged, a_person(Scope.READ_STATUSES)),
]
