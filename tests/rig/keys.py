"""RSA keys for the many people of tests: real ones, each of which several have one after the other.

Making one takes thirty milliseconds of a processor, which was a sixth of what tests between towns
took. Whoever looks at one person or one pair of towns never meets the same key twice.
"""

from __future__ import annotations

import threading
from collections import deque

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from federation import key_material

_MOST = 60


def lend_keys() -> None:
    """From now on this process makes so many, and then gives the oldest again."""
    make = key_material.new_rsa_key
    made: deque[RSAPrivateKey] = deque()
    lock = threading.Lock()

    def lend() -> RSAPrivateKey:
        with lock:
            key = make() if len(made) < _MOST else made.popleft()
            made.append(key)
            return key

    key_material.new_rsa_key = lend
