"""What an ask or offer is, in words and signs, and the page on which its author corrects it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.errors import Conflict, Invalid, NotAllowed
from fedparents.posts.content import first_line
from fedparents.posts.models import Post
from fedparents.swaps.categories import Care, care_of
from fedparents.swaps.details import details_of
from fedparents.swaps.lasting import ASKED_BEFORE, has_expired
from fedparents.swaps.models import Direction, Mode, Swap
from fedparents.swaps.queries import get_own_swap
from fedparents.swaps.service import describe_swap, renew_swap
from web.forms import FormState, new_form, read_form
from web.i18n import gettext
from web.i18n.words import words_of
from web.routing import Page
from web.site.page import render
from web.site.posts.access import (
    BOTH,
    POST,
    back_or_to_post,
    post_number,
    to_post,
    viewer_or_nothing,
)
from web.site.posts.forms import BackForm
from web.site.swaps.forms import DetailsForm, values_of
from web.site.swaps.words import (
    CATEGORIES,
    CONDITIONS,
    MODES,
    SAFE,
    age_choices,
    ages_in_words,
    category_choices,
    price_in_words,
)
from web.visit import runtime_of

_ASKED: Final = (
    *("mode", "category", "price", "size", "age_from", "age_to"),
    *("condition", "quantity", "made_in", "is_declared_safe"),
)
_OF_OFFERS: Final = {"price", "condition", "quantity", "made_in", "is_declared_safe"}
_ANSWERED_WITH: Final[Mapping[str, tuple[str, ...]]] = {
    "mode": ("price",),
    "category": ("made_in", "is_declared_safe"),
    "age_to": ("age_from",),
}
"""A price in a gift: either is wrong, how or the price."""


@dataclass(frozen=True, slots=True)
class SwapSight:
    """What the page of an ask or offer says of it beside its words."""

    facts: list[tuple[str, str]]
    """Signs and words."""
    care: Care | None
    is_declared_safe: bool
    made_in: int | None
    expires_at: datetime | None
    is_asked_about: bool
    """Its end is near, or behind it: still there?"""
    has_expired: bool


def sight_of(swap: Swap) -> SwapSight:
    now = clock.now()
    is_offer = swap.direction == Direction.OFFER
    ends = swap.expires_at
    return SwapSight(
        facts=facts_of(swap),
        care=care_of(swap.category) if is_offer else None,
        is_declared_safe=swap.is_declared_safe,
        made_in=swap.made_in,
        expires_at=ends,
        is_asked_about=ends is not None and ends - ASKED_BEFORE[swap.direction] <= now,
        has_expired=has_expired(swap, now),
    )


def facts_of(swap: Swap) -> list[tuple[str, str]]:
    """How, what, which size, in what state: as far as somebody said so."""
    mode = mode_in_words(swap.direction, swap.mode, swap.price_cents)
    size = gettext("Size %(size)s", size=swap.size) if swap.size[:1].isdecimal() else swap.size
    found = (
        ("gift" if swap.direction == Direction.OFFER else "hand-helping", mode),
        ("list", gettext(CATEGORIES[swap.category]) if swap.category in CATEGORIES else ""),
        ("hash", size),
        ("user-round", ages_in_words(swap.age_from, swap.age_to)),
        ("check", gettext(CONDITIONS[swap.condition]) if swap.condition else ""),
        ("plus", gettext("%(count)s of them", count=swap.quantity) if swap.quantity > 1 else ""),
    )
    return [(sign, words) for sign, words in found if words]


def mode_in_words(direction: Direction, mode: Mode | None, price_cents: int | None) -> str:
    if mode is None:
        return ""
    if mode == Mode.SELL and price_cents:
        return price_in_words(price_cents)
    return gettext(MODES[direction][mode])


@dataclass(frozen=True, slots=True)
class Fields:
    """What can be chosen when one says what it is."""

    direction: Direction
    modes: list[tuple[str, str]]
    categories: list[tuple[str, str]]
    conditions: list[tuple[str, str]]
    ages: list[tuple[str, str]]
    care: str
    """What has to be declared of such a thing; "" for most."""

    @property
    def names(self) -> list[str]:
        """What is asked, in this order."""
        return [
            name for name in _ASKED if self.direction == Direction.OFFER or name not in _OF_OFFERS
        ]

    def complained_of(self, errors: Mapping[str, str]) -> list[str]:
        """What is wrong, with the answer beside it that may be the wrong one of the two."""
        return [name for name in self.names if {name, *_ANSWERED_WITH.get(name, ())} & set(errors)]


def fields_for(direction: Direction, category: str) -> Fields:
    """In the reader's language."""
    is_offer = direction == Direction.OFFER
    care = care_of(category) if is_offer else None
    modes = [(mode.value, gettext(words)) for mode, words in MODES[direction].items()]
    conditions = [(each.value, gettext(words)) for each, words in CONDITIONS.items()]
    return Fields(
        direction=direction,
        modes=[("", gettext("As my words say") if is_offer else gettext("Either way")), *modes],
        categories=category_choices(),
        conditions=[("", gettext("I do not say")), *conditions] if is_offer else [],
        ages=age_choices(),
        care=gettext(SAFE[care]) if care else "",
    )


async def details_page(request: Request) -> Response:
    """What was understood of the words, corrected by whoever wrote them."""
    viewer, post_id = viewer_or_nothing(request), post_number(request)
    runtime = runtime_of(request)
    post, swap = await runtime.db.read(get_own_swap, viewer, post_id)
    if request.method != "POST":
        form = new_form(values_of(details_of(swap)), of=DetailsForm)
        return _details(request, post, swap.direction, form)
    sent, form = await read_form(request, DetailsForm)
    if sent is None:
        return _details(request, post, swap.direction, form)
    try:
        await runtime.db.write(describe_swap, viewer, post_id, sent.details)
    except Invalid as error:
        form.complain(error)
        return _details(request, post, swap.direction, form)
    return await to_post(request, viewer, post_id, ("good", gettext("Saved.")))


async def still_there(request: Request) -> Response:
    viewer, post_id = viewer_or_nothing(request), post_number(request)
    sent, _form = await read_form(request, BackForm)
    try:
        await runtime_of(request).db.write(renew_swap, viewer, post_id)
    except (Conflict, NotAllowed) as error:
        return await to_post(request, viewer, post_id, ("warn", words_of(error)))
    said = gettext("Thank you. It stays on the lists.")
    back = sent.back if sent else ""
    return await back_or_to_post(request, viewer, post_id, back, ("good", said))


def _details(request: Request, post: Post, direction: Direction, form: FormState) -> Response:
    fields = fields_for(direction, form.values.get("category", ""))
    title = first_line(post.text) or gettext("Photos without words")
    context = {"post": post, "title": title, "fields": fields, "form": form}
    return render(request, "swaps/details.html", context, 422 if form.errors else 200)


routes = [
    Page("/p/{id}/details", details_page, name="swap_details", methods=BOTH),
    Page("/p/{id}/still-there", still_there, name="still_there", methods=POST),
]
