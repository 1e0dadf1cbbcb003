"""What a program sent, whatever the encoding: JSON, a form, a query, or several of them at once.

Apps were written against Rails, so names in forms nest as there: `ids[]`, `poll[options][]`,
`fields[0][name]`, and `keywords[][keyword]`, where a repeated key begins a new element.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, TypeAlias

import orjson
from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from web.form_parsing import parse_form, parse_urlencoded
from web.visit import visit_of

Value: TypeAlias = "bool | int | float | str | UploadFile | list[Value] | dict[str, Value] | None"
Values: TypeAlias = dict[str, Value]

_NAME: Final = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])+)")
_DEEPEST: Final = 6
_DEEPEST_JSON: Final = 16
"""No call needs more; whoever reads values goes down into them by calling itself."""
_NULL: Final = "\x00"
_NESTS: Final = (dict, list)


async def read_values(request: Request) -> Values:
    """The query and the body as one; the body goes first.

    Raises HTTPException 400 for what is broken, 415 for what is of no known kind.
    """
    return read_query(request) | await _read_body(request)


def read_query(request: Request) -> Values:
    return nest(parse_urlencoded(request.scope["query_string"], encoding="utf-8"))


def nest(pairs: Iterable[tuple[str, str | UploadFile]]) -> Values:
    """Names with brackets as what they stand for; what contradicts itself is as the last says."""
    whole: Values = {}
    for name, value in pairs:
        path = _path(name)
        if len(path) > _DEEPEST:
            raise HTTPException(400, detail="broken_form")
        _put(whole, path, value if isinstance(value, UploadFile) else value.replace(_NULL, ""))
    return whole


async def _read_body(request: Request) -> Values:
    kind, _ = parse_options_header(request.headers.get("content-type"))
    if kind == b"application/json":
        return _from_json(await request.body())
    if kind == b"application/x-www-form-urlencoded":
        return nest(parse_urlencoded(await request.body(), encoding="utf-8"))
    if kind != b"multipart/form-data":
        if await request.body():
            raise HTTPException(415)
        return {}
    form = visit_of(request).form = await parse_form(request)  # closed with the visit
    return nest(form.multi_items())


def _from_json(body: bytes) -> Values:
    if not body.strip():
        return {}
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise HTTPException(400, detail="broken_form") from error
    if not isinstance(found, dict) or _is_too_deep(found):
        raise HTTPException(400, detail="broken_form")
    if b"\\u0000" in body:
        found = _without_nulls(found)
    values: Values = found
    return values


def _is_too_deep(found: Values) -> bool:
    level: list[Value] = [found]
    for _ in range(_DEEPEST_JSON):
        level = [inner for each in level for inner in _inside(each) if isinstance(inner, _NESTS)]
        if not level:
            return False
    return True


def _inside(value: Value) -> Iterable[Value]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
    return ()


def _without_nulls(value: Value) -> Value:
    match value:
        case str():
            return value.replace(_NULL, "")
        case list():
            return [_without_nulls(each) for each in value]
        case dict():
            return {name.replace(_NULL, ""): _without_nulls(each) for name, each in value.items()}
    return value


def _path(name: str) -> list[str]:
    """`a[b][]` as a, b and an empty step, which stands for the next element."""
    found = _NAME.fullmatch(name)
    if found is None:
        return [name]
    return [found[1], *found[2][1:-1].split("][")]


def _put(whole: Values, path: list[str], value: Value) -> None:
    name, rest = path[0], path[1:]
    before = whole.get(name)
    if not rest:
        whole[name] = _together(before, value) if name in whole else value
    elif rest[0]:
        inner = before if isinstance(before, dict) else {}
        whole[name] = inner
        _put(inner, rest, value)
    else:
        whole[name] = items = _as_list(before)
        _append(items, rest[1:], value)


def _append(items: list[Value], path: list[str], value: Value) -> None:
    if not path:
        items.append(value)
        return
    last = items[-1] if items else None
    begins = not isinstance(last, dict) or (len(path) == 1 and path[0] in last)
    element: Values = {} if begins or not isinstance(last, dict) else last
    if begins:
        items.append(element)
    _put(element, path, value)


def _together(before: Value, value: Value) -> Value:
    """A name that is sent twice without brackets: whoever wants one takes the last."""
    return [*_as_list(before), value]


def _as_list(value: Value) -> list[Value]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]
