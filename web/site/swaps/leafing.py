"""What is asked for and offered, to leaf through, and what one asks and offers oneself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.errors import FedparentsError
from fedparents.places.distance import RADII
from fedparents.posts.content import first_line
from fedparents.swaps.categories import TREE
from fedparents.swaps.details import SIZE_LENGTH
from fedparents.swaps.models import Direction, Swap
from fedparents.swaps.queries import list_swaps_of
from fedparents.text import clean_line
from fedparents.timelines.distances import find_spot
from fedparents.timelines.listings import Sought, list_listings, list_own_listings
from fedparents.timelines.queries import Feed
from web.auth.cookies import TASTE_LASTS, set_cookie
from web.forms import new_form
from web.i18n import N_, gettext
from web.routing import Page, start_in_query
from web.site.page import render
from web.site.posts.words import kind_of
from web.site.swaps.showing import SwapSight, sight_of
from web.site.swaps.words import AGES, age_choices, category_choices
from web.visit import require_viewer, runtime_of, visit_of

_TABS: Final[Mapping[str, str]] = {
    "": N_("Everything"),
    Direction.OFFER: N_("Offers"),
    Direction.ASK: N_("Asks"),
}
_WORDS: Final[Mapping[str, object]] = {"kind_of": kind_of, "first_line": first_line}
_FILTERS: Final = ("category", "size", "age", "near")
_CHOICES: Final = {
    "kind": frozenset(_TABS),
    "category": frozenset(TREE),
    "age": frozenset(map(str, AGES)),
    "near": frozenset(map(str, RADII)),
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of asks and offers."""

    feed: Feed
    swaps: Mapping[int, Swap]
    has_spot: bool = False
    """Whether the reader has said where they live."""

    @property
    def sights(self) -> dict[int, SwapSight]:
        """In the reader's language: never asked for inside a read, which may run elsewhere."""
        return {post_id: sight_of(swap) for post_id, swap in self.swaps.items()}


async def listings_page(request: Request) -> Response:
    """What was chosen last is chosen again, until somebody chooses otherwise."""
    viewer, before = require_viewer(request), start_in_query(request, "before")
    visit, urls = visit_of(request), runtime_of(request).urls
    is_chosen = "chosen" in request.query_params
    kept = dict(parse_qsl(visit.cookies.get(visit.runtime.cookies.swaps, "")))
    asked = _asked(request.query_params if is_chosen else kept)
    shelf = await visit.runtime.db.read(_read_shelf, viewer, _sought(asked), before)

    def path(**choice: object) -> str:
        return urls.path("swaps", **{**asked, "chosen": "yes", **choice})

    context = {
        "feed": shelf.feed,
        "sights": shelf.sights,
        "has_spot": shelf.has_spot,
        "tabs": [
            (gettext(label), path(kind=kind or None), kind == asked.get("kind", ""))
            for kind, label in _TABS.items()
        ]
        + [(gettext("My asks and offers"), urls.path("own_swaps"), False)],
        "form": new_form(asked),
        "kind": asked.get("kind", ""),
        "has_filters": any(name in asked for name in _FILTERS),
        "everything": path(**dict.fromkeys(_FILTERS)),
        "choices": {
            "category": [("", gettext("Everything")), *category_choices()[1:]],
            "age": age_choices(),
            "near": [("", gettext("Everywhere"))]
            + [(str(km), gettext("%(km)s km", km=km)) for km in RADII],
        },
        "newest": path(),
        "older": path(before=shelf.feed.older) if shelf.feed.older else "",
        "is_first": before is None,
        **_WORDS,
    }
    response = render(request, "swaps/listings.html", context)
    if is_chosen:
        names = visit.runtime.cookies
        set_cookie(response, names, names.swaps, urlencode(asked), TASTE_LASTS)
    return response


async def own_listings_page(request: Request) -> Response:
    viewer, before = require_viewer(request), start_in_query(request, "before")
    shelf = await runtime_of(request).db.read(_read_own, viewer, before)
    return render(
        request,
        "swaps/own.html",
        {"feed": shelf.feed, "sights": shelf.sights, "is_first": before is None, **_WORDS},
    )


def _read_shelf(session: Session, viewer: Viewer, sought: Sought, before: int | None) -> Shelf:
    feed = list_listings(session, viewer, sought, before=before)
    return Shelf(feed, _swaps(session, feed), find_spot(session, viewer) is not None)


def _read_own(session: Session, viewer: Viewer, before: int | None) -> Shelf:
    feed = list_own_listings(session, viewer, before=before)
    return Shelf(feed, _swaps(session, feed))


def _swaps(session: Session, feed: Feed) -> Mapping[int, Swap]:
    return list_swaps_of(session, [card.id for card in feed.cards])


def _asked(said: Mapping[str, str]) -> dict[str, str]:
    """What can be chosen, of what an address or a cookie says."""
    asked = {
        name: said.get(name, "") for name, values in _CHOICES.items() if said.get(name) in values
    }
    asked["size"] = _line(said.get("size", ""))
    return {name: value for name, value in asked.items() if value}


def _line(text: str) -> str:
    try:
        return clean_line(text)[:SIZE_LENGTH]
    except FedparentsError:
        return ""


def _sought(asked: Mapping[str, str]) -> Sought:
    kind, age, near = (asked.get(name) for name in ("kind", "age", "near"))
    return Sought(
        direction=Direction(kind) if kind else None,
        category=asked.get("category", ""),
        size=asked.get("size", ""),
        age=int(age) if age else None,
        within_km=int(near) if near else None,
    )


routes = [
    Page("/swaps", listings_page, name="swaps"),
    Page("/swaps/mine", own_listings_page, name="own_swaps"),
]
