"""What is wanted of a picture, and what comes back; both cross the border of the process as lines
of JSON, with the bytes behind them."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Final

from web.pictures.headers import Header, Kind, read_header

REFUSED: Final = 3
"""The exit status of the program with which a reason is its whole answer."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Two sizes of one picture: neither is ever larger than what was sent."""

    width: int
    height: int
    bytes_aimed_at: int
    small_width: int
    small_height: int
    small_bytes_aimed_at: int
    fills: bool = False
    """Cut to these proportions; otherwise the whole picture is kept."""

    def to_line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def of_line(cls, line: bytes) -> Wanted:
        return cls(**json.loads(line))


KIB: Final = 1024
PHOTO: Final = Wanted(1600, 1600, 300 * KIB, 480, 480, 25 * KIB)
AVATAR: Final = Wanted(400, 400, 60 * KIB, 144, 144, 12 * KIB, fills=True)
COVER: Final = Wanted(1600, 900, 300 * KIB, 640, 360, 25 * KIB, fills=True)


@dataclass(frozen=True, slots=True)
class Size:
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture drawn anew: nothing of the old file is in it but what is to be seen."""

    mime: str
    full: Size
    small: Size
    blurhash: str

    def to_bytes(self) -> bytes:
        sizes = [[each.width, each.height, len(each.data)] for each in (self.full, self.small)]
        head = {"mime": self.mime, "sizes": sizes, "blurhash": self.blurhash}
        return json.dumps(head).encode() + b"\n" + self.full.data + self.small.data

    @classmethod
    def of_bytes(cls, answer: bytes) -> Picture:
        """Raises ValueError, KeyError, TypeError or Refused for what no program of ours wrote."""
        line, _, body = answer.partition(b"\n")
        head = json.loads(line)
        (width, height, length), (small_width, small_height, small_length) = head["sizes"]
        if length + small_length != len(body) or not _LETTERS.fullmatch(head["blurhash"]):
            raise ValueError("the answer is cut short")
        full = Size(width, height, body[:length])
        small = Size(small_width, small_height, body[length:])
        for size in (full, small):
            expected = Header(_KINDS[head["mime"]], size.width, size.height)
            if read_header(size.data) != expected:
                raise ValueError("the answer is not what it says")
        return cls(head["mime"], full, small, head["blurhash"])


_KINDS: Final = {"image/jpeg": Kind.JPEG, "image/webp": Kind.WEBP}
_LETTERS: Final = re.compile(r"[!-~]{1,60}")
