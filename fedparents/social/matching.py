"""Finding a person's filtered words in a text; pure functions, which know no database.

Case and accents do not count. A whole word ends where letters end; Thai, Lao, Khmer, Burmese,
Chinese and Japanese put no spaces between words, so there it ends wherever a syllable is not cut:
rather one text too many behind a warning than one that somebody wanted to be spared.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_LATIN_MARKS = re.compile("[\u0300-\u036f]")
_APOSTROPHES = str.maketrans("’ʼ`´", "''''")
_LEADING_VOWELS = frozenset("เแโใไເແໂໃໄ")
"""Written before the consonant after which they are spoken."""
_TRAILING_VOWELS = frozenset("ะาๅະາ")
_WITHOUT_SPACES = re.compile(
    "[\u0e01-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1780-\u17d3\u3041-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True)
class Word:
    """What is looked for."""

    text: str
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class WordRule:
    """One filter: its number and its words."""

    filter_id: int
    words: Sequence[Word]


@dataclass(frozen=True, slots=True)
class WordMatch:
    """A filter that holds for a text, and the words of it that were found, as they were given."""

    filter_id: int
    words: tuple[str, ...]
    post_id: int | None = None
    """The post itself, where the filter names it."""


class Matcher:
    """Several filters made ready for many texts."""

    def __init__(self, rules: Iterable[WordRule]) -> None:
        self._rules = [
            (rule.filter_id, [(word, folded) for word in rule.words if (folded := fold(word.text))])
            for rule in rules
        ]

    def find(self, text: str) -> list[WordMatch]:
        """The filters that hold for a text, in the order in which they were given."""
        if not self._rules:
            return []
        folded = fold(text)
        found = (
            WordMatch(number, tuple(word.text for word, key in words if _holds(word, key, folded)))
            for number, words in self._rules
        )
        return [match for match in found if match.words]


def fold(text: str) -> str:
    """A text as words are compared: without case, Latin accents and differences that only
    computers see; any run of spaces is one. Marks of other scripts stay: there they are letters."""
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    plain = plain.translate(_APOSTROPHES)  # what came apart may hold another one
    plain = _LATIN_MARKS.sub("", unicodedata.normalize("NFKD", plain))
    return " ".join(unicodedata.normalize("NFC", plain).split())


def _holds(word: Word, key: str, text: str) -> bool:
    at = text.find(key)
    while at >= 0:
        if not word.is_whole or (_begins(text, at) and _ends(text, at + len(key))):
            return True
        at = text.find(key, at + 1)
    return False


def _begins(text: str, at: int) -> bool:
    """Whether a word can begin here."""
    before, first = text[at - 1 : at], text[at]
    if not _is_letter(before) or not _is_letter(first):
        return True
    if _WITHOUT_SPACES.match(first) or _WITHOUT_SPACES.match(before):
        return before not in _LEADING_VOWELS
    return False


def _ends(text: str, at: int) -> bool:
    """Whether a word can end before this place."""
    last, after = text[at - 1], text[at : at + 1]
    if not _is_letter(after) or not _is_letter(last):
        return True
    if _WITHOUT_SPACES.match(last) or _WITHOUT_SPACES.match(after):
        return after not in _TRAILING_VOWELS and not unicodedata.category(after).startswith("M")
    return False


def _is_letter(character: str) -> bool:
    """Whether it is a part of words; a mark is one of the letter before it."""
    if not character:
        return False
    kind = unicodedata.category(character)[0]
    return kind in "LNM" or character == "_"
