"""What every table keeps to, read off the metadata itself."""

from __future__ import annotations

import re

import sqlalchemy as sa
from sqlmodel import SQLModel

from fedparents.db import UTCDateTime
from fedparents.db.tables import table_of
from web.tables import METADATA

COLUMNS = [column for table in METADATA.tables.values() for column in table.columns]
OF_A_CHILD = re.compile(
    r"birth|born|school|classroom|pupil|enfant|"
    r"(child|kid|son|daughter)_?(name|first|last|photo|picture|image|face)"
)
# Apps keep these in numbers of 53 and 32 bits (Mastodon's API); the database counts them.
COUNTED = {"notification.id", "push_subscription.id", "app_subscription.id"}
RINGS = ("fedparents", "federation", "web")


def names(columns: list[sa.Column[object]]) -> list[str]:
    return [f"{column.table.name}.{column.name}" for column in columns]


def test_no_time_is_naive():
    naive = [
        column
        for column in COLUMNS
        if isinstance(column.type, sa.DateTime | sa.Time)
        and not isinstance(column.type, UTCDateTime)
    ]
    assert not names(naive)


def test_moments_and_days_say_so():
    """`_at` is a moment; `_on` and `_until` are days."""
    moments = [c for c in COLUMNS if isinstance(c.type, UTCDateTime) != c.name.endswith("_at")]
    days = [c for c in COLUMNS if isinstance(c.type, sa.Date) != c.name.endswith(("_on", "_until"))]
    assert not names(moments + days)


def test_ids_are_64_bit_and_made_by_us():
    numbers = [
        column
        for column in COLUMNS
        if (column.primary_key or column.name.endswith("_id"))
        and isinstance(column.type, sa.Integer)
    ]
    assert not names([c for c in numbers if not isinstance(c.type, sa.BigInteger)])
    counted = [c for c in numbers if c.table.autoincrement_column is c]
    assert set(names(counted)) == COUNTED


def test_references_have_the_type_of_what_they_name():
    wrong = [
        key.parent
        for table in METADATA.tables.values()
        for key in table.foreign_keys
        if type(key.parent.type) is not type(key.column.type)
    ]
    assert not names(wrong)


def test_nothing_about_a_child_can_be_kept():
    """No name, date of birth, photo or school of a child: there is no column to put it in."""
    assert not names([c for c in COLUMNS if OF_A_CHILD.search(c.name.lower())])
    assert not [name for name in METADATA.tables if OF_A_CHILD.search(name)]


def test_a_child_would_be_noticed():
    for planted in ("birth_date", "date_of_birth", "school_id", "child_name", "kid_photo"):
        assert OF_A_CHILD.search(planted)


def test_references_point_inward():
    """A table of an inner package never refers to one of an outer package."""
    ring_of = {
        table_of(mapper.class_).name: RINGS.index(mapper.class_.__module__.partition(".")[0])
        for mapper in SQLModel._sa_registry.mappers
    }
    outward = [
        key.parent
        for table in METADATA.tables.values()
        for key in table.foreign_keys
        if ring_of[key.column.table.name] > ring_of[table.name]
    ]
    assert not names(outward)


def test_every_constraint_has_a_name():
    """A migration can only drop what it can name."""
    nameless = [
        f"{table.name}: {constraint!r}"
        for table in METADATA.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert not nameless
