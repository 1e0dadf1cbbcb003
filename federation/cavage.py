"""The signatures that most servers send: draft-cavage-http-signatures, version 12.

Reads and writes their form; what a signature has to cover to be believed is said in `signing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

HEADER: Final = "signature"
REQUEST_TARGET: Final = "(request-target)"
CREATED: Final = "(created)"
EXPIRES: Final = "(expires)"


def text_to_sign(
    names: Sequence[str], values: Mapping[str, str], *, method: str, target: str
) -> bytes:
    """What is signed, section 2.3. Raises KeyError for a name that has no value."""
    request = f"{method.lower()} {target}"
    lines = [f"{name}: {request if name == REQUEST_TARGET else values[name]}" for name in names]
    return "\n".join(lines).encode("latin-1")


def signature_header(key_id: str, names: Sequence[str], signature: str) -> str:
    """With the old name of the algorithm: Friendica and Takahe refuse one without."""
    covered = " ".join(names)
    return f'keyId="{key_id}",algorithm="rsa-sha256",headers="{covered}",signature="{signature}"'
