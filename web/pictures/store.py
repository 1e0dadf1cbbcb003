"""Where the files of pictures lie: a seam, and the folder of one machine behind it."""

from __future__ import annotations

import contextlib
import errno
import os
import re
from pathlib import Path
from typing import Final, Protocol

from fedparents.errors import NotFound, Unavailable
from fedparents.media.models import ENDINGS

_KEY: Final = re.compile(r"[0-9a-f]{32}(-small)?\.(jpg|webp)")
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class MediaStore(Protocol):
    """Files by keys, whole or not at all. Calls may take their time, and belong into a thread."""

    def put(self, key: str, data: bytes) -> None:
        """Durable when it returns. Raises Unavailable, "store_full" where there is no room."""

    def get(self, key: str) -> bytes:
        """Raises NotFound."""
        ...

    def delete(self, key: str) -> None:
        """Also for what is not there (any more)."""


def key_of(file: str, *, small: bool) -> str:
    """The key of one size of a picture."""
    name, _, ending = file.partition(".")
    return f"{name}-small.{ending}" if small else file


def keys_of(name: str) -> list[str]:
    """Every key that a picture may have, whatever became of it."""
    return [
        key_of(f"{name}.{ending}", small=small)
        for ending in ENDINGS.values()
        for small in (False, True)
    ]


class LocalStore:
    """A folder with folders in it, so that none holds hundreds of thousands of files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, data: bytes) -> None:
        path = self._path(key)
        unfinished = _unfinished(path)
        try:
            self._make(path.parent)
            _write(unfinished, data)
            unfinished.replace(path)
            _sync_folder(path.parent)
        except OSError as error:
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)
            code = "store_full" if error.errno in _FULL else "store_unavailable"
            raise Unavailable(code, log=f"pictures: {error.strerror}") from error

    def get(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise NotFound from None
        except OSError as error:
            raise Unavailable("store_unavailable", log=f"pictures: {error.strerror}") from error

    def delete(self, key: str) -> None:
        path = self._path(key)
        _unfinished(path).unlink(missing_ok=True)
        path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise NotFound
        return self._folder / key[:2] / key[2:4] / key

    def _make(self, folder: Path) -> None:
        if folder.is_dir():
            return
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync_folder(folder.parent)
        _sync_folder(self._folder)


def _unfinished(path: Path) -> Path:
    """A file on its way; a name that nobody can ask for, and that is found again after a crash."""
    return path.with_name(f".{path.name}")


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)


def _sync_folder(folder: Path) -> None:
    """That the file is in it has to be durable too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
