"""What somebody says of themselves in lines: `PropertyValue`, and how FEP-fb2a writes the same."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

from federation.reading import Json, JsonObject, line_of, objects_of, types_of, uri_of, words_of
from fedparents.actors.fields import FIELD_LENGTH, ProfileField, read_fields
from fedparents.posts.content import linked

FIELDS_AT_MOST: Final = 10
VALUE_LENGTH: Final = 2000
_TARGET: Final = re.compile(r"<a\s[^<>]*\bhref=[\"'](https?://[^\"'<>]+)[\"']", re.IGNORECASE)


def fields_to_ap(stored: str) -> list[Json]:
    """Of somebody of ours; addresses in them are links."""
    return [
        {"type": "PropertyValue", "name": each.name, "value": linked(each.value)}
        for each in read_fields(stored)
    ]


def read_ap_fields(document: JsonObject) -> tuple[ProfileField, ...]:
    """Those of somebody elsewhere that say something, as plain words."""
    found = (_read(each) for each in objects_of(document.get("attachment")))
    return tuple(each for each in found if each is not None and all(each))[:FIELDS_AT_MOST]


def _read(item: JsonObject) -> ProfileField | None:
    name, types = line_of(item.get("name"), at_most=FIELD_LENGTH), set(types_of(item))
    if "PropertyValue" in types:
        return ProfileField(name, _words(item.get("value")))
    if "Note" in types:
        return ProfileField(name, _words(item.get("content")))
    if "Link" in types:
        return ProfileField(name, uri_of(item.get("href"))[:VALUE_LENGTH])
    return None


def _words(value: Json) -> str:
    """HTML as a line; of a link whose words do not say where it leads, that too."""
    line = " ".join(words_of(value, at_most=VALUE_LENGTH).split())
    return " ".join((line, *_hidden_targets(value, line)))[:VALUE_LENGTH].strip()


def _hidden_targets(value: Json, line: str) -> Iterator[str]:
    for target in map(html.unescape, _TARGET.findall(value if isinstance(value, str) else "")):
        if target.partition("://")[2].rstrip("/") not in line:
            yield target
