"""Lists of posts: what was said to everybody here, under a hashtag, and by oneself."""

from __future__ import annotations

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from federation.trust import name_twins
from fedparents.accounts.sessions import Viewer
from fedparents.errors import NotFound
from fedparents.posts.content import tag_of
from fedparents.social.hashtags import standing_of_tags
from fedparents.timelines.queries import Feed, list_own, list_tagged, list_town
from web.routing import Page, start_in_query
from web.site.posts.access import show
from web.visit import require_viewer, runtime_of

_LONGEST_TAG = 60


async def town_page(request: Request) -> Response:
    viewer, before = require_viewer(request), start_in_query(request, "before")
    feed, twins = await runtime_of(request).db.read(_read_town, viewer, before)
    context = {"feed": feed, "twins": twins, "is_first": before is None}
    return show(request, "town", context)


def _read_town(session: Session, viewer: Viewer, before: int | None) -> tuple[Feed, list[str]]:
    return list_town(session, viewer, before=before), name_twins(session)


async def tag_page(request: Request) -> Response:
    """Whatever word stands in the address: one that nobody used has an empty list."""
    viewer, before = require_viewer(request), start_in_query(request, "before")
    tag = str(request.path_params["tag"])
    if len(tag) > _LONGEST_TAG or not tag.isprintable():
        raise NotFound
    feed, is_followed = await runtime_of(request).db.read(_read_tag, viewer, tag, before)
    context = {"feed": feed, "tag": tag, "is_followed": is_followed, "is_first": before is None}
    return show(request, "tag", context)


def _read_tag(session: Session, viewer: Viewer, tag: str, before: int | None) -> tuple[Feed, bool]:
    name = tag_of(tag)
    own = standing_of_tags(session, viewer, [name])
    return list_tagged(session, viewer, tag, before=before), own[name].is_followed


async def own_page(request: Request) -> Response:
    viewer, before = require_viewer(request), start_in_query(request, "before")
    written, older = await runtime_of(request).db.read(list_own, viewer, before=before)
    context: dict[str, object] = {"written": written, "older": older, "is_first": before is None}
    return show(request, "own", context)


routes = [
    Page("/town", town_page, name="town"),
    Page("/tags/{tag}", tag_page, name="tag"),
    Page("/settings/posts", own_page, name="own_posts"),
]
