"""What people type is kept as they mean it, without what only deceives."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedparents.errors import Invalid
from fedparents.text import clean_line, clean_text, has_letter_or_digit, required_line

anything = st.text(st.characters(exclude_characters="\x00", exclude_categories=()), max_size=300)


@given(anything)
def test_cleaning_twice_changes_nothing_more(text):
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_text(clean_text(text)) == clean_text(text)


@given(anything)
def test_a_line_is_one_line_in_one_form_that_can_be_stored(text):
    line = clean_line(text)
    assert "\n" not in line
    assert "\r" not in line
    assert line == line.strip()
    assert unicodedata.is_normalized("NFC", line)
    line.encode("utf-8")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Marie \t B. ", "Marie B."),
        ("e\u0301cole", "école"),
        ("tset\u202egnp.exe", "tsetgnp.exe"),
        ("a\u200bb\ufeffc", "abc"),
        ("bell\x07", "bell"),
        ("ลูกน้อย", "ลูกน้อย"),
        ("👩‍👧‍👦", "👩‍👧‍👦"),
        ("<b>'; DROP TABLE account;--", "<b>'; DROP TABLE account;--"),
    ],
)
def test_what_is_kept(typed, kept):
    assert clean_line(typed) == kept


def test_a_tower_of_marks_is_cut():
    assert len(clean_line("a" + "\u0301" * 10_000)) < 20


def test_several_lines_keep_at_most_one_blank_line():
    assert clean_text("one\r\n\r\n\r\n\r\ntwo  \n") == "one\n\ntwo"


def test_several_lines_keep_the_hard_spaces_of_french():
    assert clean_text("« Vraiment \u202f ?\u00a0»\u00a0\u00a0:  oui\u00a0\n") == (
        "« Vraiment\u202f?\u00a0»\u00a0: oui"
    )


def test_the_null_character_is_refused():
    with pytest.raises(Invalid):
        clean_line("a\x00b")


@pytest.mark.parametrize(
    ("typed", "code"), [("", "missing"), (" \u200b ", "missing"), ("a", "too_short")]
)
def test_a_required_line_says_what_is_wrong(typed, code):
    with pytest.raises(Invalid) as refused:
        required_line("name", typed, at_least=2, at_most=60)
    assert refused.value.fields == {"name": code}


def test_ten_thousand_characters_are_too_long():
    with pytest.raises(Invalid) as refused:
        required_line("name", "x" * 10_000, at_most=60)
    assert refused.value.fields == {"name": "too_long"}
    assert refused.value.params == {"at_most": 60}


@pytest.mark.parametrize(("name", "readable"), [("🦄🌈", False), ("Ана", True), ("ก", True)])
def test_an_emoji_alone_is_no_name(name, readable):
    assert has_letter_or_digit(name) is readable
