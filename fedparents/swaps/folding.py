"""Words as they are compared: without capitals and accents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_THAI: Final = re.compile("[\u0e00-\u0e7f]")


def folded(text: str) -> str:
    """Without capitals and accents; Thai keeps its marks, which are letters."""
    plain = unicodedata.normalize("NFD", text.replace("’", "'").casefold())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", plain))


def any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Finds whole phrases, and their plurals, in folded text. Thai has no spaces around words and
    none of their forms."""
    spelled = sorted({folded(phrase) for phrase in phrases}, key=lambda phrase: -len(phrase))
    thai = [re.escape(each) for each in spelled if _THAI.match(each)]
    others = [
        r"(?:s|x|es)?[ -]".join(re.escape(word) for word in re.split("[ -]", each))
        for each in spelled
        if not _THAI.match(each)
    ]
    either = [rf"(?<!\w)(?:{'|'.join(others)})(?:s|x|es)?(?!\w)"] if others else []
    return re.compile("|".join([*either, *thai]))
