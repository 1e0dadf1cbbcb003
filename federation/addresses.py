"""Which addresses other towns may have: public ones, in whatever form they are written."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

from fedparents.settings import Network

Address = IPv4Address | IPv6Address

_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")  # RFC 4291 section 2.4: all that is given out
_MAPPED_OLD: Final = IPv6Network("::/96")  # "IPv4-compatible", RFC 4291 section 2.5.5.1
_NAT64: Final = IPv6Network("64:ff9b::/96")  # RFC 6052 section 2.1
_6TO4: Final = IPv6Network("2002::/16")  # RFC 3056 section 2
_6TO4_SHIFT: Final = 80
_IPV4_MASK: Final = 0xFFFF_FFFF
# Public by their number, but no place for a server: relays, benchmarks, the documentation's own.
_NEVER: Final = (
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv4Network("198.18.0.0/15"),
    IPv6Network("2001::/23"),
    IPv6Network("2001:db8::/32"),
    IPv6Network("3fff::/20"),
)
_LONGEST_NAME: Final = 253
# A last label that begins with a digit is taken for a number, and the whole for an address.
_NAME: Final = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
# RFC 6761, RFC 6762, RFC 7686, RFC 8375 and ICANN's resolution on .internal.
_NOT_PUBLIC_NAMES: Final = frozenset(
    {"alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion", "test"}
)


def is_public(address: Address) -> bool:
    """Whether anybody could reach it; an IPv4 address inside an IPv6 one counts for itself."""
    inner = embedded(address)
    if inner is not None:
        return is_public(inner)
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return not is_inside(address, _NEVER)


def is_inside(address: Address, networks: Sequence[Network]) -> bool:
    """Whether it, or the IPv4 address inside it, belongs to one of these networks."""
    inner = embedded(address)
    if inner is not None and is_inside(inner, networks):
        return True
    return any(address.version == each.version and address in each for each in networks)


def embedded(address: Address) -> IPv4Address | None:
    """The IPv4 address that packets to this one really go to; None when there is none."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64 or (address in _MAPPED_OLD and int(address) > 1):
        return IPv4Address(int(address) & _IPV4_MASK)
    if address in _6TO4:
        return IPv4Address((int(address) >> _6TO4_SHIFT) & _IPV4_MASK)
    return None


def parse_address(text: str) -> Address | None:
    """An address in the form in which resolvers and sockets give it; None for anything else."""
    try:
        return ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None


def is_public_name(host: str) -> bool:
    """Whether a host is called as a server on the internet is: a name with a dot, no number."""
    name = host.lower().removesuffix(".")
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        return False
    return name.rpartition(".")[2] not in _NOT_PUBLIC_NAMES
