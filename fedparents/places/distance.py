"""How far apart two communes are, as much of it as anybody is told: a band, never a number."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

_KM_PER_DEGREE: Final = 111.2
"""Of latitude; of longitude it is this times the cosine of the latitude."""
RADII: Final = (5, 10, 25)
"""Kilometres that one can look within: none says more than the bands."""


class Band(StrEnum):
    """Distances as they are said. Communes are points, so less than a kilometre says nothing."""

    HERE = "here"
    """The same commune."""
    NEAR = "near"
    """Another one, up to 3 km away."""
    CLOSE = "close"
    """3 to 5 km."""
    WITHIN = "within"
    """Up to 5 km, and no more is said: of those who do not show their commune."""
    AROUND = "around"
    """5 to 10 km."""
    FAR = "far"
    """More than 10 km."""


_UP_TO: Final = ((3, Band.NEAR), (5, Band.CLOSE), (10, Band.AROUND))
_FARTHER: Final = (Band.AROUND, Band.FAR)
_ORDER: Final = (Band.HERE, Band.NEAR, Band.WITHIN, Band.CLOSE, Band.AROUND, None, Band.FAR)


def km_between(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """On the plane that touches the ground there: within a per cent over a hundred kilometres."""
    east = (other_lon - lon) * math.cos(math.radians((lat + other_lat) / 2))
    return math.hypot(other_lat - lat, east) * _KM_PER_DEGREE


def band_of(km: float, *, is_same: bool, is_shown: bool) -> Band:
    """What is said of a distance. `is_same`: both declared the same commune; `is_shown`: the one
    who is far away shows theirs."""
    band = Band.HERE if is_same else _band(km)
    return band if is_shown or band in _FARTHER else Band.WITHIN


def nearness(band: Band | None) -> int:
    """Orders what is near before what is far; None is somewhere."""
    return _ORDER.index(band)


def _band(km: float) -> Band:
    return next((band for most, band in _UP_TO if km <= most), Band.FAR)


def is_within(
    lat_column: sa.ColumnElement[Any], lon_column: sa.ColumnElement[Any]
) -> sa.ColumnElement[bool]:
    """Whether a place lies in the circle of `circle_around`; a condition for hot statements.

    A box that an index can cut comes first, then the circle, in arithmetic that both engines know.
    """
    lat, lon, km, squeeze = (
        sa.bindparam(name, type_=sa.Float)
        for name in ("near_lat", "near_lon", "near_km", "squeeze")
    )
    north = (lat_column - lat) * _KM_PER_DEGREE
    east = (lon_column - lon) * _KM_PER_DEGREE * squeeze
    half = km / _KM_PER_DEGREE
    return sa.and_(
        lat_column.between(lat - half, lat + half), north * north + east * east <= km * km
    )


def circle_around(lat: float, lon: float, km: float) -> dict[str, float]:
    """The parameters of `is_within`."""
    squeeze = math.cos(math.radians(lat))
    return {"near_lat": lat, "near_lon": lon, "near_km": km, "squeeze": squeeze}
