"""`fedparents places`: lists of communes that the operator brings along."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import BinaryIO, Final

from fedparents.authority import OPERATOR
from fedparents.db import Database
from fedparents.places.csv_file import MOST_BYTES, ParsedPlaces, Problem, parse_places_csv
from fedparents.places.loading import import_places
from fedparents.places.service import LoadCount, preview_places
from fedparents.settings import Settings
from web.cli.failures import Failed
from web.cli.output import say, warn
from web.cli.place import with_place

_FROM_INPUT: Final = "-"
_MOST_WARNINGS: Final = 20
_WORDS: Final = {
    "bad_code": "the code is missing or too long",
    "bad_country": "the country is not two letters",
    "bad_latitude": "the latitude is not between -90 and 90",
    "bad_longitude": "the longitude is not between -180 and 180",
    "bad_number": "a number cannot be read",
    "bad_population": "the population is not possible",
    "bad_postcode": "a postcode cannot be read",
    "file_empty": "there is nothing in it",
    "file_too_large": f"it is larger than {MOST_BYTES // 1024**2} MB",
    "half_position": "it has a latitude or a longitude, but not both",
    "name_too_long": "the name is too long",
    "no_name": "the name is missing",
    "no_name_column": "no heading of the first line means a name: call the column `name`",
    "same_code_other_name": "an earlier line has the same code and another name",
    "too_many_columns": "it has more columns than the first line has headings",
    "unreadable": "its quotation marks cannot be read",
}


def import_file(settings: Settings, *, file: str, country: str, dry_run: bool) -> None:
    """Add what can be read, and say which lines cannot."""
    parsed = _parsed(file, country)
    for problem in parsed.problems[:_MOST_WARNINGS]:
        warn(_in_words(problem))
    if not parsed.rows:
        reason = _in_words(parsed.problems[0]) if parsed.problems else "it lists no place"
        raise Failed(f"nothing can be taken from {file}: {reason}")

    async def work(database: Database) -> LoadCount:
        if dry_run:
            return await database.read(preview_places, parsed.rows)
        return await import_places(database, parsed.rows, by=OPERATOR)

    count = with_place(settings, work)
    verb = "Would load" if dry_run else "Loaded"
    say(
        f"{verb} places: {count.added} new, {count.changed} changed, {count.unchanged} known"
        f" already. Lines left out: {len(parsed.problems)}."
    )


def _parsed(file: str, country: str) -> ParsedPlaces:
    if file == _FROM_INPUT:
        return parse_places_csv(_input(), country)
    with Path(file).open("rb") as stream:
        return parse_places_csv(stream, country)


def _input() -> BinaryIO:
    return io.BytesIO(sys.stdin.buffer.read(MOST_BYTES + 1))


def _in_words(problem: Problem) -> str:
    words = _WORDS.get(problem.code, problem.code.replace("_", " "))
    return f"line {problem.line}: {words}" if problem.line else words
