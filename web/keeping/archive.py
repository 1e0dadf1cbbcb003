"""The file of a backup: a tar of the database, the key and the pictures, with its own list at the
end, so that what was cut short is no backup. Under a key it is sealed as a whole.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, Protocol, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from web.keeping.errors import Unfit
from web.keeping.sealing import SEALED, SealedReader, SealingWriter

MANIFEST: Final = "manifest.json"
KEY: Final = "secret.key"
SQLITE: Final = "database.sqlite"
_BACKUP_INCOMPLETE: Final = "the backup is cut short, or somebody has changed it"
_BACKUP_LATER: Final = "the backup is of a later version of fedparents: install that one"
_BACKUP_SEALED: Final = "the backup is encrypted: set FEDPARENTS_BACKUP_KEY to what it was then"
_BACKUP_STRANGE: Final = "this is no backup of fedparents, or a damaged one"
_NAMES: Final = re.compile(
    r"manifest\.json|secret\.key|database\.sqlite|tables/[a-z_]+"
    r"|media/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{32}(-small)?\.(jpg|webp)"
)
_BITE: Final = 1 << 20
_LARGEST_MANIFEST: Final = 1 << 28

Progress = Callable[[int], None]
"""Told how many more bytes have been dealt with."""


class Manifest(BaseModel):
    """What a backup holds and where it is from."""

    model_config = ConfigDict(extra="forbid")

    format: int = 1
    made_at: float
    """Seconds since 1970, of the clock of the place."""
    version: str
    revision: str
    """That of the tables."""
    engine: str
    """sqlite or postgresql."""
    domain: str
    columns: dict[str, list[str]] = {}
    """Of each table, on PostgreSQL."""
    counters: dict[str, int] = {}
    """How far the database's own counting has come, on PostgreSQL."""
    files: dict[str, str] = {}
    """SHA-256 of each, in hexadecimal."""


class _Writes(Protocol):
    def write(self, data: bytes, /) -> int: ...


class ArchiveWriter:
    """Adds files one after the other, and remembers what was in them."""

    def __init__(self, target: _Writes, progress: Progress) -> None:
        self._tar = tarfile.open(  # noqa: SIM115 - `finish` closes it
            fileobj=cast("BinaryIO", target), mode="w|", bufsize=_BITE
        )
        self._progress = progress
        self.files: dict[str, str] = {}

    def add(self, name: str, path: Path) -> None:
        """Raises FileNotFoundError for what was deleted meanwhile."""
        with path.open("rb") as source:
            self._add(name, os.fstat(source.fileno()).st_size, source)

    def add_bytes(self, name: str, data: bytes) -> None:
        self._add(name, len(data), io.BytesIO(data))

    def finish(self, manifest: Manifest) -> None:
        whole = manifest.model_copy(update={"files": self.files})
        data = whole.model_dump_json().encode()
        self._tar.addfile(_member(MANIFEST, len(data)), io.BytesIO(data))
        self._tar.close()

    def _add(self, name: str, size: int, source: BinaryIO) -> None:
        digest = hashlib.sha256()
        reader = _Watched(source, digest, self._progress)
        self._tar.addfile(_member(name, size), cast("BinaryIO", reader))
        self.files[name] = digest.hexdigest()


class _Watched:
    """A file of which all that is read is counted and summed up."""

    def __init__(self, source: BinaryIO, digest: hashlib._Hash, progress: Progress) -> None:
        self._source, self._digest, self._progress = source, digest, progress

    def read(self, size: int) -> bytes:
        bite = self._source.read(size)
        self._digest.update(bite)
        self._progress(len(bite))
        return bite


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


@contextmanager
def writing(path: Path, key: bytes | None, progress: Progress) -> Iterator[ArchiveWriter]:
    """A file that appears whole and durable, or not at all. Raises FileExistsError."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            target = file if key is None else SealingWriter(file, key)
            yield ArchiveWriter(target, progress)
            if isinstance(target, SealingWriter):
                target.close()
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)  # unlike a renaming, it replaces nothing
    finally:
        unfinished.unlink(missing_ok=True)


def read_archive(
    path: Path, key: bytes | None, take: Callable[[str, BinaryIO], None], progress: Progress
) -> Manifest:
    """Hand every file to `take`, and compare all with the list at the end. Raises Unfit,
    unless this is a whole backup of ours that nobody has changed."""
    found: dict[str, str] = {}
    manifest: Manifest | None = None
    with path.open("rb") as file:
        try:
            with tarfile.open(fileobj=_below_seal(file, key), mode="r|", bufsize=_BITE) as tar:
                for member in tar:
                    if manifest or not member.isreg() or not _NAMES.fullmatch(member.name):
                        raise Unfit(_BACKUP_STRANGE)
                    content = cast("BinaryIO", tar.extractfile(member))
                    if member.name == MANIFEST:
                        manifest = _read_manifest(content)
                    else:
                        found[member.name] = _hand_over(member.name, content, take, progress)
        except (tarfile.TarError, EOFError) as error:
            raise Unfit(_BACKUP_STRANGE) from error
    if manifest is None or manifest.files != found:
        raise Unfit(_BACKUP_INCOMPLETE)
    return manifest


def verify(path: Path, key: bytes | None, progress: Progress) -> Manifest:
    """Read all of it, and leave nothing anywhere."""

    def pass_over(_name: str, content: BinaryIO) -> None:
        while content.read(_BITE):
            pass

    return read_archive(path, key, pass_over, progress)


def _below_seal(file: BinaryIO, key: bytes | None) -> BinaryIO:
    if file.read(len(SEALED)) != SEALED:
        file.seek(0)
        return file
    if key is None:
        raise Unfit(_BACKUP_SEALED)
    return cast("BinaryIO", SealedReader(file, key))


def _hand_over(
    name: str, content: BinaryIO, take: Callable[[str, BinaryIO], None], progress: Progress
) -> str:
    digest = hashlib.sha256()
    watched = _Watched(content, digest, progress)
    take(name, cast("BinaryIO", watched))
    return digest.hexdigest()


def _read_manifest(content: BinaryIO) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(content.read(_LARGEST_MANIFEST))
    except ValidationError as error:
        raise Unfit(_BACKUP_LATER) from error
    if manifest.format != 1:
        raise Unfit(_BACKUP_LATER)
    return manifest
