"""What the pages about asks and offers ask."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Final, TypeVar

from fedparents.errors import Invalid
from fedparents.swaps.details import Details
from fedparents.swaps.guessing import guess
from fedparents.swaps.models import Condition, Direction, Mode
from web.forms import Checked, Form, FormState, OptionalNumber
from web.i18n import N_
from web.site.swaps.words import AGES

Word = TypeVar("Word", Mode, Condition)
_PRICE: Final = re.compile(r"(\d{1,6})(?:[.,](\d{1,2}))?\s*(?:€|euros?)?", re.IGNORECASE)


class DetailsForm(Form):
    """What exactly it is; every field may stay empty."""

    mode: str = ""
    category: str = ""
    size: str = ""
    age_from: str = ""
    age_to: str = ""
    condition: str = ""
    price: str = ""
    quantity: OptionalNumber = None
    made_in: OptionalNumber = None
    is_declared_safe: Checked = False
    understood: str = ""
    """These answers were seen: what is empty is meant to be."""

    words: ClassVar[Mapping[str, str]] = {
        "price.not_a_number": N_("Please write a price in euros, in digits: 12,50."),
    }

    @property
    def details(self) -> Details:
        """Raises Invalid for what no field offers."""
        return Details(
            mode=_one_of(Mode, "mode", self.mode),
            category=self.category,
            size=self.size,
            age_from=_age("age_from", self.age_from),
            age_to=_age("age_to", self.age_to),
            condition=_one_of(Condition, "condition", self.condition),
            price_cents=_cents(self.price),
            quantity=1 if self.quantity is None else self.quantity,
            made_in=self.made_in,
            is_declared_safe=self.is_declared_safe,
        )


def understand(form: FormState, direction: Direction) -> None:
    """Fill in what the words say, where nobody has answered; from then on the answers count."""
    if form.values.get("understood"):
        return
    for name, value in values_of(guess(form.values.get("text", ""), direction)).items():
        if not form.values.get(name):
            form.values[name] = value
    if direction == Direction.OFFER:
        form.values["mode"] = form.values.get("mode") or Mode.GIVE.value
    form.values["understood"] = "yes"


def answers_of(form: FormState) -> dict[str, str | int | None]:
    """What the words say, as answers."""
    made_in = form.values.get("made_in", "")
    names = ("mode", "category", "size", "age_from", "age_to", "condition", "price")
    return {name: form.values.get(name, "") for name in names} | {
        "made_in": int(made_in) if made_in.isdecimal() else None
    }


def values_of(details: Details) -> dict[str, str]:
    """What the fields say."""
    values = {
        "mode": details.mode or "",
        "category": details.category,
        "size": details.size,
        "age_from": _last_before(details.age_from),
        "age_to": _first_after(details.age_to),
        "condition": details.condition or "",
        "price": _euros(details.price_cents),
        "quantity": str(details.quantity) if details.quantity > 1 else "",
        "made_in": str(details.made_in or ""),
        "is_declared_safe": "yes" if details.is_declared_safe else "",
    }
    return {name: str(value) for name, value in values.items()}


def _last_before(age: int | None) -> str:
    return "" if age is None else str(max(at for at in AGES if at <= age))


def _first_after(age: int | None) -> str:
    return "" if age is None else str(min((at for at in AGES if at >= age), default=AGES[-1]))


def _euros(cents: int | None) -> str:
    if not cents:
        return ""
    return f"{cents // 100},{cents % 100:02}" if cents % 100 else str(cents // 100)


def _cents(text: str) -> int | None:
    bare = text.strip()
    if not bare:
        return None
    found = _PRICE.fullmatch(bare)
    if found is None:
        raise Invalid({"price": "not_a_number"})
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def _age(name: str, text: str) -> int | None:
    if not text:
        return None
    if text not in {str(age) for age in AGES}:
        raise Invalid({name: "choose_one"})
    return int(text)


def _one_of(words: type[Word], name: str, text: str) -> Word | None:
    if not text:
        return None
    try:
        return words(text)
    except ValueError:
        raise Invalid({name: "choose_one"}) from None
