"""What somebody should think about twice before everybody reads it: a telephone number, an address,
the name of a child. It is asked about, never refused: who knows their neighbours may say it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Subject(StrEnum):
    PHONE = "phone"
    ADDRESS = "address"
    CHILD = "child"


@dataclass(frozen=True, slots=True)
class Delicate:
    """What was noticed, in the words in which it stands there."""

    subject: Subject
    words: str


_PHONES: Final = (
    re.compile(r"(?<![\d/.,])0[1-9](?:[\s.\-]{0,2}\d{2}){4}(?!\d)"),
    re.compile(r"(?<![\d/.,])0[689]\d?[\s\-]?\d{3}[\s\-]?\d{4}(?!\d)"),
    re.compile(r"(?<!\w)(?:\+|00)\d{1,3}(?:[\s.\-]{0,2}\(?\d\)?){7,11}(?!\d)"),
)
_ADDRESS: Final = re.compile(
    r"(?<!\w)\d{1,4}\s?(?:bis|ter)?,?\s+(?:rue|avenue|av\.|boulevard|bd|place|allée|impasse|chemin"
    r"|quai|square|route)\s+(?:de\s+la\s+|de\s+l['’]|des\s+|du\s+|de\s+|d['’])?[\w'’-]+"
    r"|(?<!\w)\d{1,4}\s+[A-Z][\w'’-]+\s+(?:Street|Road|Avenue|Lane|Drive)\b"
    r"|บ้านเลขที่\s*\d[\d/]*",
    re.IGNORECASE,
)
_NAME: Final = r"[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+(?:-[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+)?"
_CHILDREN: Final = (
    re.compile(
        r"(?i:\b(?:ma|mon|notre|nos|mes)\s+(?:petite?s?\s+|grande?s?\s+|jeunes?\s+|deux\s+)?"
        r"(?:filles?|fils|garçons?|enfants?|bébé|jumeaux|jumelles|fillette|puce|loulou))"
        rf"\s*,?\s+(?P<name>{_NAME})\b"
    ),
    re.compile(
        r"(?i:\b(?:my|our)\s+(?:little\s+|big\s+|older\s+|younger\s+|two\s+)?"
        r"(?:son|daughter|boy|girl|kids?|child|children|baby|twins?|toddler))"
        rf"\s*,?\s+(?P<name>{_NAME})\b"
    ),
    re.compile(rf"(?i:s['’]appellent?|\bis\s+called|\bnamed|\bprénommée?)\s+(?P<name>{_NAME})\b"),
    re.compile(
        rf"\b(?i:pour|for)\s+(?P<name>{_NAME})\s*[,(]\s*\d{{1,2}}\s*(?:ans?|mois|years?|months?)\b"
    ),
    re.compile(r"ลูก(?:สาว|ชาย)?(?:ของ\S+\s*)?ชื่อ\s*(?P<name>[\u0e00-\u0e7f]+)"),
)
_AT_MOST: Final = 3


def find_delicate(text: str) -> list[Delicate]:
    """At most three of each, in the order of the subjects."""
    found = (
        *_of(Subject.PHONE, (match.group() for each in _PHONES for match in each.finditer(text))),
        *_of(Subject.ADDRESS, (match.group() for match in _ADDRESS.finditer(text))),
        *_of(Subject.CHILD, (match["name"] for each in _CHILDREN for match in each.finditer(text))),
    )
    return list(found)


def newly_delicate(text: str, before: str) -> list[Delicate]:
    """What changed words say that was not said before: nobody is asked twice about the same."""
    known = set(find_delicate(before))
    return [each for each in find_delicate(text) if each not in known]


def _of(subject: Subject, words: Iterator[str]) -> list[Delicate]:
    once = dict.fromkeys(each.strip() for each in words)
    return [Delicate(subject, each) for each in list(once)[:_AT_MOST]]
