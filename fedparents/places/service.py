"""Storing places: loading a list twice changes nothing, a better list improves what is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents.db import HotStatement, UnitOfWork, table_of
from fedparents.errors import Invalid
from fedparents.places.drafts import PlaceDraft
from fedparents.places.models import FORMER, LATER, WHOLE, Place, PlaceKey, PlaceSource
from fedparents.places.names import fold, fold_postcode, name_keys

IMPORTED = "import"
"""The source of places that came from a file of the administrators' own."""

_CODES_PER_QUERY = 1000
_DECIMALS = 3  # about 100 m: the middle of a commune, and no more about anybody

_place = table_of(Place)
_key = table_of(PlaceKey)

_IMPROVED = [column for column in _place.columns if column.name not in ("id", "source")]

INSERT_PLACE = HotStatement(sa.insert(_place))
UPDATE_PLACE = HotStatement(
    sa.update(_place)
    .where(_place.c.id == bindparam("place_id", type_=sa.BigInteger))
    .values({column.name: bindparam(column.name, type_=column.type) for column in _IMPROVED})
)
INSERT_KEY = HotStatement(sa.insert(_key))
DELETE_KEYS = HotStatement(
    sa.delete(_key).where(_key.c.place_id == bindparam("place_id", type_=sa.BigInteger))
)
RETIRE_PLACE = HotStatement(
    sa.update(_place)
    .where(_place.c.id == bindparam("place_id", type_=sa.BigInteger))
    .values(is_listed=sa.false())
)

Stored = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LoadCount:
    """What loading a list did, or would do."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: LoadCount) -> LoadCount:
        return LoadCount(
            self.added + other.added,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
        )


def load_places(
    uow: UnitOfWork, drafts: Sequence[PlaceDraft], *, source: str = IMPORTED
) -> LoadCount:
    """Add or improve these places, known by country and code. What a draft leaves empty stays as
    it was, and an approximate position never replaces an exact one. Raises Invalid, with the code
    of the place and its problem, before anything is stored."""
    new, changed, count = _compared(uow.session, drafts)
    for stored in new:
        stored |= {"id": uow.new_id(), "source": source}
    connection = uow.session.connection()
    INSERT_PLACE.run_many(connection, new)
    UPDATE_PLACE.run_many(connection, [{**stored, "place_id": stored["id"]} for stored in changed])
    DELETE_KEYS.run_many(connection, [{"place_id": stored["id"]} for stored in changed])
    INSERT_KEY.run_many(connection, [key for stored in new + changed for key in _keys(stored)])
    return count


def preview_places(session: Session, drafts: Sequence[PlaceDraft]) -> LoadCount:
    """What `load_places` would do."""
    return _compared(session, drafts)[2]


def finish_source(uow: UnitOfWork, name: str, *, digest: str, drafts: Iterable[PlaceDraft]) -> int:
    """Note that this edition of a list is loaded; how many places of earlier editions are no
    longer offered. Those who live there keep them."""
    current = {(draft.country, draft.code) for draft in drafts}
    listed = sa.select(_place.c.id, _place.c.country, _place.c.code).where(
        _place.c.source == name, _place.c.is_listed
    )
    connection = uow.session.connection()
    ended = [
        {"place_id": identifier}
        for identifier, country, code in connection.execute(listed)
        if (country, code) not in current
    ]
    RETIRE_PLACE.run_many(connection, ended)
    DELETE_KEYS.run_many(connection, ended)
    uow.session.merge(PlaceSource(name=name, digest=digest, loaded_at=uow.now))
    return len(ended)


def _compared(
    session: Session, drafts: Sequence[PlaceDraft]
) -> tuple[list[Stored], list[Stored], LoadCount]:
    for draft in drafts:
        if problem := draft.problem():
            raise Invalid({"places": problem}, place=draft.code)
    existing = _existing(session, drafts)
    new: list[Stored] = []
    changed: list[Stored] = []
    # Of two drafts of one place the last counts.
    unique = {(draft.country, draft.code): draft for draft in drafts}
    for key, draft in unique.items():
        before = existing.get(key)
        after = _stored(draft, before)
        if before is None:
            new.append(after)
        elif before != after:
            changed.append(after)
    unchanged = len(unique) - len(new) - len(changed)
    return new, changed, LoadCount(len(new), len(changed), unchanged)


def _existing(session: Session, drafts: Iterable[PlaceDraft]) -> Mapping[tuple[str, str], Stored]:
    codes: dict[str, list[str]] = defaultdict(list)
    for draft in drafts:
        codes[draft.country].append(draft.code)
    found: dict[tuple[str, str], Stored] = {}
    for country, wanted in codes.items():
        for at in range(0, len(wanted), _CODES_PER_QUERY):
            part = wanted[at : at + _CODES_PER_QUERY]
            rows = session.connection().execute(
                sa.select(_place).where(_place.c.country == country, _place.c.code.in_(part))
            )
            found |= {(row.country, row.code): dict(row._mapping) for row in rows}
    return found


def _stored(draft: PlaceDraft, before: Stored | None) -> Stored:
    old = before or {}
    stored = {
        **old,
        "country": draft.country,
        "code": draft.code,
        "name": _name(draft, old),
        "district": draft.district or old.get("district", ""),
        "postcodes": " ".join(draft.postcodes) or old.get("postcodes", ""),
        "aliases": "|".join(draft.aliases) or old.get("aliases", ""),
        "population": old.get("population") if draft.population is None else draft.population,
        "is_listed": True,
        **_position(draft, old),
    }
    named = (stored["name"], stored["aliases"], stored["district"], stored["postcodes"])
    stored["words"] = " ".join(filter(None, map(fold, named)))
    return stored


def _name(draft: PlaceDraft, old: Stored) -> str:
    # Postal lists are in capitals without accents.
    is_same = draft.name.isupper() and fold(draft.name) == fold(old.get("name", ""))
    return old["name"] if is_same else draft.name


def _position(draft: PlaceDraft, old: Stored) -> Stored:
    has_better = old.get("lat") is not None and (
        draft.lat is None or (draft.is_approximate and not old["is_approximate"])
    )
    if has_better or draft.lat is None or draft.lon is None:
        return {
            "lat": old.get("lat"),
            "lon": old.get("lon"),
            "is_approximate": old.get("is_approximate", False),
        }
    return {
        "lat": round(draft.lat, _DECIMALS),
        "lon": round(draft.lon, _DECIMALS),
        "is_approximate": draft.is_approximate,
    }


def _keys(stored: Stored) -> list[Stored]:
    whole, later = name_keys(stored["name"])
    ranks = dict.fromkeys(later, LATER)
    for alias in filter(None, stored["aliases"].split("|")):
        alias_whole, alias_later = name_keys(alias)
        ranks = dict.fromkeys(alias_later, LATER) | ranks
        ranks |= dict.fromkeys(alias_whole, FORMER)
    ranks |= dict.fromkeys(whole, WHOLE)
    ranks |= dict.fromkeys(map(fold_postcode, stored["postcodes"].split()), WHOLE)
    shared = {
        "place_id": stored["id"],
        "population": stored["population"] or 0,
        "country": stored["country"],
    }
    return [{"key": key, "rank": rank, **shared} for key, rank in ranks.items() if key]
