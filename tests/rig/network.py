"""Keeps tests from calling anybody outside this machine."""

from __future__ import annotations

import functools
import ipaddress
import sys
from typing import Any

_LOCAL_NAMES = {"localhost", "localhost.localdomain", ""}


class WentOutside(BaseException):
    """Not an Exception: code that forgives network errors must not forgive this one."""


@functools.cache
def forbid_the_outside() -> None:
    """From now on, looking up a name or connecting to anything beyond loopback ends the test."""
    sys.addaudithook(_audit)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        if isinstance(address, tuple) and not _is_local(str(address[0])):
            raise WentOutside(f"a test tried to reach {address[0]}")
    elif event == "socket.getaddrinfo" and not _is_local(_text(arguments[0])):
        raise WentOutside(f"a test tried to look up {_text(arguments[0])}")


def _is_local(host: str) -> bool:
    if host in _LOCAL_NAMES or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _text(host: Any) -> str:
    return host.decode() if isinstance(host, bytes) else str(host or "")
