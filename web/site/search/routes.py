"""One box for everything that the reader may find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.errors import FedparentsError
from fedparents.places.distance import RADII
from fedparents.posts.models import PostKind
from fedparents.search.people import Named, search_groups, search_people
from fedparents.search.queries import Looking, search_posts
from fedparents.swaps.models import Direction
from fedparents.text import clean_line
from fedparents.timelines.distances import find_spot
from fedparents.timelines.queries import Feed
from web.forms import new_form
from web.i18n import N_, gettext
from web.routing import Page, start_in_query
from web.site.page import render
from web.site.posts.words import kind_of
from web.site.search.elsewhere import elsewhere_of
from web.site.search.elsewhere import routes as elsewhere_routes
from web.visit import require_viewer, runtime_of

_LONGEST: Final = 200
_CIRCLES: Final = frozenset(map(str, RADII))


@dataclass(frozen=True, slots=True)
class Chip:
    """What of everything is looked for."""

    label: str
    kind: PostKind | None = None
    direction: Direction | None = None


CHIPS: Final[Mapping[str, Chip]] = {
    "": Chip(N_("Everything")),
    "asks": Chip(N_("Asks"), PostKind.SWAP, Direction.ASK),
    "offers": Chip(N_("Offers"), PostKind.SWAP, Direction.OFFER),
    "questions": Chip(N_("Questions"), PostKind.QUESTION),
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a page of results shows."""

    feed: Feed
    people: list[Named]
    groups: list[Named]
    has_spot: bool
    """Whether one can look for what is near: the reader has said where they live."""

    @property
    def is_empty(self) -> bool:
        return not (self.feed.cards or self.people or self.groups)


async def search_page(request: Request) -> Response:
    viewer, before = require_viewer(request), start_in_query(request, "before")
    words, asked = _words(request), _asked(request)
    chip, near = CHIPS[asked.get("in", "")], asked.get("near")
    found = None
    if words:
        looking = Looking(words, chip.kind, chip.direction, within_km=int(near) if near else None)
        found = await runtime_of(request).db.read(_look, viewer, looking, before)
    urls = runtime_of(request).urls

    def path(**choice: object) -> str:
        return urls.path("search", q=words, **{**asked, **choice})

    context = {
        "words": words,
        "found": found,
        "chips": [
            (gettext(each.label), path(**{"in": name or None}), each is chip)
            for name, each in CHIPS.items()
        ],
        "circles": [
            (_how_far(km), path(near=km), str(km or "") == (near or "")) for km in (None, *RADII)
        ],
        "asked": asked,
        "newest": path(),
        "older": path(before=found.feed.older) if found and found.feed.older else "",
        "is_first": before is None,
        "kind_of": kind_of,
        "elsewhere": elsewhere_of(request, words),
        "form": new_form(),
    }
    return render(request, "search/search.html", context)


def _look(session: Session, viewer: Viewer, looking: Looking, before: int | None) -> Found:
    feed = search_posts(session, viewer, looking, before=before)
    has_spot = find_spot(session, viewer) is not None
    if before is not None or looking.kind is not None or looking.within_km is not None:
        return Found(feed, [], [], has_spot)
    people = search_people(session, viewer, looking.words)
    return Found(feed, people, search_groups(session, viewer, looking.words), has_spot)


def _asked(request: Request) -> dict[str, str]:
    """What was chosen beside the words, as far as it can be chosen."""
    chip, near = (request.query_params.get(name, "") for name in ("in", "near"))
    kept = {"in": chip if chip in CHIPS else "", "near": near if near in _CIRCLES else ""}
    return {name: choice for name, choice in kept.items() if choice}


def _how_far(km: int | None) -> str:
    return gettext("Everywhere") if km is None else gettext("%(km)s km", km=km)


def _words(request: Request) -> str:
    """What was typed, as far as it can be looked for."""
    try:
        return clean_line(request.query_params.get("q", ""))[:_LONGEST]
    except FedparentsError:
        return ""


routes = [Page("/search", search_page, name="search"), *elsewhere_routes]
