"""Base58 in the alphabet of Bitcoin, as keys and proofs are written; short values only."""

from __future__ import annotations

from typing import Final

LONGEST: Final = 128
"""Characters: a signature has 88, and the time grows with the square."""
_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES: Final = {letter: value for value, letter in enumerate(_ALPHABET)}
_BASE: Final = len(_ALPHABET)


def encode(raw: bytes) -> str:
    number = int.from_bytes(raw, "big")
    letters = []
    while number:
        number, value = divmod(number, _BASE)
        letters.append(_ALPHABET[value])
    zeros = len(raw) - len(raw.lstrip(b"\0"))
    return _ALPHABET[0] * zeros + "".join(reversed(letters))


def decode(text: str) -> bytes:
    """Raises ValueError for what is longer than anything we read, or no base58."""
    if len(text) > LONGEST:
        raise ValueError("too long for base58")
    number = 0
    for letter in text:
        if letter not in _VALUES:
            raise ValueError("no base58")
        number = number * _BASE + _VALUES[letter]
    zeros = len(text) - len(text.lstrip(_ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
