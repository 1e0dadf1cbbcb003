"""What somebody asks for or offers, by the word with which they begin: apps have no form for it."""

from __future__ import annotations

import re
from typing import Final

from fedparents.swaps.models import Direction

_WORDS: Final = {
    Direction.ASK: (
        *("cherche", "je cherche", "recherche", "je recherche", "on cherche", "nous cherchons"),
        *(
            "besoin de",
            "besoin d'",
            "j'ai besoin",
            "looking for",
            "wanted",
            "i need",
            "in search of",
        ),
        *("ต้องการ", "ตามหา", "มองหา", "ขอ"),
    ),
    Direction.OFFER: (
        *("donne", "je donne", "à donner", "a donner", "prête", "je prête", "à prêter", "offre"),
        *("j'offre", "propose", "je propose", "échange", "j'échange", "giving away", "free:"),
        *("offering", "i give", "lending", "to give away", "ให้", "แจก", "ให้ยืม", "แบ่งปัน"),
    ),
}
_LOOSE: Final = re.compile(r"^[\s*_>#\-–—•:.,!]+")
_ENDS: Final = re.compile(r"\W|\Z")


def direction_of(text: str) -> Direction | None:
    """None for what neither asks nor offers: nothing is lost, it is a message."""
    words = _LOOSE.sub("", text.replace("’", "'")).casefold()
    for direction, beginnings in _WORDS.items():
        if any(_begins(words, each) for each in beginnings):
            return direction
    return None


def _begins(words: str, beginning: str) -> bool:
    if not words.startswith(beginning):
        return False
    # Thai puts no space between words; elsewhere "offres" is not "offre".
    return (not beginning.isascii() and "\u0e00" <= beginning[0] <= "\u0e7f") or bool(
        _ENDS.match(words, len(beginning)) or not beginning[-1].isalnum()
    )
