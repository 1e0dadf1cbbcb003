"""A place as a list gives it, before it is stored; says what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass

COUNTRY = re.compile(r"[A-Z]{2}")
_LONGEST_NAME = 120
LONGEST_CODE = 64
_LONGEST_POSTCODE = 12
_MOST_POSTCODES = 50
_MOST_PEOPLE = 2_000_000_000
_POLE = 90
_DATE_LINE = 180


@dataclass(frozen=True, slots=True)
class PlaceDraft:
    """Names are clean lines; positions are degrees, rounded to about 100 m when stored."""

    country: str
    code: str
    name: str
    district: str = ""
    postcodes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    is_approximate: bool = False
    population: int | None = None

    def problem(self) -> str | None:
        """The code of the first thing wrong with it; None when it can be stored."""
        if not COUNTRY.fullmatch(self.country):
            return "bad_country"
        return self._problem_of_names() or self._problem_of_numbers()

    def _problem_of_names(self) -> str | None:
        if not self.name:
            return "no_name"
        if max(len(self.name), len(self.district)) > _LONGEST_NAME:
            return "name_too_long"
        if not 0 < len(self.code) <= LONGEST_CODE:
            return "bad_code"
        if len(self.postcodes) > _MOST_POSTCODES or not all(map(_is_postcode, self.postcodes)):
            return "bad_postcode"
        return None

    def _problem_of_numbers(self) -> str | None:
        if (self.lat is None) != (self.lon is None):
            return "half_position"
        # Not a number is in no interval, so it is refused here too.
        if self.lat is not None and not -_POLE <= self.lat <= _POLE:
            return "bad_latitude"
        if self.lon is not None and not -_DATE_LINE <= self.lon <= _DATE_LINE:
            return "bad_longitude"
        if self.population is not None and not 0 <= self.population <= _MOST_PEOPLE:
            return "bad_population"
        return None


def _is_postcode(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_POSTCODE and " " not in text
