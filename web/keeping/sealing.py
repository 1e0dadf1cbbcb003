"""A stream under a key: pieces of AES-256-GCM whose order and end cannot be changed unseen.

Each file has a key of its own, made of the operator's and of a salt at its head. The nonce of a
piece is its number and whether it is the last, so a file that was cut, doubled or shuffled does not
open.
"""

from __future__ import annotations

import hmac
import os
from typing import BinaryIO, Final

from web.keeping.errors import Unfit

SEALED: Final = b"fedparents sealed backup 1\n"
_SALT_BYTES: Final = 32
_BACKUP_UNSEALABLE: Final = (
    "FEDPARENTS_BACKUP_KEY is not what the backup was made with, or it was changed"
)
_PIECE: Final = 1 << 20
_TAG: Final = 16


class SealingWriter:
    """A file to write into; `close` writes the last piece and leaves the file below open."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        salt = os.urandom(_SALT_BYTES)
        self._file, self._cipher, self._number = file, _Cipher(key, salt), 0
        self._rest = bytearray()
        file.write(SEALED + salt)

    def write(self, data: bytes) -> int:
        self._rest += data
        while len(self._rest) > _PIECE:
            self._write_piece(bytes(self._rest[:_PIECE]), is_last=False)
            del self._rest[:_PIECE]
        return len(data)

    def close(self) -> None:
        self._write_piece(bytes(self._rest), is_last=True)

    def _write_piece(self, plain: bytes, *, is_last: bool) -> None:
        self._file.write(self._cipher.seal(self._number, plain, is_last=is_last))
        self._number += 1


class SealedReader:
    """What is below a seal, of a file that stands behind its head. Raises Unfit."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        self._file, self._cipher, self._number = file, _Cipher(key, file.read(_SALT_BYTES)), 0
        self._next = file.read(_PIECE + _TAG)
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes of one piece; fewer are not the end, none are."""
        while not self._rest and self._next:
            piece, self._next = self._next, self._file.read(_PIECE + _TAG)
            self._rest = self._cipher.unseal(self._number, piece, is_last=not self._next)
            self._number += 1
        size = len(self._rest) if size < 0 else size
        found, self._rest = self._rest[:size], self._rest[size:]
        return found


class _Cipher:
    def __init__(self, key: bytes, salt: bytes) -> None:
        # Loaded late: 3 MB and 20 ms that no other command waits for.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._cipher = AESGCM(hmac.digest(key, b"backup\0" + salt, "sha256"))

    def seal(self, number: int, plain: bytes, *, is_last: bool) -> bytes:
        return self._cipher.encrypt(_nonce(number, is_last=is_last), plain, None)

    def unseal(self, number: int, sealed: bytes, *, is_last: bool) -> bytes:
        from cryptography.exceptions import InvalidTag  # loaded late, as above

        try:
            return self._cipher.decrypt(_nonce(number, is_last=is_last), sealed, None)
        except (InvalidTag, ValueError):
            raise Unfit(_BACKUP_UNSEALABLE) from None


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
