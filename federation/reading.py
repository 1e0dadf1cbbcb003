"""Reading what other towns send: JSON within limits, and each property in whatever shape it has.

The same thing is said as a string, an object or a list by different servers, under a short name, a
prefixed one or a whole address. Nothing here knows what a property means, and no JSON-LD is run:
whatever is not understood is passed over.
"""

from __future__ import annotations

import asyncio
import html
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Final, TypeAlias, TypeVar
from urllib.parse import urlsplit

import nh3

from federation.errors import Malformed
from federation.vocab import NAMESPACES, PUBLIC, PUBLIC_ALIASES
from fedparents.text import clean_line, clean_text

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = dict[str, Json]

T = TypeVar("T")

_LONG_AT_ONCE: Final = 2
_LONG: Final = ThreadPoolExecutor(_LONG_AT_ONCE, thread_name_prefix="long-letters")
DEEPEST: Final = 32
LONGEST_TEXT: Final = 100_000
LONGEST_LIST: Final = 1000
LONGEST_URI: Final = 2048
_MOST: Final = 2**31 - 1
_LARGEST: Final = 2**63 - 1
_EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
_REFUSED: Final = frozenset({"@graph", "@included", "@reverse"})
_NOT_IN_URI: Final = re.compile(r"[\x00-\x20\x7f<>\"\\^`{|}]")
_LINES: Final = re.compile(r"</?(?:li|ul|ol|h[1-6]|div|blockquote|pre|tr)\b[^<>]*>", re.IGNORECASE)
_TAGS: Final = re.compile(r"<(?:p|/p|br|br ?/)>")
"""Where there is nothing but these, nothing has to be cleaned away."""
_BREAKS: Final = re.compile(r"<br\s*/?>")
_PARAGRAPHS: Final = re.compile(r"</p>\s*(?=<p)|</?p>")


def read_document(body: bytes) -> JsonObject:
    """The object that a body holds; raises Malformed for anything else, and beyond the limits."""
    try:
        document = json.loads(
            body.decode(), object_pairs_hook=_without_doubles, parse_constant=_no_number
        )
    except (ValueError, RecursionError) as error:
        raise Malformed(f"that is no JSON: {error}") from None
    if not isinstance(document, dict):
        raise Malformed("that is no object")
    if refused := _REFUSED & document.keys():
        raise Malformed(f"{min(refused)} is not read here")
    _check(document, DEEPEST)
    return document


async def read_apart(read: Callable[[], T]) -> T:
    """Read something long while others are answered. A megabyte takes twenty of them to read: all
    that come at one moment, in answers and in jobs, wait for the same few places."""
    return await asyncio.get_running_loop().run_in_executor(_LONG, read)


def plain(document: JsonObject) -> JsonObject:
    """An object with the short names of its properties, where they were written otherwise."""
    if not any(":" in name for name in document):
        return document
    found = {name: value for name, value in document.items() if ":" not in name}
    for name, value in document.items():
        if ":" in name and (short := _short(name)) is not None:
            found.setdefault(short, value)
    return found


def uri_of(value: Json) -> str:
    """The address that a value is, has as its id, or leads to; "" without one. Of several, the
    first."""
    return next(_uris(value), "")


def uris_of(value: Json) -> list[str]:
    """All addresses of a value, each once, in their order."""
    return list(dict.fromkeys(_uris(value)))


def audience_of(value: Json) -> list[str]:
    """The same for those to whom something is addressed: everybody has one name only."""
    named = value if isinstance(value, list) else [value]
    found = [_everybody(each) or uri_of(each) for each in named]
    return [uri for uri in dict.fromkeys(found) if uri]


def _everybody(named: Json) -> str:
    """The name of everybody, for any of those that they have."""
    uri = named if isinstance(named, str) else uri_of(named)
    return PUBLIC if uri in PUBLIC_ALIASES else ""


def id_of(document: JsonObject) -> str:
    """The id of an object; raises Malformed without one."""
    found = document.get("id", document.get("@id"))
    if not isinstance(found, str) or not is_uri(found):
        raise Malformed("it has no id")
    return found


def types_of(document: JsonObject) -> list[str]:
    """What an object says that it is, with short names."""
    found = document.get("type", document.get("@type"))
    named = found if isinstance(found, list) else [found]
    return [
        _short(each) or each if ":" in each else each for each in named if isinstance(each, str)
    ]


