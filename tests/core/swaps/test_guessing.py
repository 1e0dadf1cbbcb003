"""What is understood of a sentence, in three languages; and what had better not be said in one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedparents.swaps.categories import ROOTS, TREE, root_of
from fedparents.swaps.delicate import Subject, find_delicate
from fedparents.swaps.guessing import guess, guess_category
from fedparents.swaps.models import Condition, Direction, Mode
from fedparents.swaps.refused import refusal_of

ASK, OFFER = Direction.ASK, Direction.OFFER


@pytest.mark.parametrize(
    ("direction", "text", "expected"),
    [
        (
            OFFER,
            "size 6 wellies, free",
            {"mode": Mode.GIVE, "category": "shoes/boots", "size": "6"},
        ),
        (
            OFFER,
            "Je donne un lit parapluie, très bon état, 0 à 3 ans",
            {
                "mode": Mode.GIVE,
                "category": "sleep/cot",
                "condition": Condition.VERY_GOOD,
                "age_from": 0,
                "age_to": 36,
                "size": "0 à 3 ans",
            },
        ),
        (
            OFFER,
            "Vends manteau 4 ans, 12,50 €",
            {"mode": Mode.SELL, "category": "clothes/coat", "price_cents": 1250, "age_to": 60},
        ),
        (OFFER, "Poussette double, 80 euros", {"mode": Mode.SELL, "price_cents": 8000}),
        (OFFER, "I lend our bicycle trailer", {"mode": Mode.LEND, "category": "sport/bicycle"}),
        (OFFER, "Vélo 14 pouces à échanger", {"mode": Mode.SWAP, "size": "14 pouces"}),
        (
            OFFER,
            "แจกรองเท้าบูท เบอร์ 26 สภาพดีมาก",
            {"mode": Mode.GIVE, "size": "26", "condition": Condition.VERY_GOOD},
        ),
        (ASK, "Cherche siège auto 15–36 kg", {"mode": None, "category": "car-seat"}),
        (ASK, "ต้องการรถเข็นเด็กคู่", {"category": "stroller"}),
        (ASK, "Qui peut nous prêter un vélo ?", {"mode": Mode.LEND}),
        (ASK, "Je voudrais emprunter un vélo", {"mode": Mode.LEND}),
        (OFFER, "Bodies 12-18 mois, usés", {"age_from": 12, "age_to": 18, "size": "12-18 mois"}),
        (OFFER, "Quelque chose de joli", {"mode": None, "category": "", "price_cents": None}),
    ],
)
def test_a_sentence_says_what_it_is(direction, text, expected):
    found = guess(text, direction)
    assert {name: getattr(found, name) for name in expected} == expected


def test_every_word_of_the_tree_leads_to_its_kind():
    for key, category in TREE.items():
        for word in category.words:
            assert root_of(guess_category(word)) == root_of(key), word
    assert all(root_of(key) in ROOTS for key in TREE)


@given(st.text(max_size=300), st.sampled_from(Direction))
def test_whatever_somebody_types_something_sensible_is_understood(text, direction):
    found = guess(text, direction)
    assert found.category == "" or found.category in TREE
    if found.age_from is not None and found.age_to is not None:
        assert 0 <= found.age_from <= found.age_to
    find_delicate(text)
    refusal_of(text, direction)


@pytest.mark.parametrize(
    ("text", "direction", "code"),
    [
        ("Donne deux chatons de deux mois", OFFER, "swap_no_animals"),
        ("Free puppies", OFFER, "swap_no_animals"),
        ("Donne livre sur les chats", OFFER, ""),
        ("Peluche lapin", OFFER, ""),
        ("Cage pour lapin", OFFER, ""),
        ("Qui peut garder notre chat ?", ASK, ""),
        ("Lait maternel congelé", OFFER, "swap_no_milk"),
        ("Cherche du Doliprane", ASK, "swap_no_medicine"),
        ("Carabine de grand-père", OFFER, "swap_no_weapons"),
        ("Cosy rappelé par le fabricant", OFFER, "swap_no_recalled"),
    ],
)
def test_what_does_not_change_hands_is_told_from_what_does(text, direction, code):
    assert refusal_of(text, direction) == code


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Appelez au 06 12 34 56 78", [(Subject.PHONE, "06 12 34 56 78")]),
        ("+33 6 12 34 56 78", [(Subject.PHONE, "+33 6 12 34 56 78")]),
        ("โทร 081-234-5678", [(Subject.PHONE, "081-234-5678")]),
        ("À prendre au 12 rue Kléber", [(Subject.ADDRESS, "12 rue Kléber")]),
        ("Ma fille Léa a grandi", [(Subject.CHILD, "Léa")]),
        ("My son Tom has outgrown it", [(Subject.CHILD, "Tom")]),
        ("Pour Zoé, 4 ans", [(Subject.CHILD, "Zoé")]),
        ("Ma fille a grandi, taille 86, 2024", []),
        ("My daughter needs boots, size 26", []),
    ],
)
def test_numbers_addresses_and_names_of_children_are_noticed(text, found):
    assert [(each.subject, each.words) for each in find_delicate(text)] == found
