"""The language and the time zone of whoever reads what is being written now, and words in it.

One template environment serves all languages: what changes from reader to reader is held in a
context variable, so that two requests at once never mix.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, tzinfo
from gettext import NullTranslations
from typing import Final

from babel import Locale, numbers


@dataclass(frozen=True, slots=True)
class Language:
    """One language that pages and mails are written in."""

    tag: str
    name: str
    """As its speakers write it."""
    locale: Locale
    catalogue: NullTranslations

    @property
    def direction(self) -> str:
        return self.locale.text_direction


ENGLISH = Language("en", "English", Locale.parse("en_GB"), NullTranslations())

_GROUPED: Final = 1000
"""From here on digits stand in groups."""
_language: ContextVar[Language] = ContextVar("language", default=ENGLISH)
_zone: ContextVar[tzinfo] = ContextVar("zone", default=UTC)


def read_in(language: Language, zone: tzinfo) -> None:
    """From here on in this task, words and dates are for a reader of this language and zone."""
    _language.set(language)
    _zone.set(zone)


@contextmanager
def reading_in(language: Language, zone: tzinfo = UTC) -> Iterator[None]:
    """The same for a while: several mails in several languages from one task."""
    before = _language.set(language), _zone.set(zone)
    try:
        yield
    finally:
        _language.reset(before[0])
        _zone.reset(before[1])


def current_language() -> Language:
    return _language.get()


def current_zone() -> tzinfo:
    return _zone.get()


def N_(message: str) -> str:
    """Mark a sentence for translation where it is written down before it is known who reads it."""
    return message


def gettext(message: str, **params: object) -> str:
    """The sentence in the reader's language; `%(name)s` is filled in, a percent sign is `%%`."""
    return translate(message) % params


def ngettext(singular: str, plural: str, n: int, **params: object) -> str:
    """The same for a sentence about a number, which is also there as `%(num)s`."""
    params.setdefault("num", in_digits(n))
    return translate_plural(singular, plural, n) % params


def in_digits(n: int) -> str:
    """A number in a sentence: 12 345, 12,345. Small ones, which are nearly all, look alike."""
    return str(n) if abs(n) < _GROUPED else numbers.format_decimal(n, locale=_language.get().locale)


def translate(message: str) -> str:
    """The translation alone, nothing filled in."""
    return _language.get().catalogue.gettext(message)


def translate_plural(singular: str, plural: str, n: int) -> str:
    return _language.get().catalogue.ngettext(singular, plural, n)


def translate_in_context(context: str, message: str) -> str:
    return _language.get().catalogue.pgettext(context, message)


def translate_plural_in_context(context: str, singular: str, plural: str, n: int) -> str:
    return _language.get().catalogue.npgettext(context, singular, plural, n)
