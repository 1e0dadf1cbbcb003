"""A request of another server as it arrived, and what its signature claims."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from federation.errors import Refusal, SignatureInvalid

if TYPE_CHECKING:
    from federation.key_material import PublicKey

OLDEST: Final = timedelta(hours=1)
"""Clocks differ, and mail rooms of large servers run late."""
EARLIEST: Final = timedelta(minutes=5)
_ONCE: Final = frozenset(
    {"content-digest", "content-length", "content-type", "date", "digest", "host", "signature"}
    | {"signature-input"}
)
"""Of these, two would mean that two readers can read different things."""
_USUAL_PORTS: Final = {"https": ":443", "http": ":80"}
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Incoming:
    """Addressed to us: a request for another host never becomes one of these."""

    method: str
    scheme: str
    host: str
    """Ours, as in our addresses."""
    path: str
    """As it was sent, with its escapes."""
    query: str
    """With its question mark; empty without one."""
    headers: Mapping[str, str]
    """Names in lower case; several values of one name are joined."""
    body: bytes
    caller: str = ""
    """From where it came, as an address of the network; "" where that does not matter."""

    @property
    def target(self) -> str:
        return self.path + self.query

    def header(self, name: str) -> str:
        """The value that was signed; raises SignatureInvalid when it was not sent."""
        if name not in self.headers:
            raise SignatureInvalid(Refusal.UNREADABLE, f"{name} is covered, but not there")
        return self.headers[name]


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says they are; true if the signature is that key's."""

    key_id: str
    covered: frozenset[str]
    is_made_with: Callable[[PublicKey], bool]


def arrived(
    method: str,
    base_url: str,
    target: str,
    lines: Iterable[tuple[bytes, bytes]],
    body: bytes,
    *,
    caller: str = "",
) -> Incoming:
    """A request to this place; raises SignatureInvalid for one whose headers mean two things."""
    scheme, _, host = base_url.partition("://")
    path, mark, query = target.partition("?")
    headers = _joined(lines)
    if headers.get("host", "").lower().removesuffix(_USUAL_PORTS[scheme]) != host:
        raise SignatureInvalid(Refusal.NOT_HERE, "another host")
    return Incoming(method, scheme, host, path, mark + query, headers, body, caller)


def require_fresh(moment: datetime, now: datetime) -> None:
    """Raises SignatureInvalid for what was signed long ago, or not yet."""
    if moment < now - OLDEST:
        raise SignatureInvalid(Refusal.OLD, f"of {moment:%Y-%m-%d %H:%M:%S}")
    if moment > now + EARLIEST:
        raise SignatureInvalid(Refusal.EARLY, f"of {moment:%Y-%m-%d %H:%M:%S}")


def require_unexpired(expires: int, now: datetime) -> None:
    if expires < now.timestamp():
        raise SignatureInvalid(Refusal.OLD, "it has expired")


def moment_of_seconds(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        raise SignatureInvalid(Refusal.UNREADABLE, "a time that does not exist") from None


def _joined(lines: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in lines:
        name = raw_name.decode("latin-1").lower()
        value = raw_value.decode("latin-1").strip(" \t")
        if _CONTROLS.search(value):
            # A line break inside would let one header pass for another in what is signed.
            raise SignatureInvalid(Refusal.UNREADABLE, f"{name} holds control characters")
        if name in headers:
            if name in _ONCE:
                raise SignatureInvalid(Refusal.DOUBLED, name)
            value = f"{headers[name]}, {value}"
        headers[name] = value
    return headers
