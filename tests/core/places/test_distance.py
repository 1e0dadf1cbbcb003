"""Bands instead of numbers, and the same circle in Python and in both engines."""

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from fedparents.db import HotStatement, table_of
from fedparents.places.distance import (
    RADII,
    Band,
    band_of,
    circle_around,
    is_within,
    km_between,
    nearness,
)
from fedparents.places.models import Place
from tests.rig.builders import add_place

ISSY = (48.8245, 2.2743)
VANVES = (48.8213, 2.2891)
LYON = (45.7640, 4.8357)


def test_distances_are_what_a_map_says():
    assert km_between(*ISSY, *VANVES) == pytest.approx(1.14, abs=0.05)
    assert km_between(*ISSY, *LYON) == pytest.approx(392, rel=0.01)


@pytest.mark.parametrize(
    ("km", "band"),
    [
        (0.2, Band.NEAR),
        (3.0, Band.NEAR),
        (3.01, Band.CLOSE),
        (5.0, Band.CLOSE),
        (9.9, Band.AROUND),
        (10.1, Band.FAR),
        (400, Band.FAR),
    ],
)
def test_a_distance_is_said_as_a_band(km, band):
    assert band_of(km, is_same=False, is_shown=True) == band
    assert band_of(km, is_same=True, is_shown=True) == Band.HERE


@pytest.mark.parametrize(
    ("km", "band"), [(0, Band.WITHIN), (2.0, Band.WITHIN), (4.9, Band.WITHIN), (9.9, Band.AROUND)]
)
def test_of_a_commune_that_is_not_shown_less_is_said(km, band):
    assert band_of(km, is_same=km == 0, is_shown=False) == band


def test_what_is_near_comes_first():
    order = [Band.HERE, Band.NEAR, Band.WITHIN, Band.AROUND, None, Band.FAR]
    assert sorted(reversed(order), key=nearness) == order
    assert {nearness(band) for band in (*Band, None)} == set(range(len(Band) + 1))


@given(st.floats(-60, 60), st.floats(-170, 170), st.floats(-60, 60), st.floats(-170, 170))
def test_there_and_back_is_equally_far(lat, lon, other_lat, other_lon):
    there = km_between(lat, lon, other_lat, other_lon)
    assert there == pytest.approx(km_between(other_lat, other_lon, lat, lon))


@pytest.mark.anyio
async def test_the_circle_is_the_same_in_the_database(db):
    place = table_of(Place)
    near = HotStatement(sa.select(place.c.id).where(is_within(place.c.lat, place.c.lon)))
    points = {
        number: (ISSY[0] + north / 50, ISSY[1] + east / 35)
        for number, (north, east) in enumerate((n, e) for n in range(-5, 6) for e in range(-5, 6))
    }
    await db.write(add_places, points)
    for km in RADII:
        found = await db.read(
            lambda session, km=km: near.rows(session.connection(), **circle_around(*ISSY, km))
        )
        expected = {n for n, at in points.items() if km_between(*ISSY, *at) <= km}
        at_the_edge = {n for n, at in points.items() if abs(km_between(*ISSY, *at) - km) < km / 100}
        assert {row[0] for row in found} - at_the_edge == expected - at_the_edge


def add_places(uow, points):
    for number, (lat, lon) in points.items():
        add_place(uow, number, f"P{number}", lat=lat, lon=lon)


@given(st.floats(40, 52), st.floats(-5, 9))
def test_a_place_is_in_its_own_circle(lat, lon):
    assert km_between(lat, lon, lat, lon) == 0
