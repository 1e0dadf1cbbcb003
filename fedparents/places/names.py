"""How place names are compared: the same words whatever the accents, hyphens or abbreviations.

The keys made here are stored. Whoever changes them empties `place_source` in a migration, so that
the bundled places are loaded once more.
"""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l"}
)
_LATIN_MARKS = re.compile("[\u0300-\u036f]")
_ON_RIVER = re.compile(r"\bs\s*/\s*", re.IGNORECASE)  # "Châlons s/ Marne"
_ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_ARTICLES = frozenset(("l", "le", "la", "les"))
LITTLE_WORDS = _ARTICLES | frozenset(
    ("d", "de", "du", "des", "en", "sur", "sous", "lez", "et", "a", "au", "aux", "the", "of")
)
_ELISION = re.compile(r"\b([ld]) (?=\w)")


def fold(text: str) -> str:
    """Lower-case words of letters and digits, one space between: "L'Haÿ-les-Roses" is
    "l hay les roses". Marks of other scripts stay, because there they are letters."""
    text = _ON_RIVER.sub("sur ", text).translate(_LIGATURES)
    text = _LATIN_MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    words = "".join(c if _is_part_of_word(c) else " " for c in text).split()
    # A last "st" may be the beginning of "Strasbourg".
    return " ".join([_ABBREVIATIONS.get(word, word) for word in words[:-1]] + words[-1:])


def fold_postcode(text: str) -> str:
    """The same without spaces: "1012 AB" is "1012ab"."""
    return fold(text).replace(" ", "")


def name_keys(name: str) -> tuple[set[str], set[str]]:
    """What a name is found by: keys that stand for the whole of it, and keys that start at one of
    its later words. Among the first it is without its article ("Havre") and its apostrophes."""
    words = fold(name).split()
    whole = {" ".join(words)} - {""}
    if len(words) > 1 and words[0] in _ARTICLES:
        whole.add(" ".join(words[1:]))
    whole |= {_ELISION.sub(r"\1", key) for key in whole}
    later = {" ".join(words[at:]) for at in range(1, len(words)) if words[at] not in LITTLE_WORDS}
    return whole, later - whole


def abbreviates(word: str, whole: str) -> bool:
    """Whether `word` may stand for `whole`: its beginning, or its first and last letter with some
    of those between in order, as "mx" for "moulineaux"."""
    if whole.startswith(word):
        return True
    if len(word) == 1 or word[0] != whole[0] or word[-1] != whole[-1]:
        return False
    letters = iter(whole)
    return all(letter in letters for letter in word)


def _is_part_of_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"
