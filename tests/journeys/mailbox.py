"""The mailboxes of everybody in a journey: what a place in development wrote into its folder."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

_SECONDS = 60.0
_LINK = re.compile(r"https?://localhost:\d+/\S+")
_DIGITS = re.compile(r"(?<!\d)(\d{3})\s?(\d{3})(?!\d)")


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str

    @property
    def link(self) -> str:
        """Where its button leads; the plain text and the button have to agree."""
        found = _LINK.search(self.text)
        assert found, f"no link in: {self.text}"
        assert f'href="{found.group()}"' in self.html
        return found.group()

    @property
    def digits(self) -> str:
        found = _DIGITS.search(_LINK.sub("", self.text))
        assert found, f"no six digits in: {self.text}"
        return "".join(found.groups())


@dataclass(slots=True)
class Mailroom:
    """All mails of one place; everybody reads theirs one after the other."""

    folder: Path
    _read: Counter[str] = field(default_factory=Counter)

    async def next(self, address: str) -> Letter:
        """The first mail to this address that has not been read yet, waited for."""
        give_up = time.monotonic() + _SECONDS
        while len(letters := self.all_to(address)) <= self._read[address]:
            assert time.monotonic() < give_up, f"no new mail to {address}"
            await asyncio.sleep(0.05)
        self._read[address] += 1
        return letters[self._read[address] - 1]

    def unread(self, address: str) -> int:
        return len(self.all_to(address)) - self._read[address]

    def all_to(self, address: str) -> list[Letter]:
        return [_letter(mail) for mail in self.mails() if mail["To"] == address]

    def mails(self) -> list[EmailMessage]:
        """Everything that was sent, oldest first."""
        paths = sorted(self.folder.glob("*.eml"))
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]


def _letter(mail: EmailMessage) -> Letter:
    return Letter(mail["Subject"], _part(mail, "plain"), _part(mail, "html"))


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    content: str = part.get_content() if part is not None else ""
    return content
