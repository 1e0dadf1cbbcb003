"""Everybody reads their language: chosen in one order, complete, with its own dates and numbers."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import dates
from hypothesis import given
from hypothesis import strategies as st

from fedparents.clock import now
from fedparents.instance.service import LANGUAGES
from web.i18n import Languages, gettext, ngettext, reading_in
from web.i18n.formats import (
    format_ago,
    format_date,
    format_datetime,
    format_delta,
    format_number,
    rounded_age,
)
from web.i18n.languages import preferred

PARIS = ZoneInfo("Europe/Paris")
SCHOOL_GATE = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
languages = Languages()


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", None),
        ("fr", "fr"),
        ("fr-CA,en;q=0.8", "fr"),
        ("de, th;q=0.4, en;q=0.6", "en"),
        ("en;q=0.5, fr;q=0.5", "en"),
        ("de,es", None),
        ("*", None),
        ("th;q=0", None),
        ("fr;q=nonsense, th", "th"),
        ("TH-th", "th"),
        ("en;q=2, th;q=0.1", "th"),
    ],
)
def test_the_header_is_weighed(header, found):
    assert preferred(header, LANGUAGES) == found


@given(st.text(max_size=400))
def test_any_header_is_a_wish_or_none(header):
    assert preferred(header, LANGUAGES) in (None, *LANGUAGES)


WISHES = st.tuples(st.sampled_from(LANGUAGES), st.integers(1, 1000))


@given(st.lists(WISHES, min_size=1, max_size=9))
def test_the_heaviest_wish_wins(wishes):
    header = ", ".join(f"{tag};q={weight / 1000:.3f}" for tag, weight in wishes)
    heaviest = max(weight for _, weight in wishes)
    assert (preferred(header, LANGUAGES), heaviest) in wishes


def test_account_goes_before_cookie_before_header_before_place():
    assert languages.choose("th", "en", header="fr", default="fr").tag == "th"
    assert languages.choose("", "en", header="fr", default="fr").tag == "en"
    assert languages.choose("", "xx", header="th", default="fr").tag == "th"
    assert languages.choose("", "", header="de", default="fr").tag == "fr"


def test_two_readers_never_mix():
    with reading_in(languages.get("fr"), PARIS):
        french = format_date(SCHOOL_GATE, "day")
        with reading_in(languages.get("th"), PARIS):
            thai = format_date(SCHOOL_GATE, "day")
        assert format_date(SCHOOL_GATE, "day") == french == "mercredi 25 novembre"
    assert thai == "วันพุธที่ 25 พฤศจิกายน"


@pytest.mark.parametrize(
    ("tag", "day", "number", "ago"),
    [
        ("fr", "25 novembre 2026, 10:00", "12\u202f345,5", "il y a 3 heures"),
        ("en", "25 November 2026, 10:00", "12,345.5", "3 hours ago"),
        ("th", "25 พฤศจิกายน ค.ศ. 2026 10:00", "12,345.5", "3 ชั่วโมงที่ผ่านมา"),
    ],
)
def test_dates_and_numbers_are_those_of_the_language(tag, day, number, ago, clock):
    clock.set(SCHOOL_GATE + timedelta(hours=3))
    with reading_in(languages.get(tag), PARIS):
        assert format_datetime(SCHOOL_GATE) == day
        assert format_number(12345.5) == number
        assert format_ago(SCHOOL_GATE) == ago


def test_a_short_while_is_at_least_a_minute():
    with reading_in(languages.get("en")):
        assert format_delta(timedelta(seconds=3)) == "1 minute"


@given(
    seconds=st.integers(0, 5 * 365 * 86_400).filter(lambda seconds: seconds % 30),
    is_past=st.booleans(),
)
def test_a_length_reads_as_if_it_had_not_been_rounded_before(seconds, is_past):
    """Whole and half units themselves are left out: which way they go is nobody's concern."""
    delta = timedelta(seconds=-seconds if is_past else seconds)
    with reading_in(languages.get("fr")):
        said = format_delta(delta, has_direction=True)
    expected = dates.format_timedelta(
        delta, granularity="minute", add_direction=True, locale=languages.get("fr").locale
    )
    assert said == expected


@given(seconds=st.integers(0, 5 * 365 * 86_400).filter(lambda seconds: seconds % 30))
def test_what_is_of_one_age_reads_alike(seconds):
    moment = now() - timedelta(seconds=seconds)
    with reading_in(languages.get("fr")):
        assert format_ago(moment) == format_ago(now() + rounded_age(moment))


def test_a_time_without_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        format_datetime(SCHOOL_GATE.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("tag", "said"), [("fr", "12\u202f345 réponses"), ("en", "12,345 answers")]
)
def test_large_numbers_in_sentences_stand_in_groups(tag, said):
    with reading_in(languages.get(tag)):
        assert ngettext("%(num)s answer", "%(num)s answers", 12345) == said


def test_sentences_are_filled_in():
    with reading_in(languages.get("en")):
        assert gettext("%(name)s, 100 %%", name="Bao") == "Bao, 100 %"
        assert ngettext("%(num)s answer", "%(num)s answers", 1) == "1 answer"
        assert ngettext("%(num)s answer", "%(num)s answers", 3) == "3 answers"


@pytest.mark.parametrize("tag", LANGUAGES)
def test_what_is_not_translated_is_shown_in_english(tag):
    with reading_in(languages.get(tag)):
        assert gettext("No catalogue has %(this)s.", this="this") == "No catalogue has this."
        assert ngettext("One unknown", "%(num)s unknown", 2) == "2 unknown"


def test_languages_call_themselves_by_their_own_names():
    assert [each.name for each in languages.all()] == ["Français", "English", "ไทย"]
    assert {each.direction for each in languages.all()} == {"ltr"}
    assert languages.get("tlh").tag == "en"
