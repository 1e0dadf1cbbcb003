"""A message taken apart for the page that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from itertools import pairwise
from typing import Final

_WEB: Final = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Link:
    """An address of the text, with the line above it that says what it is."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, decoded."""

    subject: str
    to: str
    sent_at: datetime
    headers: list[tuple[str, str]]
    text: str
    html: str

    @classmethod
    def of(cls, message: EmailMessage) -> Letter:
        return cls(
            subject=str(message["Subject"]),
            to=str(message["To"]),
            sent_at=message["Date"].datetime,
            headers=[(name, str(value)) for name, value in message.items()],
            text=_part(message, "plain"),
            html=_part(message, "html"),
        )

    @property
    def links(self) -> list[Link]:
        """What stands alone on a line, in the order of the text."""
        lines = [line.strip() for line in self.text.splitlines()]
        return [
            Link(above.rstrip(":\u00a0\u202f "), line)
            for above, line in pairwise(lines)
            if line.startswith(_WEB)
        ]


def _part(message: EmailMessage, subtype: str) -> str:
    found = message.get_body((subtype,))
    return str(found.get_content()) if found is not None else ""
