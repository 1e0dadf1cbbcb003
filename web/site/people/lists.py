"""One's own lists of people: followed, followers, who asks, muted, blocked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.errors import NotFound
from fedparents.social.queries import (
    PersonLine,
    count_follow_requests,
    list_asked,
    list_blocked,
    list_follow_requests,
    list_followers,
    list_following,
    list_muted,
)
from web.forms import new_form
from web.i18n import N_, gettext
from web.routing import Handler, Page
from web.site.page import render
from web.visit import require_viewer, runtime_of

_A_PAGE: Final = 50
_LONGEST_ID: Final = 18
Query = Callable[[Session, Viewer, int | None], list[PersonLine]]


@dataclass(frozen=True, slots=True)
class PeopleList:
    """One list: its page, its words, and what can be done on each line."""

    route: str
    path: str
    tab: str
    title: str
    lead: str
    empty: str
    query: Query


LISTS: Final = (
    PeopleList(
        "following",
        "/settings/people",
        N_("Following"),
        N_("People you follow"),
        N_("Only they and you know that you follow them."),
        N_("You follow nobody yet. You find people in the groups that you share."),
        lambda session, viewer, before: list_following(
            session, viewer, before=before, limit=_A_PAGE + 1
        ),
    ),
    PeopleList(
        "followers",
        "/settings/people/followers",
        N_("Followers"),
        N_("People who follow you"),
        N_("You can have somebody follow you no longer; they are not told."),
        N_("Nobody follows you yet."),
        lambda session, viewer, before: list_followers(
            session, viewer, before=before, limit=_A_PAGE + 1
        ),
    ),
    PeopleList(
        "follow_requests",
        "/settings/people/requests",
        N_("Requests"),
        N_("People who ask to follow you"),
        N_("Nobody is told when you decline."),
        N_("Nobody asks at the moment."),
        lambda session, viewer, before: list_follow_requests(
            session, viewer, before=before, limit=_A_PAGE + 1
        ),
    ),
    PeopleList(
        "muted",
        "/settings/people/muted",
        N_("Muted"),
        N_("People you have muted"),
        N_("You hear nothing from them, and they do not notice."),
        N_("You have muted nobody."),
        lambda session, viewer, before: list_muted(
            session, viewer, now=clock.now(), before=before, limit=_A_PAGE + 1
        ),
    ),
    PeopleList(
        "blocked",
        "/settings/people/blocked",
        N_("Blocked"),
        N_("People you have blocked"),
        N_("You do not see each other. They are not told."),
        N_("You have blocked nobody."),
        lambda session, viewer, before: list_blocked(
            session, viewer, before=before, limit=_A_PAGE + 1
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of a list shows."""

    people: list[PersonLine]
    asked: list[PersonLine]
    """Whom the viewer has asked to follow; with those whom they follow."""
    asking: int


def _page_of(each: PeopleList) -> Handler:
    async def page(request: Request) -> Response:
        viewer = require_viewer(request)
        before = _cursor(request)
        shown = await runtime_of(request).db.read(_read, viewer, each, before)
        people = shown.people[:_A_PAGE]
        urls = runtime_of(request).urls
        has_more = len(shown.people) > _A_PAGE
        tabs = [
            (_tab(other, shown.asking), urls.path(other.route), other is each) for other in LISTS
        ]
        context = {
            "list": each,
            "tabs": tabs,
            "people": people,
            "asked": shown.asked,
            "more": urls.path(each.route, before=people[-1].cursor) if has_more else "",
            "form": new_form(),
        }
        return render(request, "people/list.html", context)

    return page


def _read(session: Session, viewer: Viewer, each: PeopleList, before: int | None) -> Shown:
    is_first = each.route == "following" and before is None
    return Shown(
        each.query(session, viewer, before),
        list_asked(session, viewer) if is_first else [],
        count_follow_requests(session, viewer),
    )


def _tab(each: PeopleList, asking: int) -> str:
    words = gettext(each.tab)
    return f"{words} ({asking})" if each.route == "follow_requests" and asking else words


def _cursor(request: Request) -> int | None:
    """Where the page begins; raises NotFound for what is no number."""
    text = request.query_params.get("before", "")
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > _LONGEST_ID:
        raise NotFound
    return int(text)


routes = [Page(each.path, _page_of(each), name=each.route) for each in LISTS]
