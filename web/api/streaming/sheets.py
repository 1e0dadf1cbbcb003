"""A status that is told to many: written once, with gaps for what is each reader's own.

What is the reader's own is whether they have thanked for it and the like, what their filters
found, their ballot, and the keys of pictures, which are good for one token.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple, Protocol

import orjson
from typing_extensions import override

from web.api.entities.posts import Pageful, statuses
from web.api.entities.reader import Json, Reader
from web.api.picture_keys import picture_key

_PICTURE: Final = "picture"
OWN: Final = ("favourited", "reblogged", "bookmarked", "filtered", "poll")
"""The gaps that are values; `poll` only where there is one."""


class Payload(Protocol):
    """What an event tells, as one line of text."""

    @property
    def plain(self) -> str: ...

    @property
    def quoted(self) -> str:
        """The same within a string of JSON."""
        ...


@dataclass(frozen=True, slots=True)
class Words:
    """The same for everybody."""

    plain: str

    @property
    def quoted(self) -> str:
        return quote(self.plain)

    @classmethod
    def of(cls, body: Json) -> Words:
        return cls(orjson.dumps(body).decode())


class _Gap(NamedTuple):
    name: str
    file: str = ""


@dataclass(frozen=True)
class _Marking(Reader):
    """A reader that nobody is: leaves a mark where each picture gets its key."""

    mark: str = ""

    @override
    def picture(self, file: str, *, small: bool = False) -> str:
        where = replace(self, token_id=0).plain_picture(file, small=small)
        return f"{where}?for={self.mark}{file}{self.mark}"

    def plain_picture(self, file: str, *, small: bool) -> str:
        return Reader.picture(self, file, small=small)


class Sheet:
    """The one status of a page, made ready."""

    def __init__(self, pageful: Pageful, reader: Reader) -> None:
        # Nobody can have written the mark into a post, because nobody knows it.
        mark = f"~{secrets.token_hex(12)}~"
        marking = _Marking(
            reader.addresses,
            reader.languages,
            reader.secret,
            token_id=-1,
            place_language=reader.place_language,
            mark=mark,
        )
        (status,) = statuses(pageful, marking)
        self.has_poll = bool(pageful.page.polls)
        written = orjson.dumps(_with_gaps(status, mark)).decode()
        pieces = re.split(rf'"{mark}(\w+)"|{mark}([^"]*?){mark}', written)
        self._parts: list[str | _Gap] = []
        for words, name, file in zip(
            pieces[::3], [*pieces[1::3], None], [*pieces[2::3], None], strict=True
        ):
            self._parts.append(words)
            if name is not None or file is not None:
                self._parts.append(_Gap(name or _PICTURE, file or ""))
        self._quoted = [quote(each) if isinstance(each, str) else each for each in self._parts]

    def fill(self, reader: Reader, own: Mapping[str, str], *, is_quoted: bool) -> str:
        """For one reader; `own` has the JSON of each gap that is a value."""
        parts = self._quoted if is_quoted else self._parts
        return "".join(
            part if isinstance(part, str) else _filled(part, reader, own, is_quoted=is_quoted)
            for part in parts
        )


@dataclass(slots=True)
class Copy:
    """A sheet for one reader."""

    sheet: Sheet
    reader: Reader
    own: Mapping[str, str]
    _plain: str = field(default="", init=False)
    _quoted: str = field(default="", init=False)

    @property
    def plain(self) -> str:
        self._plain = self._plain or self.sheet.fill(self.reader, self.own, is_quoted=False)
        return self._plain

    @property
    def quoted(self) -> str:
        self._quoted = self._quoted or self.sheet.fill(self.reader, self.own, is_quoted=True)
        return self._quoted


def quote(text: str) -> str:
    """As it stands within a string of JSON."""
    return orjson.dumps(text).decode()[1:-1]


def _with_gaps(status: Json, mark: str) -> Json:
    gaps = {name: f"{mark}{name}" for name in OWN if name in status and status[name] is not None}
    found = status | gaps
    inner = status.get("reblog")
    return found | {"reblog": _with_gaps(inner, mark)} if isinstance(inner, dict) else found


def _filled(gap: _Gap, reader: Reader, own: Mapping[str, str], *, is_quoted: bool) -> str:
    if gap.name == _PICTURE:
        return picture_key(reader.secret, reader.token_id, gap.file)
    return quote(own[gap.name]) if is_quoted else own[gap.name]
