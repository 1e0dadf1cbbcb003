"""The code that keeps a new server for the one who started it.

Between its first start and its first administrator, a server belongs to whoever comes first. In
production the wizard therefore asks for a code that only the terminal of `fedparents serve` and the
file `setup-code` in the data folder show. It is made from the secret key, so that every process of
one place means the same code, and it opens nothing once the place has an administrator. In
development it is not asked of a browser on the same machine.
"""

from __future__ import annotations

import hmac
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

from fedparents.settings import Settings

if TYPE_CHECKING:
    from web.runtime import Runtime

FILE: Final = "setup-code"
# No vowels and no look-alikes: it can be typed from a photo of a screen.
_ALPHABET: Final = "bcdfghjkmnpqrstvwxz23456789"
_GROUPS: Final = 3
_GROUP: Final = 4  # three groups of four: 57 bits, beyond any guessing within the limits
_OWNER_ALONE: Final = 0o600

log = structlog.get_logger(__name__)


def setup_code(secret: bytes) -> str:
    """`k7m2-p4xq-9fhd`: the same for one secret key."""
    number = int.from_bytes(hmac.digest(secret, b"setup code", "sha256"), "big")
    letters = []
    for _ in range(_GROUPS * _GROUP):
        number, at = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[at])
    code = "".join(letters)
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def is_setup_code(secret: bytes, typed: str) -> bool:
    """Hyphens, spaces and capitals do not matter."""
    given = "".join(letter for letter in typed.lower() if letter.isalnum())
    expected = setup_code(secret).replace("-", "")
    return hmac.compare_digest(given.encode(), expected.encode())


def setup_proof(secret: bytes, browser: str) -> str:
    """What a browser keeps after it gave the right code; worth nothing in another browser."""
    return hmac.digest(secret, b"setup proof\0" + browser.encode(), "sha256").hex()


def is_setup_proof(secret: bytes, browser: str, given: str) -> bool:
    return hmac.compare_digest(given.encode(), setup_proof(secret, browser).encode())


def announce_setup(runtime: Runtime) -> str:
    """What the terminal tells at the start of a place that is not set up; else "".

    In production the code is also kept in the data folder, for those who lost the terminal.
    """
    if runtime.last_instance.is_set_up:
        return ""
    address = runtime.urls.absolute("setup")
    code = setup_code(runtime.secret)
    if runtime.settings.is_development:
        return f"Set this place up at {address}?code={code}"
    _keep(runtime.settings, code)
    return f"Set this place up at {address} with the code {code}"


def forget_setup_code(settings: Settings) -> None:
    _path(settings).unlink(missing_ok=True)


def _keep(settings: Settings, code: str) -> None:
    path = _path(settings)
    try:
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ALONE)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{code}\n")
    except OSError as error:
        log.warning("setup.code_not_kept", reason=error.strerror)


def _path(settings: Settings) -> Path:
    return settings.data_dir / FILE
