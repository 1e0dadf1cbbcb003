"""The time zones that can be chosen: those of cities, the likely ones first."""

from __future__ import annotations

from functools import cache
from typing import Final
from zoneinfo import available_timezones

_CONTINENTS: Final = frozenset(
    ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)
LIKELY: Final = {"fr": "Europe/Paris", "en": "Europe/London", "th": "Asia/Bangkok"}
"""Where most who choose a language live."""


@cache
def zone_choices() -> tuple[tuple[str, str], ...]:
    """Values and labels for a list; "Europe/Paris" reads as "Paris (Europe)"."""
    names = sorted(name for name in available_timezones() if name.partition("/")[0] in _CONTINENTS)
    likely = list(dict.fromkeys(LIKELY.values()))
    ordered = [*likely, *(name for name in names if name not in likely)]
    return tuple((name, name.replace("_", " ").replace("/", " / ")) for name in ordered)
