"""What somebody says of themselves in lines of a name and a value: "Quarter: Novel"."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from fedparents.errors import Invalid
from fedparents.text import clean_line, required_line

FIELDS_AT_MOST: Final = 4
FIELD_LENGTH: Final = 255
"""Of a name, and of a value, in characters."""


class ProfileField(NamedTuple):
    """One line: plain words, in which addresses become links where it is shown."""

    name: str
    value: str


def checked_fields(fields: Iterable[ProfileField]) -> tuple[ProfileField, ...]:
    """The lines that say something, in their order. Raises Invalid on `field_name_2` or
    `field_value_2` for the second of all lines, and on `fields` where there are too many."""
    said = [
        (number, each)
        for number, each in enumerate(fields, 1)
        if clean_line(each.name) or clean_line(each.value)
    ]
    if len(said) > FIELDS_AT_MOST:
        raise Invalid({"fields": "too_many_lines"}, at_most=FIELDS_AT_MOST)
    return tuple(
        ProfileField(
            required_line(f"field_name_{number}", each.name, at_most=FIELD_LENGTH),
            required_line(f"field_value_{number}", each.value, at_most=FIELD_LENGTH),
        )
        for number, each in said
    )


def write_fields(fields: Iterable[ProfileField]) -> str:
    """As they are stored."""
    pairs = [list(each) for each in fields]
    return json.dumps(pairs, ensure_ascii=False) if pairs else ""


@lru_cache(maxsize=1024)
def read_fields(stored: str) -> tuple[ProfileField, ...]:
    """As `write_fields` made it."""
    return tuple(ProfileField(*pair) for pair in json.loads(stored)) if stored else ()
