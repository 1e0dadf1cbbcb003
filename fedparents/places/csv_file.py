"""Reading a list of places that somebody exported from a spreadsheet, forgivingly.

Every line that cannot be used is reported with its number and a code; the others are kept.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import BinaryIO, NamedTuple

from fedparents.errors import Invalid
from fedparents.places.drafts import COUNTRY, LONGEST_CODE, PlaceDraft
from fedparents.places.names import fold, fold_postcode
from fedparents.text import clean_line

MOST_BYTES = 32 * 1024 * 1024

_DELIMITERS = ";,\t|"
_LINE_END = re.compile(r"\r\n|\n|\r")
_GROUPING = re.compile(r"[\s.,'’](?=\d{3}(?!\d))")  # "1 234", "1,234", "1'234"
_FRENCH_DIGITS = 5
_NUMBERED = 3  # "92", "2A", "974"
_BETWEEN_POSTCODES = re.compile(r"[,;|/]")
# Headings as they are met in official lists and in spreadsheets, folded; the first wins.
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "code": (
        "code", "insee", "code insee", "codeinsee", "code commune", "code commune insee", "com",
        "code geo", "codgeo", "insee com", "nis", "code nis", "ins", "code ins", "bfs", "ags",
        "lau", "lau code", "municipality code",
    ),
    "name": (
        "name", "nom", "nom commune", "nom de la commune", "nom standard", "nom com", "commune",
        "libelle", "libgeo", "municipality", "city", "town", "place", "ville", "localite",
        "place name", "naam", "gemeinde",
    ),
    "postcodes": (
        "postcode", "postcodes", "post code", "postal code", "postal codes", "zip", "zip code",
        "code postal", "codes postaux", "codepostal", "cp", "npa", "plz",
    ),
    "lat": ("lat", "latitude", "latitude centre", "latitude mairie"),
    "lon": ("lon", "lng", "long", "longitude", "longitude centre", "longitude mairie"),
    "population": (
        "population", "pop", "population totale", "population municipale", "ptot", "pmun",
        "inhabitants", "habitants", "nombre d habitants",
    ),
    "district": (
        "district", "departement name", "nom departement", "dep nom", "departement", "department",
        "province", "county", "canton", "nom region", "reg nom", "region", "state",
    ),
}  # fmt: skip


class Problem(NamedTuple):
    """Why a line was left out. Codes: file_too_large, file_empty, no_name_column, unreadable,
    too_many_columns, bad_number, same_code_other_name, and those of `PlaceDraft.problem`."""

    line: int
    """From 1, as a spreadsheet counts; 0 stands for the whole file."""
    code: str


class ParsedPlaces(NamedTuple):
    rows: list[PlaceDraft]
    problems: list[Problem]


class _Bad(Exception):
    """This line cannot be used; the argument is the code."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where each thing that we know stands in a line."""

    delimiter: str
    width: int
    at: Mapping[str, int]

    def cell(self, cells: list[str], name: str) -> str:
        at = self.at.get(name, len(cells))
        return clean_line(cells[at]) if at < len(cells) else ""


def parse_places_csv(stream: BinaryIO, country: str) -> ParsedPlaces:
    """Read a list of places of one country: separated by semicolons, commas, tabs or bars; in
    UTF-8, UTF-16 or Western European; with English or French headings in its first line.

    Only a name is required; a place without a code gets one from its name and first postcode, so
    that the same list loaded again adds nothing. Lines of one code join their postcodes. Whatever
    the bytes are, this answers. Raises Invalid only for a country that is not two letters.
    """
    country = country.strip().upper()
    if not COUNTRY.fullmatch(country):
        raise Invalid({"country": "bad_country"})
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        return ParsedPlaces([], [Problem(0, "file_too_large")])
    lines = _numbered_lines(_decoded(data))
    heading = next(lines, None)
    if heading is None:
        return ParsedPlaces([], [Problem(0, "file_empty")])
    columns = _columns(heading[1])
    if columns is None:
        return ParsedPlaces([], [Problem(heading[0], "no_name_column")])
    return _parsed(lines, columns, country)


