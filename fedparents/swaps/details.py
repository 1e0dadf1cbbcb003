"""What is known of a thing beside its words, and what cannot be so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from fedparents.errors import Invalid
from fedparents.swaps.categories import TREE, Care, care_of
from fedparents.swaps.models import Condition, Direction, Mode, Swap
from fedparents.text import clean_line

PRICE_AT_MOST: Final = 500_00
SIZE_LENGTH: Final = 40
QUANTITY_AT_MOST: Final = 20
OLDEST_AGE: Final = 18 * 12
EARLIEST_YEAR: Final = 1990
SEATS_LAST: Final = 10
"""Years after which the plastic of a car seat is no longer what it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Everything but the words. Ages are months of the child whom it fits, prices cents."""

    mode: Mode | None = None
    category: str = ""
    size: str = ""
    age_from: int | None = None
    age_to: int | None = None
    condition: Condition | None = None
    price_cents: int | None = None
    quantity: int = 1
    made_in: int | None = None
    is_declared_safe: bool = False


def details_of(swap: Swap) -> Details:
    """As its types say: a database gives words."""
    return Details(
        mode=Mode(swap.mode) if swap.mode else None,
        category=swap.category,
        size=swap.size,
        age_from=swap.age_from,
        age_to=swap.age_to,
        condition=Condition(swap.condition) if swap.condition else None,
        price_cents=swap.price_cents,
        quantity=swap.quantity,
        made_in=swap.made_in,
        is_declared_safe=swap.is_declared_safe,
    )


def checked_details(details: Details, direction: Direction, today: date) -> Details:
    """As they are stored; raises Invalid with every complaint at its field."""
    complaints: dict[str, str] = {}
    if details.category and details.category not in TREE:
        complaints["category"] = "choose_one"
    complaints |= _price_complaint(details, direction)
    complaints |= _age_complaint(details)
    if len(clean_line(details.size)) > SIZE_LENGTH:
        complaints["size"] = "swap_size_too_long"
    if not 1 <= details.quantity <= QUANTITY_AT_MOST:
        complaints["quantity"] = "swap_quantity"
    if direction == Direction.OFFER:
        complaints |= _safety_complaints(details, today)
    if complaints:
        raise Invalid(complaints, at_most=QUANTITY_AT_MOST, lasts=SEATS_LAST)
    is_offer = direction == Direction.OFFER
    return Details(
        mode=details.mode or (Mode.GIVE if is_offer else None),
        category=details.category,
        size=clean_line(details.size),
        age_from=details.age_from,
        age_to=details.age_to,
        condition=details.condition if is_offer else None,
        price_cents=details.price_cents or None,
        quantity=details.quantity if is_offer else 1,
        made_in=details.made_in if is_offer else None,
        is_declared_safe=details.is_declared_safe and is_offer,
    )


def as_far_as_possible(details: Details, direction: Direction) -> Details:
    """What was guessed where nobody can be asked: without a price that contradicts the words."""
    is_sold = direction == Direction.OFFER and details.mode == Mode.SELL
    within = details.price_cents is not None and 0 < details.price_cents <= PRICE_AT_MOST
    return Details(
        mode=details.mode or (Mode.GIVE if direction == Direction.OFFER else None),
        category=details.category,
        size=details.size[:SIZE_LENGTH],
        age_from=details.age_from,
        age_to=details.age_to,
        condition=details.condition if direction == Direction.OFFER else None,
        price_cents=details.price_cents if is_sold and within else None,
    )


def _price_complaint(details: Details, direction: Direction) -> dict[str, str]:
    price = details.price_cents
    if not price:
        is_free_sale = price == 0 and details.mode == Mode.SELL
        return {"price": "swap_free_is_a_gift"} if is_free_sale else {}
    if direction == Direction.ASK:
        return {"price": "swap_price_of_ask"}
    if details.mode != Mode.SELL:
        return {"price": "swap_price_in_gift"}
    if price < 0 or price > PRICE_AT_MOST:
        return {"price": "swap_price_too_high"}
    return {}


def _age_complaint(details: Details) -> dict[str, str]:
    ages = [age for age in (details.age_from, details.age_to) if age is not None]
    if any(not 0 <= age <= OLDEST_AGE for age in ages):
        return {"age_from": "swap_age"}
    if len(ages) == 2 and ages[0] > ages[1]:  # noqa: PLR2004 - from and to
        return {"age_from": "swap_ages_crossed"}
    return {}


def _safety_complaints(details: Details, today: date) -> dict[str, str]:
    care = care_of(details.category)
    complaints = {}
    if details.made_in is not None and not EARLIEST_YEAR <= details.made_in <= today.year:
        complaints["made_in"] = "year_not_possible"
    elif care is Care.SEAT and details.made_in is None:
        complaints["made_in"] = "swap_year_missing"
    elif care is Care.SEAT and (details.made_in or 0) < today.year - SEATS_LAST:
        complaints["made_in"] = "swap_seat_too_old"
    if care is not None and not details.is_declared_safe:
        complaints["is_declared_safe"] = "swap_not_declared_safe"
    return complaints
