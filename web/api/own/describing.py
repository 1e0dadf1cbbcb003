"""Our own API as OpenAPI 3.1, made from the table of its routes; `schemas/openapi.json` is what it
was at the last release: `python -m web.api.own.describing` writes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from fedparents.applications.scopes import Scope
from web.api.endpoints import Access, Who
from web.api.own.groups import routes as group_routes
from web.api.own.members import routes as member_routes
from web.api.own.places import routes as place_routes
from web.api.own.route import VERSION, Nothing, OwnRoute, Shape
from web.api.own.swaps import routes as swap_routes
from web.api.posting import OwnParams

Schema = dict[str, Any]
_Names = dict[tuple[type[BaseModel], JsonSchemaMode], str]

ROUTES: Final[tuple[OwnRoute[Any, Any], ...]] = (
    *group_routes,
    *member_routes,
    *swap_routes,
    *place_routes,
)
PUBLISHED: Final = Path(__file__).parents[3] / "schemas" / "openapi.json"

_REF: Final = "#/components/schemas/{model}"
_IN_QUERY: Final = frozenset({"GET", "DELETE"})
_CURSORS: Final[Mapping[str, str]] = {
    "max_id": "Only what is older than this.",
    "since_id": "Only what is newer than this, the newest first.",
    "min_id": "Only what is newer than this, and what comes right after it.",
}
_ERROR: Final[Schema] = {
    "type": "object",
    "description": "What went wrong, in the language that was asked for.",
    "properties": {
        "error": {"type": "string"},
        "details": {
            "type": "object",
            "description": "What is wrong with each parameter.",
            "additionalProperties": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "error": {"type": "string"},
                        "description": {"type": "string"},
                    },
                    "required": ["error", "description"],
                },
            },
        },
    },
    "required": ["error"],
}
_FAILURES: Final[Mapping[str, str]] = {
    "400": "A parameter is missing, or what was sent cannot be read.",
    "401": "The token is missing, unknown or revoked.",
    "403": "The token may not do this, or its owner may not.",
    "404": "It is not there, or not for the caller.",
    "409": "Somebody was faster, or it is already so.",
    "413": "Too much was sent.",
    "415": "The body is neither JSON nor a form.",
    "422": "Something that was sent cannot be taken.",
    "429": "Too often; `Retry-After` says when again.",
}


def describe() -> Schema:
    """The whole document."""
    schemas, refs = _schemas(ROUTES)
    paths: dict[str, Schema] = {}
    for route in ROUTES:
        operation = _operation(route, schemas, refs)
        paths.setdefault(route.path, {})[route.method.lower()] = operation
    posting = {"$ref": _REF.format(model=refs[OwnParams, "validation"])}
    used = _reached({"paths": paths, "posting": posting}, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "fedparents",
            "version": str(VERSION),
            "summary": "Groups, asks and offers, beside Mastodon's API.",
            "description": "Tokens, errors, paging and encodings are those of Mastodon's API, which"
            " the same place answers. Its Status and Account carry one key `fedparents` more, and"
            " `POST /api/v1/statuses` takes one: see StatusExtension, PersonExtension,"
            " GroupExtension and OwnParams.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": {name: schemas[name] for name in sorted(used)} | {"Error": _ERROR},
            "responses": {
                f"E{status}": _answer(words, {"$ref": _REF.format(model="Error")})
                for status, words in _FAILURES.items()
            },
            "securitySchemes": {"oauth": _security()},
        },
    }


def _schemas(
    routes: Iterable[OwnRoute[Any, Any]],
) -> tuple[dict[str, Schema], _Names]:
    """All that is taken and given, by name; and the name of each."""
    taken = dict.fromkeys(route.takes for route in routes if route.takes is not Nothing)
    taken[OwnParams] = None
    given = dict.fromkeys(route.gives for route in routes)
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        *((model, "validation") for model in taken),
        *((model, "serialization") for model in given),
    ]
    found, document = models_json_schema(wanted, ref_template=_REF)
    names = {
        (model, mode): str(found[model, mode]["$ref"]).rpartition("/")[2] for model, mode in wanted
    }
    return document["$defs"], names


def _operation(
    route: OwnRoute[Any, Any],
    schemas: Mapping[str, Schema],
    refs: _Names,
) -> Schema:
    taken = schemas[refs[route.takes, "validation"]] if route.takes is not Nothing else {}
    given: Schema = {"$ref": _REF.format(model=refs[route.gives, "serialization"])}
    if route.shape != Shape.ONE:
        given = {"type": "array", "items": given}
    found: Schema = {
        "operationId": _name(route),
        "summary": route.says,
        "parameters": _parameters(route, taken),
        "responses": {
            "200": _answer("Done.", given) | _links(route),
            **{
                status: {"$ref": f"#/components/responses/E{status}"} for status in _failures(route)
            },
        },
        "security": _wanted(route.access),
    }
    if route.method not in _IN_QUERY and taken:
        body = {"schema": {"$ref": _REF.format(model=refs[route.takes, "validation"])}}
        kinds = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
        found["requestBody"] = {
            "content": {kind: body for kind in kinds},
            "required": bool(taken.get("required")),
        }
    return found


def _parameters(route: OwnRoute[Any, Any], taken: Schema) -> list[Schema]:
    found: list[Schema] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string"},
        }
        for name in route.param_convertors
    ]
    if route.method in _IN_QUERY:
        required = taken.get("required", ())
        found += [
            {"name": name, "in": "query", "required": name in required, "schema": schema}
            for name, schema in taken.get("properties", {}).items()
        ]
    if route.shape.is_paged:
        limit = {"type": "integer", "description": "How many; too many are cut, not refused."}
        found.append({"name": "limit", "in": "query", "schema": limit})
        cursors = ("max_id",) if route.shape == Shape.ONWARD else tuple(_CURSORS)
        found += [
            {
                "name": name,
                "in": "query",
                "schema": {"type": "string"},
                "description": _CURSORS[name],
            }
            for name in cursors
        ]
    return found


def _failures(route: OwnRoute[Any, Any]) -> list[str]:
    """The statuses with which a call may be refused."""
    found = {"400", "403", "413", "415", "422", "429"}
    if route.access.who != Who.ANYBODY:
        found.add("401")
    if route.param_convertors:
        found.add("404")
    if route.method != "GET":
        found.add("409")
    return sorted(found)


def _links(route: OwnRoute[Any, Any]) -> Schema:
    if not route.shape.is_paged:
        return {}
    words = "The pages before and after this one (RFC 8288)."
    return {"headers": {"Link": {"description": words, "schema": {"type": "string"}}}}


def _answer(words: str, schema: Schema) -> Schema:
    return {"description": words, "content": {"application/json": {"schema": schema}}}


def _wanted(access: Access) -> list[Schema]:
    """One of these; an empty one is no token at all."""
    found: list[Schema] = [{"oauth": [scope.value]} for scope in access.scopes]
    return [{}, *found] if access.who == Who.ANYBODY else found


def _security() -> Schema:
    wanted = sorted({scope for route in ROUTES for scope in route.access.scopes})
    flow = {
        "authorizationUrl": "/oauth/authorize",
        "tokenUrl": "/oauth/token",
        "scopes": {scope.value: _SCOPES[scope] for scope in wanted},
    }
    return {"type": "oauth2", "flows": {"authorizationCode": flow}}


_SCOPES: Final[Mapping[Scope, str]] = {
    Scope.READ_GROUPS: "Read groups.",
    Scope.READ_STATUSES: "Read posts.",
    Scope.WRITE_GROUPS: "Join, leave, found and look after groups.",
    Scope.WRITE_STATUSES: "Write posts, and say what became of them.",
}


def _name(route: OwnRoute[Any, Any]) -> str:
    words = [each.strip("{}") for each in route.path.split("/")[4:]]
    return "_".join((route.method.lower(), *words))


def _reached(start: object, schemas: Mapping[str, Schema]) -> set[str]:
    """The schemas to which something leads."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for name in _refs(waiting.pop()):
            if name in schemas and name not in found:
                found.add(name)
                waiting.append(schemas[name])
    return found


def _refs(value: object) -> Sequence[str]:
    if isinstance(value, dict):
        own = [str(value["$ref"]).rpartition("/")[2]] if "$ref" in value else []
        return [*own, *(name for each in value.values() for name in _refs(each))]
    if isinstance(value, list):
        return [name for each in value for name in _refs(each)]
    return []


def written() -> str:
    """The document as it is published."""
    return json.dumps(describe(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    PUBLISHED.write_text(written(), encoding="utf-8")