def _parsed(lines: Iterator[tuple[int, str]], columns: _Columns, country: str) -> ParsedPlaces:
    drafts: dict[str, PlaceDraft] = {}
    problems: list[Problem] = []
    for number, line in lines:
        try:
            draft = _draft(_cells(line, columns), columns, country)
            known = drafts.get(draft.code)
            drafts[draft.code] = draft if known is None else _joined(known, draft)
        except _Bad as bad:
            problems.append(Problem(number, str(bad)))
    return ParsedPlaces(list(drafts.values()), problems)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    return text.replace("\0", "")


def _numbered_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with something on them. A quotation mark that is never closed spoils its own line
    only, because each is read by itself."""
    for number, line in enumerate(_LINE_END.split(text), start=1):
        if line.strip(_DELIMITERS + ' "'):
            yield number, line


def _columns(heading: str) -> _Columns | None:
    found = max(
        (_columns_by(heading, delimiter) for delimiter in _DELIMITERS),
        key=lambda columns: len(columns.at),
    )
    return found if "name" in found.at else None


def _columns_by(heading: str, delimiter: str) -> _Columns:
    try:
        cells = next(csv.reader([heading], delimiter=delimiter), [])
    except csv.Error:
        cells = []
    titles = [fold(cell) for cell in cells]
    at = {
        name: titles.index(next(title for title in known if title in titles))
        for name, known in _HEADINGS.items()
        if not set(known).isdisjoint(titles)
    }
    return _Columns(delimiter, len(cells), at)


def _cells(line: str, columns: _Columns) -> list[str]:
    try:
        cells = next(csv.reader([line], delimiter=columns.delimiter), [])
    except csv.Error:
        raise _Bad("unreadable") from None
    if any(cell.strip() for cell in cells[columns.width :]):
        raise _Bad("too_many_columns")
    return cells


def _draft(cells: list[str], columns: _Columns, country: str) -> PlaceDraft:
    name = columns.cell(cells, "name")
    postcodes = _postcodes(columns.cell(cells, "postcodes"))
    draft = PlaceDraft(
        country=country,
        code=_padded(columns.cell(cells, "code"), country) or _own_code(name, postcodes),
        name=name,
        district=_district(columns.cell(cells, "district")),
        postcodes=tuple(_padded(postcode, country) for postcode in postcodes),
        lat=_number(columns.cell(cells, "lat")),
        lon=_number(columns.cell(cells, "lon")),
        population=_population(columns.cell(cells, "population")),
    )
    if problem := draft.problem():
        raise _Bad(problem)
    return draft


def _district(text: str) -> str:
    """A number tells nobody where a place is."""
    return "" if any(letter.isdecimal() for letter in text) and len(text) <= _NUMBERED else text


def _own_code(name: str, postcodes: tuple[str, ...]) -> str:
    return " ".join((*postcodes[:1], fold(name)))[:LONGEST_CODE]


def _padded(code: str, country: str) -> str:
    """Spreadsheets take "01004" for a number and drop its zero."""
    is_short = country == "FR" and code.isdecimal()
    return code.zfill(_FRENCH_DIGITS) if is_short else code


def _postcodes(text: str) -> tuple[str, ...]:
    """Spaces part numbers ("59000 59160"), but belong to codes with letters ("1012 AB")."""
    parts = _BETWEEN_POSTCODES.split(text)
    if not any(letter.isalpha() for letter in text):
        parts = " ".join(parts).split()
    found = (fold_postcode(part).upper() for part in parts)
    return tuple(dict.fromkeys(code for code in found if code))


def _population(text: str) -> int | None:
    number = _number(_GROUPING.sub("", text))
    return None if number is None else round(number)


def _number(text: str) -> float | None:
    """With a decimal point or comma."""
    text = text.replace(",", ".")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        raise _Bad("bad_number") from None
    if not math.isfinite(number):
        raise _Bad("bad_number")
    return number


def _joined(known: PlaceDraft, draft: PlaceDraft) -> PlaceDraft:
    """Official lists have one line for each postcode of a commune."""
    if fold(known.name) != fold(draft.name):
        raise _Bad("same_code_other_name")
    joined = replace(known, postcodes=tuple(dict.fromkeys(known.postcodes + draft.postcodes)))
    if problem := joined.problem():
        raise _Bad(problem)
    return joined
