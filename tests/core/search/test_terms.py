"""What is the same word for whoever searches, in three languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedparents.search.terms import TERMS_IN_A_QUERY, terms_of, terms_wanted


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("poussette double", "Poussettes doubles à donner"),
        ("poussette double", "Une poussette-double !"),
        ("creche", "La crèche du Corentin"),
        ("crèche", "LA CRECHE"),
        ("école", "Devant l'école"),
        ("vélo", "Deux vélos d'enfant"),
        ("oeuf", "Un œuf"),
        ("cheval", "Des chevaux de bois"),
        ("prams", "A double pram"),
        ("รถเข็น", "มีรถเข็นเด็กให้ยืม"),
        ("รถ", "มีรถเข็นเด็กให้ยืม"),
        ("เด็ก", "รถเข็นเดก"),
        ("🚲", "Qui vient ? 🚲"),
        ("2026", "Été 2026"),
        ("๒๕๖๙", "ปี 2569"),
        ("Ελένη", "ελενη"),
    ],
)
def test_what_is_found(query, text):
    assert terms_wanted(query)
    assert set(terms_wanted(query)) <= set(terms_of(text))


@pytest.mark.parametrize(
    ("query", "text"), [("poussette", "pousse"), ("รถเข็น", "รถไฟ"), ("lit", "litre")]
)
def test_what_is_another_word(query, text):
    assert not set(terms_wanted(query)) <= set(terms_of(text))


@pytest.mark.parametrize("query", ["", "   ", "'\"()*", "–"])
def test_what_cannot_be_looked_for(query):
    assert terms_wanted(query) == []


@given(st.text(max_size=200))
def test_terms_are_plain_whatever_was_typed(text):
    assert all(
        (term.isascii() and term.isalnum() and term.islower()) or term.isdecimal()
        for term in terms_of(text)
    )
    assert len(terms_wanted(text)) <= TERMS_IN_A_QUERY


@given(st.text(max_size=60))
def test_every_text_is_found_by_itself(text):
    assert set(terms_wanted(text)) <= set(terms_of(text))
