"""Finding a place as one types it, and reading the one that was chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents.db import HotStatement, table_of
from fedparents.errors import NotFound
from fedparents.ids import PlaceId
from fedparents.places.models import LATER, Place, PlaceKey, PlaceSource
from fedparents.places.names import LITTLE_WORDS, abbreviates, fold, fold_postcode

_LONGEST_QUERY = 100
_LARGEST_ID = 2**63 - 1
_HIGHEST = "\U0010ffff"
# A place may be found by several of its keys at once, and counts once.
_KEYS_PER_PLACE = 5
# When the words are not found one after the other: so many places of each of so many words are
# looked at, the largest first.
_CANDIDATES = 200
_SELECTIVE_WORDS = 3

_place = table_of(Place)
_key = table_of(PlaceKey)


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place to show, choose or measure from."""

    id: PlaceId
    country: str
    code: str
    name: str
    district: str
    postcodes: tuple[str, ...]
    former_names: tuple[str, ...]
    """Of the communes that became part of it, by which it is found too."""
    lat: float | None
    lon: float | None
    is_approximate: bool
    population: int | None

    @property
    def label(self) -> str:
        """The name with its district, which tells it from others: "Saint-Denis (La Réunion)"."""
        if not self.district or self.name.startswith(self.district):
            return self.name
        return f"{self.name} ({self.district})"


# The whole name, the whole of a former name, the beginning of the name, anything else.
_nearness = sa.case(
    (_key.c.rank == LATER, 3),
    (_key.c.key == bindparam("text", type_=sa.String), _key.c.rank),
    else_=_key.c.rank + 2,
)


def _best_keys(*conditions: sa.ColumnElement[bool]) -> HotStatement:
    return HotStatement(
        sa.select(_key.c.place_id, _nearness.label("nearness"))
        .where(_key.c.key >= bindparam("text", type_=sa.String))
        .where(_key.c.key < bindparam("end", type_=sa.String), *conditions)
        .order_by(sa.text("nearness"), _key.c.population.desc(), _key.c.place_id)
        .limit(bindparam("most", type_=sa.Integer))
    )


BEST_KEYS = _best_keys()
BEST_KEYS_IN_COUNTRY = _best_keys(_key.c.country == bindparam("country", type_=sa.String))


def search_places(
    session: Session, text: str, *, country: str | None = None, limit: int = 8
) -> list[PlaceView]:
    """Places whose name, a word of it, a former name or a postcode begins with `text`: exact names
    first, then beginnings, then by population. When there is none, those that have all its words
    in any order, shortened as on envelopes ("Issy les Mx", "92130 Issy", "Saint-Denis Réunion")."""
    folded = fold(text[:_LONGEST_QUERY])
    if not folded:
        return []
    search = _Search(session, country)
    compact = fold_postcode(folded)
    found = search.beginning_with(folded, limit)
    if not found and compact != folded and any(letter.isdigit() for letter in compact):
        found = search.beginning_with(compact, limit)
    if not found:
        found = search.having_all(folded.split())[:limit]
    return _views(session, found)


def get_place(session: Session, place_id: PlaceId) -> PlaceView:
    """The place of this id, listed or not; raises NotFound."""
    # A number that no column holds comes from a form that was tampered with.
    found = _one(session, _place.c.id == place_id) if 0 < place_id <= _LARGEST_ID else None
    if found is None:
        raise NotFound("place_not_found")
    return found


def find_place(session: Session, country: str, code: str) -> PlaceView | None:
    """The place of this official code, listed or not."""
    return _one(session, sa.and_(_place.c.country == country, _place.c.code == code))


def find_source_digest(session: Session, name: str) -> str | None:
    """Which edition of a bundled list has been loaded."""
    source = session.get(PlaceSource, name)
    return None if source is None else source.digest


@dataclass(frozen=True, slots=True)
class _Search:
    session: Session
    country: str | None

    def beginning_with(self, text: str, most: int) -> list[PlaceId]:
        """The best first."""
        # One letter is a name ("Y"), never a useful beginning; no key sorts between
        # it and itself with a space.
        end = text + (" " if len(text) == 1 else _HIGHEST)
        bounds = {"text": text, "end": end, "most": most * _KEYS_PER_PLACE}
        connection = self.session.connection()
        if self.country is None:
            keys = BEST_KEYS.rows(connection, **bounds)
        else:
            keys = BEST_KEYS_IN_COUNTRY.rows(connection, **bounds, country=self.country)
        return list(islice(dict(keys), most))

    def having_all(self, words: list[str]) -> list[PlaceId]:
        """The largest first, among those that bear the longest word that leads to any."""
        telling = set(words) - LITTLE_WORDS
        if len(words) == 1:
            return []
        for word in sorted(telling, key=lambda word: (-len(word), word))[:_SELECTIVE_WORDS]:
            candidates = self.beginning_with(word, _CANDIDATES)
            rows = self.session.connection().execute(
                sa.select(_place.c.id, _place.c.words)
                .where(_place.c.id.in_(candidates))
                .order_by(sa.func.coalesce(_place.c.population, 0).desc(), _place.c.id)
            )
            if found := [row.id for row in rows if _has_all(telling, row.words.split())]:
                return found
        return []


def _has_all(words: Iterable[str], present: list[str]) -> bool:
    return all(any(abbreviates(word, whole) for whole in present) for word in words)


def _views(session: Session, ids: list[PlaceId]) -> list[PlaceView]:
    if not ids:
        return []
    found = {view.id: view for view in _selected(session, _place.c.id.in_(ids))}
    return [found[one] for one in ids]


def _one(session: Session, condition: sa.ColumnElement[bool]) -> PlaceView | None:
    return next(_selected(session, condition), None)


def _selected(session: Session, condition: sa.ColumnElement[bool]) -> Iterator[PlaceView]:
    for row in session.connection().execute(sa.select(_place).where(condition)):
        yield PlaceView(
            id=PlaceId(row.id),
            country=row.country,
            code=row.code,
            name=row.name,
            district=row.district,
            postcodes=tuple(row.postcodes.split()),
            former_names=tuple(filter(None, row.aliases.split("|"))),
            lat=row.lat,
            lon=row.lon,
            is_approximate=row.is_approximate,
            population=row.population,
        )
