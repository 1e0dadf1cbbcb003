"""What a file claims to be, read from its first bytes: nothing is decoded, nothing can explode.

Says which of the four kinds that we take it is, and how many pixels it will have; or why not.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LARGEST: Final = 8 * 1024 * 1024
MOST_PIXELS: Final = 40_000_000
_LONGEST_SIDE: Final = 30_000


class Refusal(StrEnum):
    """Why a file is not taken; each has words for people."""

    TOO_LARGE = "photo_too_large"
    TOO_MANY_PIXELS = "photo_too_many_pixels"
    HEIC = "photo_heic"
    WRONG_KIND = "photo_wrong_kind"
    DAMAGED = "photo_damaged"
    TOO_HARD = "photo_too_hard"
    """Its process used up the time or the memory that a picture gets."""


class Refused(Exception):
    def __init__(self, why: Refusal) -> None:
        self.why = why
        super().__init__(why.value)


class Kind(StrEnum):
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"


@dataclass(frozen=True, slots=True)
class Header:
    kind: Kind
    width: int
    height: int


def read_header(data: bytes) -> Header:
    """Raises Refused."""
    if len(data) > LARGEST:
        raise Refused(Refusal.TOO_LARGE)
    if not data:
        raise Refused(Refusal.DAMAGED)
    kind = _kind_of(data)
    try:
        width, height = _SIZES[kind](data)
    except (struct.error, IndexError, ValueError):
        raise Refused(Refusal.DAMAGED) from None
    if not width or not height:
        raise Refused(Refusal.DAMAGED)
    if width * height > MOST_PIXELS or max(width, height) > _LONGEST_SIDE:
        raise Refused(Refusal.TOO_MANY_PIXELS)
    return Header(kind, width, height)


def _kind_of(data: bytes) -> Kind:
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if data.startswith((b"GIF87a", b"GIF89a")):
        return Kind.GIF
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Kind.WEBP
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        raise Refused(Refusal.HEIC)
    raise Refused(Refusal.WRONG_KIND)


_HEIC_BRANDS: Final = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"hevm", b"mif1", b"msf1")


def _size_of_png(data: bytes) -> tuple[int, int]:
    length, name, width, height = struct.unpack_from(">I4sII", data, 8)
    if name != b"IHDR" or length != 13:  # noqa: PLR2004 - PNG 11.2.1
        raise ValueError
    return width, height


def _size_of_gif(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", data, 6)
    return width, height


def _size_of_webp(data: bytes) -> tuple[int, int]:
    """RFC 9649: the canvas of an extended file, else the frame of a simple one."""
    name = data[12:16]
    if name == b"VP8X":
        across, down = data[24:27], data[27:30]
        if len(down) < 3:  # noqa: PLR2004 - 24 bits
            raise ValueError
        return int.from_bytes(across, "little") + 1, int.from_bytes(down, "little") + 1
    if name == b"VP8L":
        signature, bits = struct.unpack_from("<BI", data, 20)
        if signature != 0x2F:  # noqa: PLR2004 - RFC 9649, 3.4
            raise ValueError
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if name == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError


def _size_of_jpeg(data: bytes) -> tuple[int, int]:
    """From marker to marker up to the first start of a frame."""
    at = 2
    while True:
        if data[at] != 0xFF:  # noqa: PLR2004 - every marker begins with it
            raise ValueError
        while data[at] == 0xFF:  # noqa: PLR2004 - and may be filled up with it
            at += 1
        marker = data[at]
        at += 1
        if marker in _WITHOUT_LENGTH:
            continue
        (length,) = struct.unpack_from(">H", data, at)
        if length < 2 or marker in _TOO_LATE:  # noqa: PLR2004 - it counts itself
            raise ValueError
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 3)
            return width, height
        at += length


_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_WITHOUT_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_TOO_LATE: Final = frozenset({0xD9, 0xDA})
"""The end of the picture, and the start of its data: the size comes before."""

_SIZES: Final[Mapping[Kind, Callable[[bytes], tuple[int, int]]]] = {
    Kind.JPEG: _size_of_jpeg,
    Kind.PNG: _size_of_png,
    Kind.GIF: _size_of_gif,
    Kind.WEBP: _size_of_webp,
}
