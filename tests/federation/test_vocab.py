"""Each document carries the part of the context that explains it, and nothing of it is lost."""

import json
from importlib import resources

import pytest
from pyld import jsonld
from pyld.documentloader.frozen import FrozenDocumentLoader

from federation.reading import JsonObject
from federation.vocab import AS, DATA_INTEGRITY, SECURITY, TERMS, with_context

EXAMPLES = sorted(
    path.name
    for path in resources.files("schemas").joinpath("objects").iterdir()
    if path.name.endswith(".json") and not path.name.endswith(".schema.json")
)


def example(name):
    return json.loads(resources.files("schemas").joinpath(f"objects/{name}").read_bytes())


def names(value):
    """All properties of a document, however deep."""
    if isinstance(value, list):
        return set().union(*map(names, value))
    if isinstance(value, dict):
        inner = {name: each for name, each in value.items() if name != "@context"}
        return set(inner).union(*map(names, inner.values()))
    return set()


def test_only_what_is_used_is_explained():
    assert with_context({"type": "Note", "content": "x"})["@context"] == [AS]
    found = with_context({"type": "Person", "discoverable": True})["@context"]
    assert found == [
        AS,
        {"toot": TERMS["toot"], "discoverable": "toot:discoverable"},
    ]


def test_the_order_of_contexts():
    document: JsonObject = {"type": "Person", "publicKey": {"owner": "x"}, "discoverable": True}
    match with_context(document, has_proof=True)["@context"]:
        case [*before, dict()]:
            assert before == [AS, SECURITY, DATA_INTEGRITY]
        case other:
            pytest.fail(f"{other} does not end with our own words")


def test_a_word_means_one_thing():
    """Whatever begins with a prefix begins with one of the table."""
    prefixes = {name for name, meaning in TERMS.items() if str(meaning).startswith("http")}
    for name, meaning in TERMS.items():
        address = meaning["@id"] if isinstance(meaning, dict) else meaning
        if name not in prefixes:
            assert str(address).partition(":")[0] in prefixes | {"as"}, name


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_property_of_an_example_is_lost(name):
    document = example(name)
    context = document.pop("@context")
    loads = {"documentLoader": FrozenDocumentLoader()}
    whole = jsonld.expand({"@context": context, **document}, loads)
    back = jsonld.compact(whole, context, loads)
    assert names(back) == names(document)
