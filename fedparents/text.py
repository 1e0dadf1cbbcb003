"""Hygiene for words that people type: one form of Unicode, nothing invisible that deceives.

Rules of features 4.0 and 4.26: NFC; control and direction-override characters go; what is empty
after trimming is missing; U+0000 is refused; towers of combining marks are cut.
"""

from __future__ import annotations

import re
import unicodedata

from fedparents.errors import Invalid

_MARKS_PER_LETTER = 8  # Thai needs two, Vietnamese in NFD two, Hebrew with accents four
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_ZERO_WIDTH = "\u00ad\u180e\u200b\u2060-\u2064\ufeff\ufff9-\ufffb"
_CONTROL = "\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_INVISIBLE = re.compile(f"[{_BIDI}{_ZERO_WIDTH}{_CONTROL}]")
_SPACES_ON_A_LINE = re.compile(r"[^\S\n]{2,}|[^\S\n ]")  # all but a single usual one
_HARD_SPACE = re.compile("[\u00a0\u202f]")  # French keeps its double signs on their line with these
_FIRST_MARK = "\u0300"
_MAYBE_TOWER = re.compile(f"[{_FIRST_MARK}-\U0010ffff]{{{_MARKS_PER_LETTER + 1}}}")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean_line(text: str) -> str:
    """One line of text: line breaks become spaces, runs of spaces become one."""
    return " ".join(_visible(text).split())


def clean_text(text: str) -> str:
    """Text of several lines: at most one blank line and one space in a row, none trailing."""
    lines = _visible(text).replace("\r\n", "\n").replace("\r", "\n")
    joined = "\n".join(map(str.rstrip, _SPACES_ON_A_LINE.sub(_one_space, lines).split("\n")))
    return _BLANK_LINES.sub("\n\n", joined).strip()


def has_letter_or_digit(text: str) -> bool:
    """Whether a name can be read aloud: an emoji alone cannot."""
    return any(unicodedata.category(character)[0] in "LN" for character in text)


def digits_in(text: str) -> str:
    """The digits of a text as 0 to 9, in whichever script they were typed; nothing else of it."""
    return "".join(str(int(character)) for character in text if character.isdecimal())


def required_line(field: str, text: str, *, at_most: int, at_least: int = 1) -> str:
    """A clean line of the wanted length in characters; raises Invalid on `field`."""
    return _measured(field, clean_line(text), at_least, at_most)


def required_text(field: str, text: str, *, at_most: int) -> str:
    """Clean text of several lines; raises Invalid on `field`."""
    return _measured(field, clean_text(text), 1, at_most)


def optional_text(field: str, text: str, *, at_most: int) -> str:
    """Clean text of several lines that may be empty; raises Invalid on `field`."""
    return _measured(field, clean_text(text), 0, at_most)


def _measured(field: str, cleaned: str, at_least: int, at_most: int) -> str:
    if at_least and not cleaned:
        raise Invalid({field: "missing"})
    if len(cleaned) < at_least:
        raise Invalid({field: "too_short"}, at_least=at_least)
    if len(cleaned) > at_most:
        raise Invalid({field: "too_long"}, at_most=at_most)
    return cleaned


def _one_space(run: re.Match[str]) -> str:
    hard = _HARD_SPACE.search(run.group())
    return hard.group() if hard else " "


def _visible(text: str) -> str:
    if "\x00" in text:
        raise Invalid({"text": "null_character"})
    # A lone surrogate cannot be written in UTF-8, so it could not be stored.
    text = text.encode("utf-8", "replace").decode("utf-8")
    normal = unicodedata.normalize("NFC", text)
    return _without_towers(_INVISIBLE.sub("", normal))


def _without_towers(text: str) -> str:
    if _MAYBE_TOWER.search(text) is None:
        return text
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MARKS_PER_LETTER:
            kept.append(character)
    return "".join(kept)
