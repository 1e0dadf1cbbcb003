"""Dates, times and numbers as the reader's language writes them, in the zone of the place."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from babel import Locale, dates, numbers

from fedparents import clock
from web.i18n.reading import N_, current_language, current_zone, translate

DateStyle: TypeAlias = Literal["short", "medium", "long", "full", "day"]
_Joined: TypeAlias = Literal["short", "medium", "long", "full"]
_A_SECOND: Final = timedelta(seconds=1)
_A_MINUTE: Final = timedelta(minutes=1)
_STEPS: Final = (
    (timedelta(days=1), timedelta(minutes=72)),
    (timedelta(hours=1), timedelta(minutes=6)),
    (timedelta(), timedelta(seconds=30)),
)
_NOW: Final = N_("just now")
# The full date without its year, which CLDR gives in short words for some languages only.
_DAY: Final = {"fr": "EEEE d MMMM", "en": "EEEE d MMMM", "th": "EEEEที่ d MMMM"}


def format_date(moment: date | datetime, style: DateStyle = "long") -> str:
    """A day; "day" is without the year: mercredi 25 novembre."""
    language = current_language()
    day = _local(moment).date() if isinstance(moment, datetime) else moment
    return _day_in_words(day, _DAY[language.tag] if style == "day" else style, language.locale)


def weekday_name(day: int) -> str:
    """Of a day of the week, Monday being 0."""
    return str(dates.get_day_names("wide", locale=current_language().locale)[day])


def format_time(moment: datetime) -> str:
    """Hours and minutes."""
    local = _local(moment)
    return _time_in_words(local.hour, local.minute, current_language().locale)


def format_datetime(moment: datetime, style: DateStyle = "long") -> str:
    """A day and a time, joined as the language does: 25 novembre 2026 à 10:00."""
    joined = _joined("medium" if style == "day" else style, current_language().locale)
    return joined.replace("{0}", format_time(moment)).replace("{1}", format_date(moment, style))


def format_ago(moment: datetime) -> str:
    """How long ago, or in how long: à l'instant, il y a 3 heures, dans 2 jours."""
    delta = moment - clock.now()
    if -_A_MINUTE < delta <= timedelta():
        return translate(_NOW)
    return format_delta(delta, has_direction=True)


def rounded_age(moment: datetime) -> timedelta:
    """How long ago, as far as `format_ago` tells it: its words change no more often."""
    return _rounded(moment - clock.now())


def format_delta(delta: timedelta, *, has_direction: bool = False) -> str:
    """A length of time in its largest unit, at least a minute."""
    locale = current_language().locale
    return _length_in_words(_rounded(delta), locale, has_direction=has_direction)


def initials(name: str) -> str:
    """One or two letters that stand for a name in its circle."""
    words = name.split()
    if not words:
        return ""
    first = _initial(words[0])
    return first + _initial(words[-1]) if len(words) > 1 and len(first) == 1 else first


def format_number(number: float | Decimal) -> str:
    """A number with the separators of the language."""
    return numbers.format_decimal(number, locale=current_language().locale)


FILTERS: Final = {
    "date": format_date,
    "time": format_time,
    "datetime": format_datetime,
    "ago": format_ago,
    "age": rounded_age,
    "duration": format_delta,
    "number": format_number,
    "initials": initials,
}
"""What templates call."""


def _initial(word: str) -> str:
    # Thai writes some vowels before the consonant that they follow in speech: keep both.
    return word[:2] if word[0] in "เแโใไ" else word[:1].upper()


@lru_cache(maxsize=4096)
def _day_in_words(day: date, pattern: str, locale: Locale) -> str:
    """A list names the same days again and again."""
    return dates.format_date(day, pattern, locale)


@lru_cache(maxsize=4096)
def _time_in_words(hour: int, minute: int, locale: Locale) -> str:
    return dates.format_time(time(hour, minute), "short", locale=locale)


def _rounded(delta: timedelta) -> timedelta:
    """A length that reads the same, of which there are few.

    Words change at whole and half units and where the next unit takes over, at 85 % of it. All of
    these are multiples of 30 seconds; from an hour on of 6 minutes, and from a day on of 72.
    """
    length = abs(delta)
    step = next(step for least, step in _STEPS if length >= least)
    shortened = length // step * step + _A_SECOND  # beyond the middle, which could go either way
    return shortened if delta >= timedelta() else -shortened


@lru_cache(maxsize=4096)
def _length_in_words(delta: timedelta, locale: Locale, *, has_direction: bool) -> str:
    return dates.format_timedelta(
        delta, granularity="minute", add_direction=has_direction, locale=locale
    )


@lru_cache(maxsize=64)
def _joined(style: _Joined, locale: Locale) -> str:
    """Day and time as the language joins them: {1} à {0}."""
    return str(dates.get_datetime_format(style, locale=locale)).replace("'", "")


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without its zone cannot be shown")
    return moment.astimezone(current_zone())
