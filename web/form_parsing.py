"""The fields of a form as they were sent: strict about encoding and numbers, never a surprise.

The framework's own parsers read what is not UTF-8 as something else; a name that arrives broken
would then be stored broken.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from typing import Final
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from typing_extensions import override

from web.security.bodies import MIB

MOST_FIELDS: Final = 200
MOST_FILES: Final = 10
LARGEST_FILE: Final = 8 * MIB
"""One byte more is kept of a larger one, to see that it is; the others in the form are read on."""


async def parse_form(request: Request) -> FormData:
    """The fields and files; raises HTTPException 400 when broken, 415 when it is no form."""
    kind, _ = parse_options_header(request.headers.get("content-type"))
    if kind == b"application/x-www-form-urlencoded":
        return FormData([*parse_urlencoded(await request.body())])
    if kind == b"multipart/form-data":
        return await _parse_multipart(request)
    if await request.body():
        raise HTTPException(415)
    return FormData()


def parse_urlencoded(body: bytes, *, encoding: str = "ascii") -> Sequence[tuple[str, str]]:
    """Names and values in order; raises HTTPException 400 for what browsers never send."""
    try:
        return parse_qsl(
            body.decode(encoding),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:  # also UnicodeError: its subclass
        raise HTTPException(400, detail="broken_form") from error


async def _parse_multipart(request: Request) -> FormData:
    try:
        async with aclosing(request.stream()) as stream:
            parser = _StrictParser(
                request.headers,
                stream,
                max_files=MOST_FILES,
                max_fields=MOST_FIELDS,
                max_part_size=MIB,
            )
            return await parser.parse()
    except (MultiPartException, FormParserError, ValueError) as error:
        raise HTTPException(400, detail="broken_form") from error


class _StrictParser(MultiPartParser):
    _room = LARGEST_FILE + 1

    @override
    def on_part_begin(self) -> None:
        self._room = LARGEST_FILE + 1
        super().on_part_begin()

    @override
    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._current_part.file is not None:
            end = min(end, start + self._room)
            self._room -= end - start
        super().on_part_data(data, start, end)

    @override
    def on_part_end(self) -> None:
        part = self._current_part
        if part.file is None:
            try:
                part.data.decode("utf-8")
            except UnicodeDecodeError:
                raise MultiPartException("A field is not UTF-8.") from None
        super().on_part_end()
