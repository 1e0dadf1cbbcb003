"""Words, dates and numbers in the language of whoever reads."""

from __future__ import annotations

from web.i18n.languages import Languages
from web.i18n.reading import (
    ENGLISH,
    N_,
    Language,
    current_language,
    gettext,
    ngettext,
    read_in,
    reading_in,
)

__all__ = [
    "ENGLISH",
    "N_",
    "Language",
    "Languages",
    "current_language",
    "gettext",
    "ngettext",
    "read_in",
    "reading_in",
]
