"""The signatures of RFC 9421, as far as towns use them.

Reads and writes their form; what a signature has to cover to be believed is said in `signing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

INPUT_HEADER: Final = "signature-input"
HEADER: Final = "signature"
METHOD: Final = "@method"
TARGET_URI: Final = "@target-uri"
LABEL: Final = "sig1"


def text_to_sign(values: Mapping[str, str], params: str) -> bytes:
    """What is signed, section 2.5; the values in the order in which they are covered."""
    lines = [f'"{name}": {value}' for name, value in values.items()]
    lines.append(f'"@signature-params": {params}')
    return "\n".join(lines).encode("latin-1")


def signature_params(names: Iterable[str], key_id: str, algorithm: str, created: int) -> str:
    covered = " ".join(f'"{name}"' for name in names)
    return f'({covered});created={created};keyid="{key_id}";alg="{algorithm}"'
