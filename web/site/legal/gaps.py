"""The gaps of a legal text: what only the association knows, marked as `[… what is missing …]`.

They live in the text itself, so a form can be made of whatever is still missing, in any language,
also after somebody has rewritten the rest.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from fedparents.instance.queries import GAP
from fedparents.text import clean_line

# Blanks and the closing dots are taken off afterwards: a pattern that looked for them too would try
# every way to share out a long run of blanks.
MARKED_GAP: Final = re.compile(rf"{re.escape(GAP)}([^\[\]]*)\]")
LONGEST_ANSWER: Final = 300


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing, however often the texts need it."""

    label: str

    @property
    def field(self) -> str:
        """Its name in a form: the same as long as the words are."""
        return f"gap-{hashlib.sha256(self.label.encode()).hexdigest()[:10]}"

    @property
    def sentence(self) -> str:
        """Its label, to stand over a field."""
        return self.label[:1].upper() + self.label[1:]


def gap(label: str) -> str:
    return f"{GAP} {label} …]"


def has_gap(text: str) -> bool:
    return GAP in text


def gaps_in(texts: Iterable[str]) -> list[Gap]:
    """What is missing, each once, in the order of reading."""
    labels = [_label(match) for text in texts for match in MARKED_GAP.finditer(text)]
    return [Gap(label) for label in dict.fromkeys(filter(None, labels))]


def fill_gaps(text: str, answers: Mapping[str, str]) -> str:
    """The text with these answers, by the names of their fields; empty ones leave the gap."""

    def fill(match: re.Match[str]) -> str:
        answer = clean_line(answers.get(Gap(_label(match)).field, ""))[:LONGEST_ANSWER]
        return as_text(answer) if answer else match.group(0)

    return MARKED_GAP.sub(fill, text)


def _label(match: re.Match[str]) -> str:
    return match.group(1).strip().rstrip("…").rstrip()


def as_text(answer: str) -> str:
    """Words, not Markdown: `*` and brackets in an answer are meant as they are."""
    return re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", answer)
