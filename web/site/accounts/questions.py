"""The four questions of signing up: the form, the page, and what an answer has to satisfy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from fedparents import clock
from fedparents.accounts.joining import checked_age, checked_email
from fedparents.actors.service import checked_handle, checked_name, is_handle_free
from fedparents.errors import Conflict, Invalid, NotAllowed
from fedparents.instance.models import LegalKind
from fedparents.instance.queries import get_instance
from web.forms import Form
from web.site.accounts.communes import choose_place
from web.site.accounts.door import Door
from web.site.accounts.forms import AddressForm, LastForm, NameForm, PlaceForm, christian_year

PLACE: Final = 3
LAST: Final = 4
_YEAR_DIGITS = 4


class AskAgain(Exception):
    """Nothing is wrong, but the answer leaves something open that only the person knows."""


class TooYoung(Exception):
    """Nothing may be kept of what was typed."""


@dataclass(frozen=True, slots=True)
class Question:
    """`check` gives what to fill in for the person, and raises Invalid, AskAgain or TooYoung."""

    form: type[Form]
    template: str
    shown: frozenset[str]
    """The fields that its page asks for."""
    check: Callable[..., Mapping[str, str]]


def asks_age(birth_year: str, door: Door) -> bool:
    """Whether the year leaves open if somebody is old enough: their birthday may be to come."""
    year = _year_in("".join(birth_year.split()))
    return year is not None and clock.now().year - year == door.minimum_age


def _year_in(text: str) -> int | None:
    is_year = text.isdecimal() and len(text) == _YEAR_DIGITS
    return christian_year(int(text)) if is_year else None


def question_of(error: Conflict | Invalid) -> int:
    """The question at which a complaint of the core belongs."""
    fields = error.fields if isinstance(error, Invalid) else ("handle",)
    return next((n for n, q in QUESTIONS.items() if q.shown.intersection(fields)), LAST)


def _check_address(
    session: Session, answer: AddressForm, door: Door, *, is_now: bool
) -> Mapping[str, str]:
    has_been_asked = _year_in(answer.asked_of) == answer.birth_year
    if asks_age(str(answer.birth_year), door) and not (answer.is_old_enough or has_been_asked):
        raise AskAgain
    try:
        checked_age(
            answer.birth_year,
            door.minimum_age,
            clock.now().date(),
            says_so=answer.is_old_enough,
        )
    except NotAllowed:
        raise TooYoung from None
    checked_email(answer.email, get_instance(session))
    return {}


def _check_name(
    session: Session, answer: NameForm, door: Door, *, is_now: bool
) -> Mapping[str, str]:
    checked_name(answer.name)
    if answer.handle and not is_handle_free(session, checked_handle(answer.handle)):
        raise Invalid({"handle": "handle_taken"})
    return {}


def _check_place(
    session: Session, answer: PlaceForm, door: Door, *, is_now: bool
) -> Mapping[str, str]:
    if not answer.place:
        if is_now:
            raise Invalid({"place": "missing"})
        return {"place": "", "place_searched": "", "place_id": ""}
    choice = choose_place(session, answer)
    if choice.place is None:
        raise AskAgain
    return {"place_id": str(choice.place.id), "place_searched": answer.place}


def _check_last(
    session: Session, answer: LastForm, door: Door, *, is_now: bool
) -> Mapping[str, str]:
    problems = {}
    if door.asks_reason and not answer.reason:
        problems["reason"] = "missing"
    agreed = {LegalKind.RULES: answer.rules, LegalKind.PRIVACY: answer.privacy}
    problems |= {kind.value: "tick_to_continue" for kind in door.versions if not agreed[kind]}
    if problems:
        raise Invalid(problems)
    return {}


QUESTIONS: Final[Mapping[int, Question]] = {
    1: Question(
        AddressForm,
        "accounts/sign_up_address.html",
        frozenset(("email", "birth_year", "is_old_enough", "asked_of")),
        _check_address,
    ),
    2: Question(NameForm, "accounts/sign_up_name.html", frozenset(("name", "handle")), _check_name),
    PLACE: Question(
        PlaceForm,
        "accounts/sign_up_place.html",
        frozenset(("place", "place_searched", "place_id")),
        _check_place,
    ),
    LAST: Question(
        LastForm,
        "accounts/sign_up_last.html",
        frozenset(("reason", "rules", "privacy")),
        _check_last,
    ),
}
