"""Codes on paper that sign in instead of the app: ten of them, each once."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from typing import Final

HOW_MANY: Final = 10
SEED_BYTES: Final = 32
# No vowels and no look-alikes: it can be typed from paper, and spells no word.
_ALPHABET: Final = "bcdfghjkmnpqrstvwxz23456789"
_GROUPS: Final = 4
_GROUP: Final = 4  # four groups of four: 76 bits, so that a digest without salt gives nothing away


def new_seed() -> bytes:
    return secrets.token_bytes(SEED_BYTES)


def codes_of(seed: bytes) -> list[str]:
    """`k7m2-p4xq-9fhd-w3zt`, ten times: always the same for one seed, so that a form that arrives
    twice makes them once."""
    return [_code(hmac.digest(seed, bytes([number]), "sha256")) for number in range(HOW_MANY)]


def recovery_digest(account_id: int, typed: str) -> str:
    """What is stored of a code. Hyphens, spaces and capitals do not matter, nor the script of its
    digits."""
    plain = unicodedata.normalize("NFKC", typed).lower()
    western = (str(int(each)) if each.isdecimal() else each for each in plain)
    letters = "".join(each for each in western if each in _ALPHABET)
    return hashlib.sha256(f"recovery code of {account_id}: {letters}".encode()).hexdigest()


def _code(random: bytes) -> str:
    number = int.from_bytes(random, "big")
    letters = []
    for _ in range(_GROUPS * _GROUP):
        number, at = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[at])
    code = "".join(letters)
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))
