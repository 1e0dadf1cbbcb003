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
from fedparents.posts.models import PostKind
from fedparents.search.people import Named, search_groups, search_people
from fedparents.search.queries import Looking, search_posts
from fedparents.swaps.models import Direction
from fedparents.text import clean_line
from fedparents.timelines.queries import Feed
from web.i18n import N_, gettext
from web.routing import Page
from web.site.page import render
from web.site.posts.access import number_in_query
from web.site.posts.words import kind_of
from web.visit import require_viewer, runtime_of

_LONGEST: Final = 200


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

    @property
    def is_empty(self) -> bool:
        return not (self.feed.cards or self.people or self.groups)


async def search_page(request: Request) -> Response:
    viewer, before = require_viewer(request), number_in_query(request, "before")
    words, chosen = _words(request), request.query_params.get("in", "")
    chip = CHIPS.get(chosen, CHIPS[""])
    found = None
    if words:
        looking = Looking(words, chip.kind, chip.direction)
        found = await runtime_of(request).db.read(_look, viewer, looking, before)
    urls = runtime_of(request).urls
    context = {
        "words": words,
        "found": found,
        "chips": [
            (
                gettext(each.label),
                urls.path("search", q=words, **({"in": name} if name else {})),
                each is chip,
            )
            for name, each in CHIPS.items()
        ],
        "chosen": chosen if chosen in CHIPS else "",
        "is_first": before is None,
        "kind_of": kind_of,
    }
    return render(request, "search/search.html", context)


def _look(session: Session, viewer: Viewer, looking: Looking, before: int | None) -> Found:
    feed = search_posts(session, viewer, looking, before=before)
    if before is not None or looking.kind is not None:
        return Found(feed, [], [])
    people = search_people(session, viewer, looking.words)
    return Found(feed, people, search_groups(session, viewer, looking.words))


def _words(request: Request) -> str:
    """What was typed, as far as it can be looked for."""
    try:
        return clean_line(request.query_params.get("q", ""))[:_LONGEST]
    except FedparentsError:
        return ""


routes = [Page("/search", search_page, name="search")]
