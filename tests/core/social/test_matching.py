"""Finding words in texts: Latin ones by their edges, Thai ones without cutting a syllable."""

import re
import string
import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from fedparents.social.matching import Matcher, Word, WordRule, fold

latin = st.text(string.ascii_letters + "éèêàçœüñ", min_size=1, max_size=8)
anything = st.text(max_size=40)


def finds(keyword, text, *, is_whole=True):
    return bool(Matcher([WordRule(1, [Word(keyword, is_whole)])]).find(text))


@pytest.mark.parametrize(
    ("keyword", "text", "whole", "part"),
    [
        ("vaccin", "Le vaccin de la grippe", True, True),
        ("vaccin", "La vaccination", False, True),
        ("vaccin", "#vaccin, @vaccin: (vaccin)", True, True),
        ("élection", "ÉLECTION municipale", True, True),
        ("election", "l’élection", True, True),
        ("l'ecole", "à l’école", True, True),
        ("bébé", "porte-bébé", True, True),
        ("bebe", "bébés", False, True),
        ("bebe", "be\u0301be\u0301", True, True),
        ("new york", "New\n York", True, True),
        ("a_b", "aa_b", False, True),
        ("5g", "25g de beurre", False, True),
        ("5g", "la 5G", True, True),
        ("c++", "du C++ ici", True, True),
        ("🤡", "Bravo 🤡🤡", True, True),
        ("straße", "STRASSE", True, True),
        ("ｖａｃｃｉｎ", "vaccin", True, True),
        # Thai: no spaces, yet no syllable is cut.
        ("วัคซีน", "พรุ่งนี้ไปฉีดวัคซีนที่โรงพยาบาล", True, True),
        ("หมา", "เห็นหมาในสวน", True, True),
        ("กม", "เล่นเกมกัน", False, True),
        ("ปล", "กินปลา", False, True),
        ("กา", "ก้าวหน้า", False, False),
        ("มี", "มีเงิน", True, True),
        ("ม", "มีเงิน", False, True),
        ("น้ำ", "ดื่มน้ำเยอะ", True, True),
        ("bio", "อาหารbioดี", True, True),
        ("๕", "๒๕ บาท", False, True),
        ("疫苗", "打疫苗了", True, True),
    ],
)
def test_words_in_texts(keyword, text, whole, part):
    assert finds(keyword, text) == whole
    assert finds(keyword, text, is_whole=False) == part


@given(st.text(string.ascii_lowercase + " .,-", max_size=30), st.sampled_from(["a", "ab", "b a"]))
def test_ascii_words_are_found_as_a_regular_expression_finds_them(text, keyword):
    text = " ".join(text.split())
    expected = re.search(rf"(?<!\w){re.escape(keyword)}(?!\w)", text) is not None
    assert finds(keyword, text) == expected


@given(latin, anything, anything)
def test_a_word_between_spaces_is_found_in_every_spelling(word, before, after):
    for spelled in (
        word,
        word.upper(),
        unicodedata.normalize("NFD", word),
        unicodedata.normalize("NFD", word.upper()),
    ):
        assert finds(word, f"{before} {spelled} {after}")


@given(latin)
def test_a_part_of_a_longer_word_is_no_whole_word(word):
    longer = f"x{word}x"
    assume(fold(word) not in fold("x" + word[1:] + "x")[:1])
    assume(fold(word) != "x")
    assert not finds(word, longer)
    assert finds(word, longer, is_whole=False)


@given(st.text(min_size=1, max_size=6), anything)
def test_what_is_found_as_a_whole_is_found_as_a_part(word, text):
    if finds(word, text):
        assert finds(word, text, is_whole=False)


@example("\u1fef")  # comes apart into a grave accent
@given(anything)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


def test_each_filter_says_which_of_its_words_it_found():
    matcher = Matcher(
        [
            WordRule(1, [Word("Loto"), Word("bingo"), Word("tombola")]),
            WordRule(2, [Word("kermesse")]),
            WordRule(3, [Word("\u0301"), Word("")]),
        ]
    )
    found = matcher.find("Grand loto et TOMBOLA samedi")
    assert [(match.filter_id, match.words) for match in found] == [(1, ("Loto", "tombola"))]
    assert matcher.find("") == []
