"""What commands print: sentences, warnings, tables."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime


def say(text: str) -> None:
    """To the one who reads, and at once: what follows may take a while."""
    print(text, flush=True)


def warn(text: str) -> None:
    """To the operator, beside what a program may be reading."""
    print(f"fedparents: warning: {text}", file=sys.stderr, flush=True)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns under each other, also for letters that are wide or combine."""
    lines = [headings, *rows]
    widths = [max(_width(line[at]) for line in lines) for at in range(len(headings))]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def moment(time: datetime | None) -> str:
    """To the minute in UTC, which the operator's machine may not be in."""
    return f"{time:%Y-%m-%d %H:%M}Z" if time else "never"


def _width(text: str) -> int:
    return sum(
        0
        if unicodedata.category(letter) in {"Mn", "Me", "Cf"}
        else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in text
    )
