"""What pages say, in the language that a person reads, as patterns to find it by."""

from __future__ import annotations

import re
from dataclasses import dataclass

from web.i18n import Languages

_LANGUAGES = Languages()


class Typed(str):
    """What somebody wrote themselves, the same in every language."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Words:
    """`Words("fr")("Sign in")` is the sentence as a French page shows it."""

    language: str

    def __call__(self, message: str, **params: object) -> str:
        if isinstance(message, Typed):
            return message
        return _LANGUAGES.get(self.language).catalogue.gettext(message) % params

    def plural(self, singular: str, plural: str, number: int) -> str:
        found = _LANGUAGES.get(self.language).catalogue.ngettext(singular, plural, number)
        return found % {"num": number}


def exactly(text: str, *, or_more: bool = False) -> re.Pattern[str]:
    """Matches the text whatever kind of space is in it; `or_more` takes words after it too."""
    words = r"\s+".join(map(re.escape, text.split()))
    return re.compile(rf"^\s*{words}" + (r"(\s|$)" if or_more else r"\s*$"))
