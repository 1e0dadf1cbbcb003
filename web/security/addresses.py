"""Where a request comes from: the connection's address, or what a trusted proxy says of it."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network

from fedparents.settings import Network

Address = IPv4Address | IPv6Address
_MOST_HOPS = 20
_IPV6_BITS = 128
_HOUSEHOLD = 64  # bits of an IPv6 address that one line has
_CUSTOMER = 48  # what anybody can rent, with 65,536 lines of the other size in it


def client_address(peer: str | None, forwarded_for: str, trusted: Sequence[Network]) -> Address:
    """The address of whoever asks.

    `X-Forwarded-For` is read from the right, as long as each address that vouches is trusted; what
    stands further left can be made up. No peer means a Unix socket, at whose other end is a proxy
    of this machine.
    """
    current = parse_address(peer or "")
    hops = [hop for hop in forwarded_for.split(",") if hop.strip()][-_MOST_HOPS:]
    while hops and (current is None or _is_trusted(current, trusted)):
        told = parse_address(hops.pop())
        if told is None:
            break
        current = told
    return current or IPv4Address(0)


def parse_address(text: str) -> Address | None:
    """An address as proxies write it, with a port or not; None for anything else."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def neighbourhood(address: Address) -> str:
    """Who shares a limit: one IPv4 address, or the /64 that one line has of IPv6."""
    return str(address) if isinstance(address, IPv4Address) else _network(address, _HOUSEHOLD)


def wider_neighbourhood(address: Address) -> str | None:
    """Who shares a larger limit: the /48 in which somebody can have any number of IPv6 lines."""
    return None if isinstance(address, IPv4Address) else _network(address, _CUSTOMER)


def widest_neighbourhood(address: Address) -> str:
    """The widest of these: who pays for what is done for people whom nobody knows yet."""
    return wider_neighbourhood(address) or neighbourhood(address)


def _network(address: IPv6Address, bits: int) -> str:
    return str(IPv6Network((int(address), _IPV6_BITS)).supernet(new_prefix=bits))


def _is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address.version == net.version and address in net for net in trusted)
