"""The same name is the same words, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedparents.places.names import abbreviates, fold, name_keys


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Issy-les-Moulineaux", "issy les moulineaux"),
        ("ISSY  LES MOULINEAUX ", "issy les moulineaux"),
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("L’Haÿ-les-Roses", "l hay les roses"),
        ("Évry-Courcouronnes", "evry courcouronnes"),
        ("E\u0301vry", "evry"),
        ("Œuilly", "oeuilly"),
        ("St-Denis", "saint denis"),
        ("Ste Geneviève", "sainte genevieve"),
        ("Châlons s/ Marne", "chalons sur marne"),
        ("Straße", "strasse"),
        ("st", "st"),
        ("เชียงใหม่", "เชียงใหม่"),
        ("%_*' \"", ""),
    ],
)
def test_folding(written, folded):
    assert fold(written) == folded


@given(st.text())
def test_folding_is_stable_and_has_single_spaces(text):
    folded = fold(text)
    assert fold(folded) == folded
    assert folded == " ".join(folded.split())
    assert "%" not in folded
    assert "_" not in folded


def test_a_name_is_found_without_its_article_its_apostrophe_and_from_its_later_words():
    whole, later = name_keys("L'Haÿ-les-Roses")
    assert whole == {"l hay les roses", "lhay les roses", "hay les roses"}
    assert later == {"roses"}
    assert name_keys("Villeneuve-d'Ascq") == (
        {"villeneuve d ascq", "villeneuve dascq"},
        {"ascq"},
    )
    assert name_keys("…") == (set(), set())


def test_words_may_be_shortened():
    assert abbreviates("moul", "moulineaux")
    assert abbreviates("mx", "moulineaux")
    assert not abbreviates("mz", "moulineaux")
    assert not abbreviates("m", "issy")
    assert not abbreviates("xm", "moulineaux")
