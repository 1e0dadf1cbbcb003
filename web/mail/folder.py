"""Keeps the last mails in a folder instead of sending them: how a developer reads them."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from fedparents.jobs import GiveUp
from web.mail.message import BadAddress, Mail, compose

KEPT = 200
_NAME = re.compile(r"[0-9]{8}T[0-9]{12}-[0-9a-f]{12}")
_TIME = "%Y%m%dT%H%M%S%f"


class FolderSender:
    """Writes each mail to a file; the same mail again replaces its file."""

    def __init__(self, folder: Path, *, keep: int = KEPT) -> None:
        self._folder = folder
        self._keep = keep

    async def send(self, mail: Mail) -> None:
        """Raises GiveUp when the address is none, as a relay would."""
        try:
            message = compose(mail)
        except BadAddress as reason:
            raise GiveUp(str(reason)) from None
        await asyncio.to_thread(self._write, _name_of(mail), message.as_bytes())

    def list_names(self) -> list[str]:
        """What is kept, newest first."""
        if not self._folder.is_dir():
            return []
        names = (path.stem for path in self._folder.glob("*.eml"))
        return sorted((name for name in names if _NAME.fullmatch(name)), reverse=True)

    def find(self, name: str) -> EmailMessage | None:
        """One kept mail; None when there is none of this name."""
        if not _NAME.fullmatch(name):
            return None
        try:
            content = self._path(name).read_bytes()
        except FileNotFoundError:
            return None
        return message_from_bytes(content, policy=policy.default)

    def _write(self, name: str, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._folder / f"{name}.unfinished"
        unfinished.write_bytes(content)
        unfinished.replace(self._path(name))
        for old in self.list_names()[self._keep :]:
            with contextlib.suppress(FileNotFoundError):
                self._path(old).unlink()

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.eml"


def _name_of(mail: Mail) -> str:
    """Sorts by time, and is the same for the same mail."""
    identity = hashlib.sha256(mail.message_id.encode()).hexdigest()[:12]
    return f"{mail.written_at:{_TIME}}-{identity}"
