"""The words for what changes hands: kinds of things, how, in what state, for which age."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fedparents.swaps.categories import ROOTS, Care, leaves_of
from fedparents.swaps.delicate import Delicate, Subject
from fedparents.swaps.models import Condition, Direction, Mode
from web.i18n import N_, gettext, ngettext
from web.i18n.formats import format_number

MODES: Final[Mapping[Direction, Mapping[Mode, str]]] = {
    Direction.OFFER: {
        Mode.GIVE: N_("To give away"),
        Mode.LEND: N_("To lend"),
        Mode.SWAP: N_("To swap"),
        Mode.SELL: N_("For sale"),
    },
    Direction.ASK: {
        Mode.GIVE: N_("As a gift"),
        Mode.LEND: N_("To borrow"),
        Mode.SWAP: N_("In exchange"),
        Mode.SELL: N_("To buy"),
    },
}
CONDITIONS: Final[Mapping[Condition, str]] = {
    Condition.NEW: N_("Brand new"),
    Condition.VERY_GOOD: N_("Very good condition"),
    Condition.GOOD: N_("Good condition"),
    Condition.WORN: N_("Worn"),
    Condition.FOR_PARTS: N_("To repair, or for parts"),
}
CATEGORIES: Final[Mapping[str, str]] = {
    "clothes": N_("Clothes"),
    "clothes/coat": N_("Coats and jackets"),
    "clothes/snow": N_("Clothes for the snow"),
    "clothes/baby": N_("Baby clothes"),
    "clothes/costume": N_("Costumes"),
    "clothes/top": N_("Trousers, dresses, pullovers"),
    "shoes": N_("Shoes"),
    "shoes/boots": N_("Boots and wellies"),
    "sleep": N_("Sleep"),
    "sleep/cot": N_("Cots and beds"),
    "sleep/mattress": N_("Mattresses and bedding"),
    "sleep/monitor": N_("Baby monitors and night lights"),
    "stroller": N_("Pushchairs"),
    "stroller/carrier": N_("Baby carriers and slings"),
    "car-seat": N_("Car seats"),
    "car-seat/booster": N_("Booster seats"),
    "car-seat/bike": N_("Bicycle seats"),
    "meals": N_("Meals"),
    "meals/highchair": N_("High chairs"),
    "meals/pump": N_("For nursing"),
    "hygiene": N_("Nappies and potties"),
    "hygiene/bath": N_("Bath"),
    "hygiene/changing": N_("Changing tables and mats"),
    "toys": N_("Toys"),
    "toys/puzzle": N_("Puzzles and board games"),
    "toys/console": N_("Video games"),
    "toys/outdoor": N_("Toys for outdoors"),
    "books": N_("Books and comics"),
    "furniture": N_("Furniture"),
    "furniture/gate": N_("Gates, playpens, bouncers"),
    "maternity": N_("Maternity"),
    "school": N_("School"),
    "sport": N_("Sport"),
    "sport/bicycle": N_("Bicycles, scooters, trailers"),
    "sport/music": N_("Instruments"),
    "service": N_("A hand, or time"),
    "other": N_("Something else"),
}
SAFE: Final[Mapping[Care, str]] = {
    Care.SEAT: N_("Never in an accident, nothing missing, not recalled"),
    Care.BED: N_("Nothing missing, not recalled"),
}
"""What whoever offers such a thing declares."""
NOTICED: Final[Mapping[Subject, str]] = {
    Subject.PHONE: N_("a telephone number: “%(words)s”"),
    Subject.ADDRESS: N_("an address: “%(words)s”"),
    Subject.CHILD: N_("perhaps the name of a child: “%(words)s”"),
}
AGES: Final = (
    *(0, 3, 6, 9, 12, 18, 24, 36, 48, 60, 72, 84, 96, 108, 120, 132, 144, 156, 168, 180, 192, 216),
)
"""Months that can be chosen."""
_A_YEAR: Final = 12
_IN_YEARS: Final = 24


def age_in_words(months: int) -> str:
    """Up to two years in months, as sizes and parents say it."""
    if months == 0:
        return gettext("birth")
    if months < _IN_YEARS or months % _A_YEAR:
        return ngettext("%(num)s month", "%(num)s months", months)
    return ngettext("%(num)s year", "%(num)s years", months // _A_YEAR)


def ages_in_words(low: int | None, high: int | None) -> str:
    """ "" where nobody has said."""
    if low is None and high is None:
        return ""
    if high is None:
        return gettext("from %(age)s on", age=age_in_words(low or 0))
    if not low:
        return gettext("up to %(age)s", age=age_in_words(high))
    return gettext("%(low)s to %(high)s", low=age_in_words(low), high=age_in_words(high))


def price_in_words(cents: int) -> str:
    euros = format_number(cents // 100 if cents % 100 == 0 else cents / 100)
    return gettext("%(price)s €", price=euros)


def category_choices() -> list[tuple[str, str]]:
    """The tree as one list: leaves stand under their root, a step to the right."""
    choices = [("", gettext("Something else, or I do not know"))]
    for root in ROOTS:
        choices.append((root, gettext(CATEGORIES[root])))
        choices += [(leaf, f"\u2003{gettext(CATEGORIES[leaf])}") for leaf in leaves_of(root)]
    return [each for each in choices if each[0] != "other"]


def age_choices() -> list[tuple[str, str]]:
    return [("", gettext("any age"))] + [(str(age), age_in_words(age)) for age in AGES]


def asked_about(noticed: list[Delicate]) -> str:
    """What one should think about twice before everybody reads it."""
    words = [gettext(NOTICED[each.subject], words=each.words) for each in noticed]
    return gettext(
        "There is %(things)s. Whoever reads this can keep it. Write it in a private message later,"
        " or tick here if everybody may know.",
        things="; ".join(words),
    )
