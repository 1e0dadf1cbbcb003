"""The one way out: calls to other servers that cannot be turned against our own network.

`Transport` speaks for httpx2 over aiohttp, whose pool stays quick with thousands of hosts. Its
guard looks at each address at the moment of connecting, so neither a redirect nor a name that means
one thing when it is looked up and another when it is called leads to a private address. `Client` is
what the rest of the package uses: answers of bounded size in bounded time, redirects followed with
care.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

import aiohttp
import httpx2
from typing_extensions import override
from yarl import URL

from federation.addresses import Address, is_inside, is_public, is_public_name
from federation.answers import Answer
from federation.errors import AddressRefused, Malformed, PeerUnavailable
from federation.guard import Guard, LookUp, Refused, open_session
from fedparents.settings import Settings

CONNECT_SECONDS: Final = 5.0
TOTAL_SECONDS: Final = 10.0
LARGEST_ANSWER: Final = 1024 * 1024
MOST_REDIRECTS: Final = 3
PER_HOST: Final = 4

_SKIP_SECONDS: Final = 1.0
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

_TIMEOUT: Final = httpx2.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS).as_dict()
_POST_TIMEOUT: Final = aiohttp.ClientTimeout(sock_connect=CONNECT_SECONDS, sock_read=TOTAL_SECONDS)


class Client:
    """Fetches and sends; everything that goes wrong is a FederationError."""

    def __init__(self, transport: httpx2.AsyncBaseTransport, *, user_agent: str) -> None:
        # Without httpx2's own client: redirects are followed here, cookies and proxies are not for
        # us, and what it does about all of them costs more than a push.
        self._transport = transport
        self._usual = {
            "user-agent": user_agent,
            "accept": "*/*",
            # Nothing compressed: what is counted on the wire is then what it takes in memory.
            "accept-encoding": "identity",
        }

    async def close(self) -> None:
        await self._transport.aclose()

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        at_most: int = LARGEST_ANSWER,
        seconds: float = TOTAL_SECONDS,
        require: Callable[[str], Awaitable[None]] | None = None,
    ) -> Answer:
        """Fetch something, also from where it has moved to; `seconds` are for all of it. `require`
        raises for an address that may not be asked, and hears of each to which one is sent on."""
        with _explaining(url, seconds):
            async with asyncio.timeout(seconds):
                request = self._request("GET", url, headers)
                for _ in range(MOST_REDIRECTS + 1):
                    answer = await self._send(request, at_most)
                    if answer.status not in _REDIRECTS or "location" not in answer.headers:
                        return answer
                    there = httpx2.URL(answer.url).join(answer.headers["location"])
                    if require is not None:
                        await require(str(there))
                    request = self._request("GET", there, _harmless(headers))
        raise Malformed(f"{url}: more than {MOST_REDIRECTS} redirects")

    async def post(
        self,
        url: str,
        body: bytes,
        *,
        headers: Mapping[str, str],
        at_most: int = LARGEST_ANSWER,
        seconds: float = TOTAL_SECONDS,
        reads_body: bool = True,
    ) -> Answer:
        """Send something. A redirect is an answer like any other: nothing is sent twice.

        Where only the status matters, what else is said may be as long and as odd as it likes.
        """
        with _explaining(url, seconds):
            async with asyncio.timeout(seconds):
                if isinstance(self._transport, Transport):
                    sent = await self._transport.post(url, self._with_usual(headers), body)
                    return await _taken(
                        url, sent.status, sent.headers, sent.stream, at_most, reads_body=reads_body
                    )
                request = self._request("POST", url, headers, body)
                return await self._send(request, at_most, reads_body=reads_body)

    def _with_usual(self, headers: Mapping[str, str] | None) -> dict[str, str]:
        return self._usual | {name.lower(): value for name, value in (headers or {}).items()}

    def _request(
        self,
        method: str,
        url: str | httpx2.URL,
        headers: Mapping[str, str] | None,
        body: bytes | None = None,
    ) -> httpx2.Request:
        return httpx2.Request(
            method,
            url,
            headers=self._with_usual(headers),
            content=body,
            extensions={"timeout": _TIMEOUT},
        )

    async def _send(
        self, request: httpx2.Request, at_most: int, *, reads_body: bool = True
    ) -> Answer:
        response = await self._transport.handle_async_request(request)
        if not isinstance(response.stream, httpx2.AsyncByteStream):
            raise TypeError("a transport that is not asynchronous")
        return await _taken(
            *(str(request.url), response.status_code, response.headers, response.stream, at_most),
            reads_body=reads_body,
        )


@dataclass(frozen=True, slots=True)
class Arriving:
    """An answer of which the first lines are there; its stream has to be closed."""

    status: int
    headers: Mapping[str, str]
    stream: httpx2.AsyncByteStream


@dataclass(frozen=True, slots=True)
class SentTo:
    """An address as it stands in a request, which is what a signature has to cover."""

    scheme: str
    host: str
    """With its port where that is not the usual one."""
    path: str
    query: str
    """With its question mark; empty without one."""

    @property
    def target(self) -> str:
        return self.path + self.query

    @property
    def uri(self) -> str:
        return f"{self.scheme}://{self.host}{self.target}"


def sent_to(url: str) -> SentTo:
    """How a request to this address is written; raises AddressRefused for what is none."""
    with _explaining(url, 0):
        read = httpx2.URL(url)
        path, mark, query = read.raw_path.decode("ascii").partition("?")
        return SentTo(read.scheme, read.netloc.decode("ascii"), path, mark + query)


def open_client(
    settings: Settings, *, look_up: LookUp | None = None, per_host: int = PER_HOST
) -> Client:
    """The client of this place; to be closed. Needs a running event loop.

    `per_host` connections go to one host: few to a town, more to a service for thousands of people.
    """
    product = f"fedparents/{version('fedparents')}"
    transport = Transport(settings, look_up=look_up, per_host=per_host)
    return Client(transport, user_agent=f"{product} (+{settings.base_url}/)")


class Transport(httpx2.AsyncBaseTransport):
    """httpx2's interface over aiohttp, with a guard at each connection.

    A host with an ordinary name, over HTTPS on its port, may have any public address. Whatever is
    written otherwise may only be in a network that the settings allow, and outside production.
    """

    def __init__(
        self, settings: Settings, *, look_up: LookUp | None = None, per_host: int = PER_HOST
    ) -> None:
        allowed = settings.allowed_private_networks
        context = ssl.create_default_context(cafile=settings.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2

        def session(may_call: Callable[[Address], bool]) -> aiohttp.ClientSession:
            return open_session(context, Guard(may_call), look_up, per_host)

        self._ordinary = session(lambda ip: is_public(ip) or is_inside(ip, allowed))
        self._exempt = session(lambda ip: is_inside(ip, allowed))
        self._has_exemptions = settings.is_development and bool(allowed)

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Arriving:
        """The same without the objects of httpx2, which cost a push or a letter to a town as much
        as all that happens on the wire. Raises what httpx2 raises."""
        where = httpx2.URL(url)
        session = self._session_for(where)
        with _as_httpx2(where):
            response = await session.post(
                URL(str(where), encoded=True),
                headers=headers,
                data=body or None,
                allow_redirects=False,
                timeout=_POST_TIMEOUT,
            )
        return Arriving(response.status, response.headers, _Body(where, response))

    @override
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        session = self._session_for(request.url)
        wait = request.extensions.get("timeout", {})
        body = await request.aread()
        with _as_httpx2(request.url):
            response = await session.request(
                request.method,
                URL(str(request.url), encoded=True),  # as it is: it may be part of a signature
                headers=request.headers.multi_items(),
                data=body or None,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(
                    sock_connect=wait.get("connect"), sock_read=wait.get("read")
                ),
            )
        return httpx2.Response(
            response.status,
            headers=response.raw_headers,
            stream=_Body(request.url, response),
            request=request,
        )

    @override
    async def aclose(self) -> None:
        await self._ordinary.close()
        await self._exempt.close()

    def _session_for(self, url: httpx2.URL) -> aiohttp.ClientSession:
        problem = _problem(url)
        if problem is None:
            return self._ordinary
        if url.scheme in {"http", "https"} and url.host and self._has_exemptions:
            return self._exempt
        raise AddressRefused(f"{url}: {problem}")


class _Body(httpx2.AsyncByteStream):
    """The rest of an answer, as it arrives."""

    def __init__(self, url: httpx2.URL, response: aiohttp.ClientResponse) -> None:
        self._url = url
        self._response = response

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx2(self._url):
            async for chunk in self._response.content.iter_any():
                yield chunk

    @override
    async def aclose(self) -> None:
        if self._response.content.at_eof():
            self._response.release()
        else:
            self._response.close()  # what is still to come is not wanted


async def _taken(
    url: str,
    status: int,
    headers: Mapping[str, str],
    stream: httpx2.AsyncByteStream,
    at_most: int,
    *,
    reads_body: bool,
) -> Answer:
    """The whole of an answer, whose first lines have come."""
    plain = {name.lower(): value for name, value in headers.items()}
    try:
        if not reads_body:
            await _skip(stream, at_most)
            return Answer(url, status, plain, b"")
        if plain.get("content-encoding", "identity").lower() != "identity":
            raise Malformed(f"{url}: compressed, although that was not asked for")
        return Answer(url, status, plain, await _read(url, stream, at_most))
    finally:
        await stream.aclose()


async def _read(url: str, stream: httpx2.AsyncByteStream, at_most: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in stream:
        size += len(chunk)
        if size > at_most:
            raise Malformed(f"{url}: larger than {at_most} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


async def _skip(stream: httpx2.AsyncByteStream, at_most: int) -> None:
    """Let a short rest of an answer go by, so that its connection can be used again."""
    size = 0
    with contextlib.suppress(httpx2.TransportError, TimeoutError):
        async with asyncio.timeout(_SKIP_SECONDS):
            async for chunk in stream:
                size += len(chunk)
                if size > at_most:
                    break


def _problem(url: httpx2.URL) -> str | None:
    """Why a URL is not an ordinary one of a town; None when it is."""
    if url.scheme != "https":
        return "only https is used between towns"
    if url.userinfo:
        return "an address of a town holds no password"
    if url.port not in {None, 443}:
        return "only the usual port is used between towns"
    if not is_public_name(url.raw_host.decode("ascii")):
        return "that is no public name"
    return None


def _harmless(headers: Mapping[str, str] | None) -> dict[str, str]:
    """What may go to another host: no token and no signature, which were for the first one."""
    return {name: value for name, value in (headers or {}).items() if name.lower() == "accept"}


@contextlib.contextmanager
def _explaining(url: str, seconds: float) -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise PeerUnavailable(f"{url}: no whole answer within {seconds:g} seconds") from None
    except httpx2.TransportError as error:
        raise PeerUnavailable(f"{url}: {error}") from error
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, UnicodeError, ValueError) as error:
        raise AddressRefused(f"{url!r}: {error}") from error


@contextlib.contextmanager
def _as_httpx2(url: httpx2.URL) -> Iterator[None]:
    """aiohttp's errors in the words of the interface."""
    try:
        yield
    except aiohttp.ClientConnectorError as error:
        if isinstance(error.os_error, Refused):
            raise AddressRefused(f"{url}: {error.os_error}") from None
        raise httpx2.ConnectError(str(error)) from error
    except aiohttp.ServerTimeoutError as error:
        raise httpx2.ReadTimeout(str(error)) from error
    except (aiohttp.ClientError, OSError) as error:
        raise httpx2.ReadError(f"{type(error).__name__}: {error}") from error
