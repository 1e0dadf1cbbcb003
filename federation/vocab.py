"""The words that towns use among each other, and the JSON-LD context that explains them.

The table of terms is published as `schemas/context/fedparents-v1.jsonld`. A document carries the
part of it that it uses, inlined: no server has to fetch anything of ours in order to read it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from federation.reading import Json, JsonObject

AS: Final = "https://www.w3.org/ns/activitystreams"
SECURITY: Final = "https://w3id.org/security/v1"
DATA_INTEGRITY: Final = "https://w3id.org/security/data-integrity/v1"
PUBLIC: Final = f"{AS}#Public"
PUBLIC_ALIASES: Final = frozenset({PUBLIC, "as:Public", "Public"})

ACTIVITY_TYPE: Final = "application/activity+json"
LD_TYPE: Final = f'application/ld+json; profile="{AS}"'

TERMS: Final[dict[str, Json]] = json.loads(
    resources.files("schemas").joinpath("context/fedparents-v1.jsonld").read_bytes()
)["@context"]
"""What each of our words means: a whole address, or one that begins with another of them."""

_PREFIXES: Final = {
    name: meaning
    for name, meaning in TERMS.items()
    if isinstance(meaning, str) and meaning.startswith("http")
}
NAMESPACES: Final = (
    "as:",
    f"{AS}#",
    "schema:",
    "http://schema.org/",
    "https://schema.org/",
    *(f"{prefix}:" for prefix in _PREFIXES),
    *_PREFIXES.values(),
)
"""With what other servers begin a name whose meaning is not its short one: cut off on reading."""
_OF_SECURITY: Final = frozenset({"publicKey", "publicKeyPem", "owner"})


def with_context(document: JsonObject, *, has_proof: bool = False) -> JsonObject:
    """A document as it leaves: with the context that explains all of its words.

    The first entry is always that of ActivityStreams; the one for proofs, which protects its
    terms, stands before ours.
    """
    used = frozenset(_names(document))
    return {"@context": list(_context(used, has_proof)), **document}


@lru_cache(maxsize=256)
def _context(used: frozenset[str], has_proof: bool) -> tuple[Json, ...]:
    context: list[Json] = [AS]
    if used & _OF_SECURITY:
        context.append(SECURITY)
    if has_proof:
        context.append(DATA_INTEGRITY)
    terms = [name for name in TERMS if name in used and name not in _PREFIXES]
    meanings = {name: TERMS[name] for name in terms}
    prefixes = {prefix for meaning in meanings.values() for prefix in _prefixes_of(meaning)}
    explained = {name: TERMS[name] for name in TERMS if name in prefixes} | meanings
    if explained:
        context.append(explained)
    return tuple(context)


def _prefixes_of(meaning: Json) -> Iterator[str]:
    addresses = meaning.values() if isinstance(meaning, dict) else [meaning]
    for address in addresses:
        if isinstance(address, str) and (prefix := address.partition(":")[0]) in _PREFIXES:
            yield prefix


def _names(value: Json) -> Iterator[str]:
    """The properties of a document, and the types that it names."""
    match value:
        case list():
            for each in value:
                yield from _names(each)
        case dict():
            for name, each in value.items():
                yield name
                if isinstance(each, str):
                    if name == "type":
                        yield each
                else:
                    yield from _names(each)
