"""What does not change hands here, whatever it costs (features 4.4)."""

from __future__ import annotations

import re
from typing import Final

from fedparents.swaps.folding import any_of, folded
from fedparents.swaps.guessing import guess_category
from fedparents.swaps.models import Direction

_NEITHER: Final = tuple(
    (code, any_of(words.split(", ")))
    for code, words in (
        (
            "swap_no_medicine",
            "medicament, antibiotique, doliprane, ibuprofene, paracetamol, ventoline, medicine,"
            " antibiotic, ibuprofen, prescription drug, ยาปฏิชีวนะ, ยาพารา, ยาแก้ไข้",
        ),
        (
            "swap_no_milk",
            "lait maternel, breast milk, breastmilk, นมแม่, lait en poudre entame, lait en poudre"
            " ouvert, boite de lait entamee, boite de lait ouverte, lait infantile entame, opened"
            " formula, opened tin of formula, นมผงเปิดแล้ว",
        ),
    )
)
"""Neither offered nor asked for."""
_OFFERED: Final = tuple(
    (code, any_of(words.split(", ")))
    for code, words in (
        (
            "swap_no_weapons",
            "arme a feu, carabine, fusil de chasse, couteau de chasse, airsoft, firearm, rifle,"
            " shotgun, hunting knife, อาวุธปืน",
        ),
        (
            "swap_no_recalled",
            "rappele par le fabricant, rappelee par le fabricant, produit rappele, rappel produit,"
            " recalled, ถูกเรียกคืน",
        ),
    )
)
"""Not offered: whoever asks may ask about it."""
_ANIMALS: Final = any_of(
    re.split(
        ", ",
        "chaton, chiot, chat, chien, lapin, lapin nain, cochon d'inde, hamster, perruche, poule,"
        " kitten, puppy, puppies, cat, dog, rabbit, guinea pig, ลูกแมว, ลูกหมา, ลูกสุนัข",
    )
)
_ABOUT_ANIMALS: Final = any_of(
    re.split(
        ", ",
        "cage, laisse, arbre a chat, litiere, croquette, clapier, poulailler, aquarium, garder,"
        " promener, cat tree, leash, cat litter, kennel, hutch, walk, feed, กรง",
    )
)


def refusal_of(text: str, direction: Direction) -> str:
    """The code of the complaint; "" for what may change hands.

    A living animal is told from a plush one by there being no other thing in the words.
    """
    words = folded(text)
    is_offer = direction == Direction.OFFER
    for code, pattern in (*_NEITHER, *_OFFERED) if is_offer else _NEITHER:
        if pattern.search(words):
            return code
    is_alive = is_offer and _ANIMALS.search(words) and not _ABOUT_ANIMALS.search(words)
    return "swap_no_animals" if is_alive and not guess_category(text) else ""
