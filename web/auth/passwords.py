"""Passwords: what may be one, and argon2id over it in threads, never more than two at once."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from fedparents.errors import Invalid, Unavailable

SHORTEST: Final = 10
LONGEST: Final = 1000
"""More is refused, so that nobody can make us work on a novel."""
AT_ONCE: Final = 2
PATIENCE_SECONDS: Final = 10.0
_FEWEST_LETTERS = 4
"""How many different characters there have to be: "aaaaaaaaaa" has one."""

# OWASP's second choice of 2024: 19 MiB, two passes, one lane; about 20 ms of one core.
_HASHER: Final = PasswordHasher(
    time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID
)
# The hash of a password that nobody knows: what a wrong name is compared with, to take as long.
_NOBODYS: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1"
    "$w2ivbYLx8fKsT9reenpZyA$Ly+Ssrk0R4gyFC60L0CClqn4pwCmMioPLPhebQ6j4us"
)

# What remains of the passwords that are tried first when digits and signs around them are taken
# off: "Motdepasse123!" is no better than its middle.
_COMMON: Final = frozenset(
    """abcdefghij abcdefgh administrateur administrator anniversaire azerty azertyuiop azertyui
    azertyqwerty bonjour bonjourbonjour changeme chocolat chouchou coucoucoucou doudou doudoudoudou
    fedparents football iloveyou iloveyouu jetaime jetaimejetaime letmein loulou louloulou
    loulouloulou marseille maman mamanmaman mamanpapa monbebe monamour motdepasse motdepasses
    nouveaumotdepasse parents parentsparents papamaman passw passwd password passwordpassword
    passphrase princesse qazwsx qazwsxedc qwerty qwertyuiop qwertyui qwertyqwerty qwertz qwertzuiop
    secret secretsecret soleil soleilsoleil superman sunshine trustno vacances welcome
    yourpassword รหัสผ่าน""".split()  # noqa: SIM905 - one word after the other is easier to read
)
_RUNS: Final = "01234567890123456789 abcdefghijklmnopqrstuvwxyz azertyuiopqsdfghjklmwxcvbn"
_MORE_RUNS: Final = "qwertyuiopasdfghjklzxcvbnm 1q2w3e4r5t6y7u8i9o0p 1a2z3e4r5t6y7u8i9o0p"

T = TypeVar("T")


def check_new_password(password: str, *, about: Iterable[str]) -> None:
    """Raises Invalid on `password` unless it will do; `about` is what others know of its owner."""
    if not password:
        raise Invalid({"password": "missing"})
    if len(password) < SHORTEST:
        raise Invalid({"password": "password_too_short"}, at_least=SHORTEST)
    if len(password) > LONGEST:
        raise Invalid({"password": "password_too_long"}, at_most=LONGEST)
    if "\x00" in password:
        raise Invalid({"password": "null_character"})
    if _is_common(password):
        raise Invalid({"password": "password_common"})
    if _core(password) in _known(about):
        raise Invalid({"password": "password_about_you"})


def hash_password(password: str) -> str:
    """What is stored. Takes 20 ms of a core and 19 MiB; requests go through `Passwords`."""
    return _HASHER.hash(_normal(password))


def is_password(stored: str, password: str) -> bool:
    """The same price, whatever the answer."""
    try:
        return _HASHER.verify(stored, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether it was made with other parameters than today's, and should be made again."""
    return _HASHER.check_needs_rehash(stored)


class Passwords:
    """The same for requests: threads of its own, so that a crowd that signs in waits in line."""

    def __init__(self, *, patience: float = PATIENCE_SECONDS) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="password")
        self._patience = patience

    async def hash(self, password: str) -> str:
        """Raises Unavailable when too many are waiting."""
        return await self._run(lambda: hash_password(password))

    async def find_match(
        self, stored: Sequence[str | None], password: str, *, tries: int
    ) -> int | None:
        """The place in `stored` of the hash that is this password's.

        Always as much work as `tries` hashes, so that an account that does not exist, or has no
        password, answers like one that has. Raises Unavailable when too many are waiting.
        """
        candidates = [*stored, *([None] * tries)][: max(tries, len(stored))]
        if len(password) > LONGEST:
            password, candidates = "", [None] * len(candidates)

        def compare() -> int | None:
            matches = [is_password(known or _NOBODYS, password) for known in candidates]
            return next((at for at, is_match in enumerate(matches) if is_match), None)

        return await self._run(compare)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        waiting = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            return await asyncio.wait_for(waiting, self._patience)
        except TimeoutError:
            raise Unavailable("too_busy", log="passwords: too many are waiting") from None


def _normal(password: str) -> bytes:
    # Keyboards send an accented letter as one character or as two: both are the same password.
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace")


def _is_common(password: str) -> bool:
    plain = password.casefold()
    core = _core(password)
    is_run = plain in _RUNS or plain[::-1] in _RUNS or plain in _MORE_RUNS
    return is_run or len(set(plain)) < _FEWEST_LETTERS or core in _COMMON


def _known(about: Iterable[str]) -> set[str]:
    """Each thing that is known of somebody, and for an address what stands before its @."""
    parts = {part for thing in about for part in (thing, thing.partition("@")[0])}
    return {core for part in parts if (core := _core(part))}


def _core(text: str) -> str:
    """The letters of a text, folded: what is left without digits, signs and spaces."""
    return "".join(c for c in text.casefold() if unicodedata.category(c)[0] in "LM")
