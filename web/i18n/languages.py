"""The languages that there are: catalogues compiled in memory when first needed, and the choice.

The order of choice is the account's language, the browser's cookie, its header, the place's own.
"""

from __future__ import annotations

import io
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Final

import structlog
from babel import Locale
from typing_extensions import override

from fedparents.instance.service import LANGUAGES
from web.i18n.reading import ENGLISH, Language

FOLDER: Final = Path(__file__).parents[1] / "locale"
DOMAIN: Final = "fedparents"
# English for Europe: the day before the month, and 24 hours.
LOCALES: Final = {"fr": "fr_FR", "en": "en_GB", "th": "th_TH"}
_MOST_ASKED_FOR = 32
_LONGEST_HEADER = 1000

log = structlog.get_logger(__name__)


class Languages:
    """The catalogues; each is read when the first person needs it."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._loaded: dict[str, Language] = {ENGLISH.tag: ENGLISH}

    @property
    def tags(self) -> tuple[str, ...]:
        return LANGUAGES

    def get(self, tag: str) -> Language:
        """The language of a tag; English for one that we do not write."""
        if tag not in LANGUAGES:
            return ENGLISH
        found = self._loaded.get(tag)
        if found is None:
            found = self._loaded[tag] = self._load(tag)
        return found

    def all(self) -> list[Language]:
        """Every language, to choose from."""
        return [self.get(tag) for tag in LANGUAGES]

    def choose(self, *wishes: str, header: str, default: str) -> Language:
        """The first wish that is a language of ours, else what the header asks for, or default."""
        for wish in wishes:
            if wish in LANGUAGES:
                return self.get(wish)
        return self.get(preferred(header, LANGUAGES) or default)

    def _load(self, tag: str) -> Language:
        locale = Locale.parse(LOCALES[tag])
        name = locale.get_language_name(tag) or tag
        return Language(tag, name[:1].upper() + name[1:], locale, self._catalogue(tag))

    def _catalogue(self, tag: str) -> NullTranslations:
        path = self._folder / tag / "LC_MESSAGES" / f"{DOMAIN}.po"
        compiled = _compiled(path, tag, path.stat().st_mtime_ns)
        catalogue = GNUTranslations(io.BytesIO(compiled))
        catalogue.add_fallback(_Untranslated(tag))
        return catalogue


class _Untranslated(NullTranslations):
    """A sentence that has no translation yet is shown in English, and logged once."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self._tag = tag
        self._noted: set[str] = set()

    @override
    def gettext(self, message: str) -> str:
        self._note(message)
        return message

    @override
    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self._note(msgid1)
        return super().ngettext(msgid1, msgid2, n)

    @override
    def pgettext(self, context: str, message: str) -> str:
        self._note(message)
        return message

    @override
    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        self._note(msgid1)
        return super().npgettext(context, msgid1, msgid2, n)

    def _note(self, message: str) -> None:
        if message and message not in self._noted:
            self._noted.add(message)
            log.warning("i18n.untranslated", language=self._tag, message=message)


def preferred(header: str, offered: tuple[str, ...]) -> str | None:
    """What an Accept-Language header wants most of what is offered; None when nothing fits."""
    best: tuple[float, str] | None = None
    for part in header[:_LONGEST_HEADER].split(",")[:_MOST_ASKED_FOR]:
        range_, _, params = part.partition(";")
        tag = range_.strip().lower().partition("-")[0]
        quality = _quality(params)
        if tag in offered and quality > 0 and (best is None or quality > best[0]):
            best = (quality, tag)
    return best[1] if best else None


def _quality(params: str) -> float:
    name, _, value = params.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        quality = float(value.strip())
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0


@lru_cache(maxsize=8)
def _compiled(path: Path, tag: str, _changed_ns: int) -> bytes:
    """To read one takes a twentieth of a second; many places of one process read the same."""
    # Only a process that writes in this language needs the reader of catalogues.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(path.read_bytes()), locale=tag))
    return compiled.getvalue()
