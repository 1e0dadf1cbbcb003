"""Clocks of a place and moments: hours that do not exist, and hours that come twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedparents.errors import Invalid
from fedparents.events.holding import kept_until
from fedparents.events.moments import Turn, moment_of, zone_named

PARIS = ZoneInfo("Europe/Paris")
MARCH, OCTOBER = date(2027, 3, 28), date(2027, 10, 31)


def test_an_hour_that_clocks_skip_is_refused_with_the_two_beside_it():
    with pytest.raises(Invalid) as refused:
        moment_of("start", MARCH, time(2, 30), PARIS)
    assert refused.value.fields == {"start": "time_skipped"}
    assert refused.value.params == {"earlier": time(1, 30), "later": time(3, 30)}


def test_an_hour_that_comes_twice_is_asked_about():
    with pytest.raises(Invalid) as refused:
        moment_of("start", OCTOBER, time(2, 30), PARIS)
    assert refused.value.fields == {"start": "time_twice"}
    first = moment_of("start", OCTOBER, time(2, 30), PARIS, Turn.FIRST)
    second = moment_of("start", OCTOBER, time(2, 30), PARIS, Turn.SECOND)
    assert second - first == timedelta(hours=1)
    assert first == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_a_half_hour_is_skipped_where_clocks_move_by_half_an_hour():
    with pytest.raises(Invalid) as refused:
        moment_of("start", date(2027, 10, 3), time(2, 15), ZoneInfo("Australia/Lord_Howe"))
    assert refused.value.params == {"earlier": time(1, 45), "later": time(2, 45)}


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "/etc/localtime", "a\0b"])
def test_a_zone_that_is_none_is_refused(name):
    with pytest.raises(Invalid):
        zone_named(name)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_the_calendar_are_refused_in_words(day):
    far = ZoneInfo("Asia/Tokyo" if day == date.min else "Pacific/Marquesas")
    with pytest.raises(Invalid) as refused:
        moment_of("start", day, time(0, 1) if day == date.min else time(23, 59), far)
    assert refused.value.fields == {"start": "not_a_date"}


@given(
    st.dates(date(2000, 1, 1), date(2090, 12, 31)),
    st.times(),
    st.sampled_from(["Europe/Paris", "Asia/Bangkok", "America/St_Johns", "Pacific/Chatham"]),
)
def test_what_is_accepted_is_what_the_clocks_there_show(day, clock, name):
    zone = ZoneInfo(name)
    try:
        moment = moment_of("start", day, clock, zone)
    except Invalid:
        return
    shown = moment.astimezone(zone)
    assert (shown.date(), shown.time()) == (day, clock)


def at(hour, minute=0, day=20):
    return datetime(2027, 1, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("now", "starts", "until"),
    [
        (at(8), at(10, day=25), at(20)),
        (at(9), at(10, day=25), at(9, day=21)),  # twelve hours end at 21:00
        (at(18), at(10, day=25), at(9, day=21)),
        (at(10), at(18), at(12)),
        (at(20), at(10, day=21), at(9, day=21)),  # two hours would end at night
        (at(20), at(8, day=21), at(8, day=21)),  # but never beyond the start
        (at(17, 30), at(18), at(18)),
        (at(18), at(18), None),
    ],
)
def test_a_place_is_kept_while_people_are_awake(now, starts, until):
    assert kept_until(now, starts, PARIS) == until
