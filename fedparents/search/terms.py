"""Words as they are searched: one normaliser for French, English and Thai, for both engines.

Terms are plain ASCII, so that no engine's own idea of words, accents or letters comes into play:
French endings and plurals go, accents go, Thai is cut into pairs and triples of its letters because
it writes no spaces, and a picture counts as a word. The terms are stored: whoever changes them
has to have every document written again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from typing import Final

from fedparents.places.names import fold

TERMS_IN_A_QUERY: Final = 10
_STEMS_FROM: Final = 4
"""Letters: shorter words have no ending that could go."""
_THAI: Final = re.compile("[\u0e00-\u0e7f]+")
_THAI_TONES: Final = re.compile("[\u0e47-\u0e4e]")
_PIECES: Final = re.compile("[\u0e00-\u0e7f]+|[^\u0e00-\u0e7f\\s]+")
_PICTURE: Final = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
_PAIR, _TRIPLE = 2, 3
_LONGEST: Final = 60
"""Letters: what is longer is no word, and engines have limits of their own."""


def terms_of(text: str) -> list[str]:
    """What a text is found by, each term once, in the order of the text."""
    return list(dict.fromkeys(_terms(text, _grams)))


def terms_wanted(text: str) -> list[str]:
    """What a query asks for; all of it has to be there. Empty: nothing that could be looked for."""
    return list(dict.fromkeys(_terms(text, _longest_grams)))[:TERMS_IN_A_QUERY]


def _terms(text: str, cut: Callable[[str], Iterable[str]]) -> Iterator[str]:
    for picture in _PICTURE.findall(text):
        yield f"u{ord(picture):x}"
    for piece in _PIECES.findall(fold(_with_plain_digits(text))):
        if _THAI.match(piece):
            yield from map(_spelled, cut(_THAI_TONES.sub("", piece)))
        elif word := _ascii(piece):
            yield _without_ending(word[:_LONGEST])


@lru_cache(maxsize=8192)
def _without_ending(word: str) -> str:
    """ "Poussettes" and "poussette", "vélos" and "vélo": the same term, and no real word. Kept,
    because most of what people say is a few thousand words, and an ending is long to find."""
    if len(word) < _STEMS_FROM or not word.isalpha():
        return word
    stem = _stem()(word)
    return stem[:-1] if stem[-1] in "sx" and len(stem) >= _STEMS_FROM else stem


@cache
def _stem() -> Callable[[str], str]:
    # The package loads thirty languages, a tenth of a second that no start has to wait for.
    import snowballstemmer

    stem: Callable[[str], str] = snowballstemmer.stemmer("french").stemWord
    return stem


def _ascii(word: str) -> str:
    """Letters of other scripts by their numbers, so that they are found as they were written."""
    return "".join(c if c.isascii() and c.isalnum() else f"x{ord(c):x}" for c in word)


def _with_plain_digits(text: str) -> str:
    """Thai digits, and all others that count from nought to nine, as 0 to 9."""
    return text if text.isascii() else "".join(str(unicodedata.decimal(c, c)) for c in text)


def _grams(thai: str) -> Iterable[str]:
    """Every pair and every triple; a single letter as it is."""
    if len(thai) < _PAIR:
        return [thai] if thai else []
    pairs = [thai[at : at + _PAIR] for at in range(len(thai) - 1)]
    return [*pairs, *(thai[at : at + _TRIPLE] for at in range(len(thai) - 2))]


def _longest_grams(thai: str) -> Iterable[str]:
    """Of a query only the longest: they say more and are fewer."""
    if len(thai) <= _TRIPLE:
        return [thai] if thai else []
    return [thai[at : at + _TRIPLE] for at in range(len(thai) - 2)]


def _spelled(thai: str) -> str:
    return "t" + "".join(f"{ord(c) - 0x0E00:02x}" for c in thai)