def line_of(value: Json, *, at_most: int) -> str:
    """One clean line of text, cut where it is too long; "" without one."""
    return clean_line(text_of(value))[:at_most]


def words_of(value: Json, *, at_most: int) -> str:
    """HTML as plain words, with its paragraphs."""
    text = text_of(value)
    if not text:
        return ""
    if _TAGS.sub("", text).find("<") >= 0:
        text = nh3.clean(_LINES.sub("<br>", text), tags={"p", "br"}, attributes={})
    text = _PARAGRAPHS.sub("\n\n", _BREAKS.sub("\n", text))
    return clean_text(html.unescape(text))[:at_most].rstrip()


def text_of(value: Json) -> str:
    """A text as it was written, or the first of several, or of several languages."""
    match value:
        case str():
            return value
        case list():
            return next((each for each in value if isinstance(each, str)), "")
        case dict():
            return text_of(value.get("@value", list(value.values())))
    return ""


def flag_of(value: Json, *, default: bool = False) -> bool:
    return value if isinstance(value, bool) else default


def moment_of(value: Json) -> datetime | None:
    """A time with its zone, of these centuries: there are places where the last day of the calendar
    is not yet, or no more; None for what is none."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        there = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        return max(_EARLIEST, min(there, _LATEST))
    except (ValueError, OverflowError):
        return None


def moment(at: datetime) -> str:
    """A time as all servers read it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def number_of(value: Json) -> int:
    """How many; 0 for what is no such number."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return min(max(0, int(value)), _MOST) if is_number else 0  # type: ignore[arg-type]  # it is one


def object_of(value: Json) -> JsonObject:
    """The object that a value is, or begins with; {} without one."""
    return next(iter(objects_of(value)), {})


def objects_of(value: Json) -> list[JsonObject]:
    """All objects of a value that is one, a list of them, or nothing."""
    found = value if isinstance(value, list) else [value]
    return [plain(each) for each in found if isinstance(each, dict)]


def is_uri(text: str) -> bool:
    """Whether something could be fetched there; whether it may be is decided when it is."""
    if len(text.encode()) > LONGEST_URI or _NOT_IN_URI.search(text):
        return False
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in {"https", "http"} and bool(parts.hostname) and "@" not in parts.netloc
        )
    except ValueError:
        return False


def _uris(value: Json) -> Iterator[str]:
    match value:
        case str() if is_uri(value):
            yield value
        case list():
            for each in value:
                if not isinstance(each, list):
                    yield from _uris(each)
        case dict():
            named = (value.get(name) for name in ("id", "@id", "href", "url"))
            found = next((each for each in named if isinstance(each, str)), None)
            if found is not None and is_uri(found):
                yield found


def _short(name: str) -> str | None:
    """A property or type without the namespace that it was written with; None for a foreign one."""
    for start in NAMESPACES:
        if name.startswith(start) and len(name) > len(start):
            return name[len(start) :]
    return None


def _without_doubles(pairs: list[tuple[str, Json]]) -> JsonObject:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a property stands there twice")
    return found


def _no_number(word: str) -> Json:
    raise ValueError(f"{word} is no number")


def _check(value: Json, deeper: int) -> None:
    """Raises Malformed beyond the limits, and for what no database and no wire can carry."""
    match value:
        case str():
            _check_text(value)
        case int() if abs(value) > _LARGEST:
            raise Malformed("a number is too large")
        case float():
            if not math.isfinite(value):
                raise Malformed("a number is too large")
        case list() | dict() if deeper <= 0:
            raise Malformed("it is nested too deeply")
        case list():
            if len(value) > LONGEST_LIST:
                raise Malformed("a list is too long")
            for each in value:
                _check(each, deeper - 1)
        case dict():
            _check_object(value, deeper)


def _check_object(document: Mapping[str, Json], deeper: int) -> None:
    if len(document) > LONGEST_LIST:
        raise Malformed("an object has too many properties")
    for name, each in document.items():
        _check_text(name)
        _check(each, deeper - 1)


def _check_text(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise Malformed("a text is too long")
    if "\x00" in text:
        raise Malformed("a text holds U+0000")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Malformed("a text holds half a character") from None
