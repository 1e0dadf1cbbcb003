"""Every code becomes a whole sentence in every language, whatever was given with it."""

import re
from datetime import date, timedelta

import pytest

from fedparents.errors import LimitReached, NotAllowed
from fedparents.instance.service import LANGUAGES
from web.i18n import Languages, reading_in
from web.i18n.words import WORDS, say, words_of

languages = Languages()
PARAMS = {
    "at_least": 3,
    "at_most": 5000,
    "lowest": 1,
    "highest": 99,
    "minimum": 18,
    "founded_as": "issy.example",
    "now": "meudon.example",
}


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("code", WORDS)
def test_a_code_becomes_a_sentence(tag, code):
    with reading_in(languages.get(tag)):
        sentence = say(code, PARAMS)
    assert sentence
    assert "%(" not in sentence
    assert sentence != code


@pytest.mark.parametrize("message", WORDS.values())
def test_sentences_do_not_blame(message):
    assert not re.search(r"\b(invalid|illegal|forbidden|wrong|error|failed|must)\b", message, re.I)


def test_a_param_that_was_forgotten_does_not_break_the_page():
    assert say("too_long", {}) == WORDS["invalid"]
    assert say("never_heard_of", {}) == WORDS["error"]


def test_numbers_and_times_are_shown_as_people_write_them():
    with reading_in(languages.get("fr")):
        assert "5\u202f000" in say("too_long", {"at_most": 5000})
        assert say("until", {"day": date(2026, 11, 25)}, {"until": "%(day)s"}) == "25 novembre 2026"
        assert say("in", {"time": timedelta(hours=2)}, {"in": "%(time)s"}) == "2\xa0heures"


def test_own_words_go_first():
    assert say("missing", {}, {"missing": "Tell neighbours what you need."}).startswith("Tell")


def test_an_error_of_the_core_has_words():
    assert "18" in words_of(NotAllowed("too_young", minimum=18))
    assert words_of(LimitReached()) == WORDS["too_many_requests"]
