"""Connections only to where we may call: an address is looked at when its socket is wanted."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from federation.addresses import Address, parse_address

LookUp = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host; in tests, whatever they say."""

_CONNECTIONS: Final = 200
_DNS_SECONDS: Final = 60
_M_MMAP_THRESHOLD: Final = -3
_LARGE: Final = 128 * 1024


class Refused(OSError):
    """The guard said no; an OSError, because that is what aiohttp expects of sockets."""


class Guard:
    """Looks at an address when a socket for it is wanted, which is after every look-up."""

    def __init__(self, may_call: Callable[[Address], bool]) -> None:
        self._may_call = may_call

    def allows(self, text: str) -> bool:
        address = parse_address(text)
        return address is not None and self._may_call(address)

    def __call__(self, info: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = info
        if not self.allows(str(address[0])):
            raise Refused(f"{address[0]} may not be called")
        return socket.socket(family, kind, protocol)


class Resolver(AbstractResolver):
    """Offers only addresses that may be called, so that a town with a stray private one works."""

    def __init__(self, guard: Guard, look_up: LookUp) -> None:
        self._guard = guard
        self._look_up = look_up

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._look_up(host, port)
        addresses = [address for address in found if self._guard.allows(address)]
        if found and not addresses:
            raise Refused(f"{host} is at {found[0]}, which may not be called")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]

    @override
    async def close(self) -> None:
        """Nothing is kept open."""


def open_session(
    context: ssl.SSLContext, guard: Guard, look_up: LookUp | None, per_host: int
) -> aiohttp.ClientSession:
    """A pool of connections, none of which leads where the guard does not allow it; with a
    `look_up` of its own, or the machine's."""
    _keep_large_buffers_apart()
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            ssl=context,
            resolver=Resolver(guard, look_up or _look_up),
            socket_factory=guard,
            limit=_CONNECTIONS,
            limit_per_host=per_host,
            ttl_dns_cache=_DNS_SECONDS,
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
    )


@cache
def _keep_large_buffers_apart() -> None:
    """Each TLS connection has a buffer of 256 KB, of which it uses the first few. As long as such
    ones come straight from the kernel, the rest costs nothing; glibc would stop asking it as soon
    as the first was given back, and fill them with what others have used."""
    with contextlib.suppress(AttributeError):  # another library of C
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)


async def _look_up(host: str, port: int) -> Sequence[str]:
    loop = asyncio.get_running_loop()
    infos = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in infos))
