"""Every sentence is found, and says the same things in every language."""

import re

import pytest

from web.i18n.messages import (
    collect,
    harden_spaces,
    is_translated,
    read_catalogue,
    standing_of,
    translated_tags,
)
from web.i18n.words import WORDS
from web.site.style.samples import SAMPLES

FOUND = collect()
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def test_sentences_of_code_and_templates_are_found():
    found = {message.id for message in FOUND if isinstance(message.id, str)}
    assert set(WORDS.values()) <= found
    assert "Skip to the content" in found


def test_plurals_are_found():
    assert any(isinstance(message.id, tuple) for message in FOUND)


@pytest.mark.parametrize("tag", translated_tags())
def test_a_catalogue_lacks_nothing(tag):
    standing = standing_of(tag, FOUND, read_catalogue(tag))
    assert not standing.missing, standing.line


@pytest.mark.parametrize("tag", translated_tags())
def test_translations_keep_the_placeholders(tag):
    wrong = []
    catalogue = read_catalogue(tag)
    for message in catalogue:
        if not message.id or not is_translated(message, catalogue):
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        given = message.string or ""
        strings = [given] if isinstance(given, str) else list(given)
        wanted = set(PLACEHOLDER.findall(ids[-1]))
        for string in strings:
            if not set(PLACEHOLDER.findall(string)) <= wanted | {"num"} or (
                len(strings) == 1 and set(PLACEHOLDER.findall(string)) != wanted
            ):
                wrong.append((ids[0], string))
    assert not wrong


@pytest.mark.parametrize("tag", translated_tags())
def test_a_catalogue_holds_nothing_that_nobody_says(tag):
    said = {(message.context, message.id) for message in FOUND}
    stale = [m.id for m in read_catalogue(tag) if m.id and (m.context, m.id) not in said]
    assert not stale, "run `make messages`"


def test_french_has_hard_spaces_before_its_double_signs():
    written = [m.string for m in read_catalogue("fr") if m.id and isinstance(m.string, str)]
    assert written == [harden_spaces(string) for string in written], "run `make messages`"
    assert harden_spaces("« Vraiment ? » : oui !") == (
        "«\u202fVraiment\u202f?\u202f»\u00a0: oui\u202f!"
    )
    assert harden_spaces("par e-mail") == "par e\u2011mail"


def test_thai_says_nothing_about_the_sex_of_anybody():
    """Of who speaks or who reads: nobody knows, and nobody has to say."""
    written = [str(message.string) for message in read_catalogue("th")]
    written += [str(sample) for sample in SAMPLES["th"].values()]
    assert [text for text in written if re.search("ค่ะ|ครับ|ฉัน|กระผม", text)] == []
