"""What a JSON document has against a schema: the few words of JSON Schema that ours use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "null": type(None),
}
_WORDS = {
    *("$schema", "$id", "title", "description", "type", "const", "enum", "pattern", "required"),
    *("properties", "items", "minItems", "contains", "anyOf"),
    *("$ref", "additionalProperties", "format", "default"),
}
_FORMATS = {"date-time": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
Named = dict[str, Any]
"""Schemas to which others refer, by the last part of the reference."""


def complaints(
    value: Any, schema: dict[str, Any], path: str = "", named: Named | None = None
) -> Iterator[str]:
    """Every place where the value is not as the schema says."""
    named = named or {}
    if "$ref" in schema:
        yield from complaints(value, named[schema["$ref"].rpartition("/")[2]], path, named)
        return
    assert schema.keys() <= _WORDS, f"unknown words: {schema.keys() - _WORDS}"
    kind = schema.get("type")
    if kind is not None and not _is(value, kind):
        yield f"{path or '/'}: no {kind}"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{path}: not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: none of {schema['enum']}"
    if isinstance(value, str) and not re.search(_FORMATS.get(schema.get("format", ""), ""), value):
        yield f"{path}: no {schema['format']}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{path}: not like {schema['pattern']}"
    if "anyOf" in schema and all(
        any(complaints(value, each, path, named)) for each in schema["anyOf"]
    ):
        yield f"{path}: fits nothing of anyOf"
    if isinstance(value, dict):
        yield from _in_object(value, schema, path, named)
    if isinstance(value, list):
        yield from _in_list(value, schema, path, named)


def _in_object(
    value: dict[str, Any], schema: dict[str, Any], path: str, named: Named
) -> Iterator[str]:
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{path}/{name}: missing"
    for name, each in schema.get("properties", {}).items():
        if name in value:
            yield from complaints(value[name], each, f"{path}/{name}", named)
    others = schema.get("additionalProperties", True)
    for name in value.keys() - schema.get("properties", {}).keys():
        if others is False:
            yield f"{path}/{name}: not foreseen"
        elif isinstance(others, dict):
            yield from complaints(value[name], others, f"{path}/{name}", named)


def _in_list(value: list[Any], schema: dict[str, Any], path: str, named: Named) -> Iterator[str]:
    if len(value) < schema.get("minItems", 0):
        yield f"{path}: too few"
    if "contains" in schema and all(
        any(complaints(each, schema["contains"], path, named)) for each in value
    ):
        yield f"{path}: holds nothing of what it has to"
    for number, each in enumerate(value):
        yield from complaints(each, schema.get("items", {}), f"{path}/{number}", named)


def _is(value: Any, kind: str) -> bool:
    if kind != "boolean" and isinstance(value, bool):
        return False
    return isinstance(value, _TYPES[kind])
