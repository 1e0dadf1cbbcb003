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
}
_WORDS = {
    *("$schema", "$id", "title", "description", "type", "const", "enum", "pattern", "required"),
    *("properties", "items", "minItems", "contains", "anyOf"),
}


def complaints(value: Any, schema: dict[str, Any], path: str = "") -> Iterator[str]:
    """Every place where the value is not as the schema says."""
    assert schema.keys() <= _WORDS, f"unknown words: {schema.keys() - _WORDS}"
    kind = schema.get("type")
    if kind is not None and not _is(value, kind):
        yield f"{path or '/'}: no {kind}"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{path}: not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: none of {schema['enum']}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{path}: not like {schema['pattern']}"
    if "anyOf" in schema and all(any(complaints(value, each)) for each in schema["anyOf"]):
        yield f"{path}: fits nothing of anyOf"
    if isinstance(value, dict):
        yield from _in_object(value, schema, path)
    if isinstance(value, list):
        yield from _in_list(value, schema, path)


def _in_object(value: dict[str, Any], schema: dict[str, Any], path: str) -> Iterator[str]:
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{path}/{name}: missing"
    for name, each in schema.get("properties", {}).items():
        if name in value:
            yield from complaints(value[name], each, f"{path}/{name}")


def _in_list(value: list[Any], schema: dict[str, Any], path: str) -> Iterator[str]:
    if len(value) < schema.get("minItems", 0):
        yield f"{path}: too few"
    if "contains" in schema and all(any(complaints(each, schema["contains"])) for each in value):
        yield f"{path}: holds nothing of what it has to"
    for number, each in enumerate(value):
        yield from complaints(each, schema.get("items", {}), f"{path}/{number}")


def _is(value: Any, kind: str) -> bool:
    if kind != "boolean" and isinstance(value, bool):
        return False
    return isinstance(value, _TYPES[kind])
