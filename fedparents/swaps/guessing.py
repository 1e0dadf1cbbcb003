"""What somebody means by "size 6 wellies, free": guessed from the words, shown to be corrected."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from fedparents.swaps.categories import TREE
from fedparents.swaps.details import OLDEST_AGE, Details
from fedparents.swaps.folding import any_of, folded
from fedparents.swaps.models import Condition, Direction, Mode

_MODES: Final = tuple(
    (mode, any_of(words.split(", ")))
    for mode, words in (
        (
            Mode.LEND,
            "prete, preter, pret de, a preter, a emprunter, emprunter, louer, lend, lending,"
            " to lend, borrow, borrowing, ให้ยืม, ขอยืม",
        ),
        (
            Mode.SWAP,
            "echange, echanger, troc, troque, contre des, contre un, contre une, swap,"
            " swapping, to swap, in exchange for, แลก, แลกเปลี่ยน",
        ),
        (
            Mode.GIVE,
            "donne, donner, a donner, gratuit, gratuite, gratuitement, don, offre, offert,"
            " free, for free, give, giving, giving away, to give away, แจก, ให้ฟรี, ฟรี",
        ),
        (
            Mode.SELL,
            "vend, vendre, vente, a vendre, sell, selling, for sale, sale, ขาย",
        ),
    )
)
_CONDITIONS: Final = tuple(
    (condition, any_of(words.split(", ")))
    for condition, words in (
        (
            Condition.FOR_PARTS,
            "pour piece, pour pieces, a reparer, casse, for parts, broken, to repair, needs repair,"
            " เสีย, ซ่อม",
        ),
        (
            Condition.VERY_GOOD,
            "tres bon etat, excellent etat, parfait etat, comme neuf, comme neuve, peu porte,"
            " peu servi, like new, as new, very good condition, excellent condition, hardly used,"
            " สภาพดีมาก, เหมือนใหม่",
        ),
        (
            Condition.NEW,
            "neuf, neuve, jamais porte, jamais portee, jamais servi, avec etiquette, brand new,"
            " new, never worn, never used, unworn, with tags, ของใหม่, ไม่เคยใช้",
        ),
        (Condition.GOOD, "bon etat, etat correct, good condition, good state, สภาพดี"),
        (
            Condition.WORN,
            "use, usee, abime, abimee, taches, bien servi, worn, well used, stained, มีรอย, เก่า",
        ),
    )
)
_THINGS: Final = tuple((key, any_of(each.words)) for key, each in TREE.items() if each.words)

_PRICE: Final = re.compile(
    r"(?:(?P<before>\d{1,4}(?:[.,]\d{1,2})?)\s*(?:€|euros?\b|eur\b)(?:(?P<cents>\d{2})\b)?"
    r"|€\s*(?P<after>\d{1,4}(?:[.,]\d{1,2})?))"
)
_YEARS: Final = r"(?P<unit>ans?|years?|yrs?|yo|ปี|ขวบ)"
_MONTHS: Final = r"(?P<unit>mois|m|months?|mths?|เดือน)"
_TO: Final = r"\s*(?:-|–|à|a|to|et|ou|or|/|ถึง)\s*"
_AGES: Final = tuple(
    (
        factor,
        re.compile(rf"(?<![\d,.])(?P<low>\d{{1,2}})(?:{_TO}(?P<high>\d{{1,2}}))?\s*{unit}(?!\w)"),
    )
    for factor, unit in ((12, _YEARS), (1, _MONTHS))
)
_THAI_AGE: Final = re.compile(r"อายุ\s*(?P<low>\d{1,2})")
_WEIGHT: Final = re.compile(rf"(?<!\d)\d{{1,2}}(?:{_TO}\d{{1,2}})?\s*(?:kg|กก\.?)(?!\w)")
_SIZED: Final = re.compile(
    r"(?:taille|pointure|size|eu|uk|ไซซ์|ไซส์|ขนาด|เบอร์)\s*:?\s*"
    rf"(?P<size>\d{{1,3}}(?:{_TO}\d{{1,3}})?|x{{0,3}}[sml]\b)(?P<unit>\s*(?:cm|ans?|mois|years?|months?))?"
)
_INCHES: Final = re.compile(r"(?<!\d)\d{2}\s*(?:pouces?|inch(?:es)?|นิ้ว)(?!\w)")


@dataclass(frozen=True, slots=True)
class _Found:
    """The longest words win; of two that are as long, those that come first."""

    length: int
    begin: int
    key: str


def guess(text: str, direction: Direction) -> Details:
    """Whatever the words say; nothing of what they do not."""
    words = folded(text)
    price = _price(words)
    low, high = _ages(words)
    return Details(
        mode=_mode(words, direction, price),
        category=guess_category(text),
        size=_size(text, words),
        age_from=low,
        age_to=high,
        condition=_condition(words),
        price_cents=price if direction == Direction.OFFER else None,
    )


def guess_category(text: str) -> str:
    """A key of the tree, or "": the longest phrase says most of what a thing is, and what is named
    first is what is meant."""
    words = folded(text)
    found = [
        _Found(match.end() - match.start(), match.start(), key)
        for key, pattern in _THINGS
        if (match := pattern.search(words))
    ]
    if not found:
        return ""
    first = min(found, key=lambda each: each.begin)
    beside = [each for each in found if each.begin < first.begin + first.length]
    return max(beside, key=lambda each: (each.length, each.key)).key


def _mode(words: str, direction: Direction, price: int | None) -> Mode | None:
    if direction == Direction.ASK:
        lends = dict(_MODES)[Mode.LEND]
        return Mode.LEND if lends.search(words) else None
    for mode, pattern in _MODES:
        if pattern.search(words):
            return mode
    return Mode.SELL if price else None


def _condition(words: str) -> Condition | None:
    return next((each for each, pattern in _CONDITIONS if pattern.search(words)), None)


def _price(words: str) -> int | None:
    found = _PRICE.search(words)
    if found is None:
        return None
    euros, _, cents = (found["before"] or found["after"]).replace(",", ".").partition(".")
    return int(euros) * 100 + int((found["cents"] or cents or "0").ljust(2, "0"))


def _ages(words: str) -> tuple[int | None, int | None]:
    for factor, pattern in _AGES:
        if (found := pattern.search(words)) is not None:
            low = int(found["low"]) * factor
            # What fits at four fits until five; a size in months lasts three of them.
            lasts = 12 if factor > 1 else 3
            high = int(found["high"]) * factor if found["high"] else low + lasts
            return (low, high) if low <= high <= OLDEST_AGE else (None, None)
    if (found := _THAI_AGE.search(words)) is not None and int(found["low"]) * 12 < OLDEST_AGE:
        return int(found["low"]) * 12, int(found["low"]) * 12 + 12
    return None, None


def _size(text: str, words: str) -> str:
    found = _SIZED.search(words)
    if found is not None:
        begin, end = found.start("size"), max(found.end("size"), found.end("unit"))
    else:
        found = _INCHES.search(words) or _WEIGHT.search(words)
        found = found or next((age for _, each in _AGES if (age := each.search(words))), None)
        if found is None:
            return ""
        begin, end = found.span()
    # As it was typed, unless a letter became two when it was folded.
    return (text if len(text) == len(words) else words)[begin:end].strip()
