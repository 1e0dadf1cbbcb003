"""How far away those are whose asks and offers one reads: in bands, from commune to commune.

Whoever asks without a name is nowhere: the post's author is its group, which lives in no commune.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.db import HotStatement, in_bites, is_in_bite, table_of
from fedparents.places.distance import Band, band_of, km_between
from fedparents.places.models import Place
from fedparents.timelines.cards import PostCard

_me, _here = table_of(Account).alias("me"), table_of(Place).alias("here")
_they, _there = table_of(Account).alias("they"), table_of(Place).alias("there")
_account: Final = bindparam("account", type_=sa.BigInteger)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the commune of somebody is."""

    lat: float
    lon: float


LIST_PLACES: Final = HotStatement(
    sa.select(
        _they.c.actor_id,
        _they.c.shows_place,
        _here.c.id,
        _here.c.lat,
        _here.c.lon,
        _there.c.id,
        _there.c.lat,
        _there.c.lon,
    )
    .join_from(_me, _here, _here.c.id == _me.c.place_id)
    .join(_they, is_in_bite(_they.c.actor_id))
    .join(_there, _there.c.id == _they.c.place_id)
    .where(_me.c.id == _account)
)
FIND_SPOT: Final = HotStatement(
    sa.select(_here.c.lat, _here.c.lon)
    .join_from(_me, _here, _here.c.id == _me.c.place_id)
    .where(_me.c.id == _account, _here.c.lat.is_not(None), _here.c.lon.is_not(None))
)


def list_distances(
    session: Session, viewer: Viewer, cards: Iterable[PostCard]
) -> Mapping[int, Band]:
    """How far away the asks and offers of others are, by post, as far as both said where they
    live."""
    by_author: dict[int, list[int]] = {}
    for card in cards:
        if card.direction is not None and not (card.is_own or card.is_anonymous):
            by_author.setdefault(card.author_actor_id, []).append(card.id)
    if not by_author:
        return {}
    connection = session.connection()
    found = (
        row
        for bite in in_bites(list(by_author))
        for row in LIST_PLACES.rows(connection, account=viewer.account_id, **bite)
    )
    bands = {row[0]: _band_in(row) for row in found}
    return {
        post_id: band
        for author, band in bands.items()
        if band is not None
        for post_id in by_author[author]
    }


def find_spot(session: Session, viewer: Viewer) -> Spot | None:
    """None when the viewer has not said where they live, or nobody knows where that is."""
    rows = FIND_SPOT.rows(session.connection(), account=viewer.account_id)
    return Spot(*rows[0]) if rows else None


def _band_in(row: tuple[Any, ...]) -> Band | None:
    _, is_shown, here, lat, lon, there, their_lat, their_lon = row
    if here == there:
        return band_of(0, is_same=True, is_shown=is_shown)
    if None in (lat, lon, their_lat, their_lon):
        return None
    km = km_between(lat, lon, their_lat, their_lon)
    return band_of(km, is_same=False, is_shown=is_shown)
