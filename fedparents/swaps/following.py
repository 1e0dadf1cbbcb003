"""What is known of a thing when its words change: what nobody corrected goes along with them."""

from __future__ import annotations

from dataclasses import asdict, replace

from fedparents.swaps.categories import care_of
from fedparents.swaps.details import Details, as_far_as_possible
from fedparents.swaps.guessing import guess
from fedparents.swaps.models import Direction, Mode


def follow_words(details: Details, direction: Direction, before: str, after: str) -> Details:
    """What stood there as the old words say it now stands there as the new ones do."""
    was, now = _understood(before, direction), _understood(after, direction)
    known, meant = asdict(details), asdict(now)
    new = {name: meant[name] for name, old in asdict(was).items() if known[name] == old}
    found = replace(details, **(new | _kept(details)))
    if found.mode is not Mode.SELL:
        found = replace(found, price_cents=None)
    if care_of(found.category) is not care_of(details.category):
        found = replace(found, made_in=None, is_declared_safe=False)
    return found


def _understood(text: str, direction: Direction) -> Details:
    return as_far_as_possible(guess(text, direction), direction)


def _kept(details: Details) -> dict[str, object]:
    """No words say these: they were answered."""
    return {
        "quantity": details.quantity,
        "made_in": details.made_in,
        "is_declared_safe": details.is_declared_safe,
    }
