"""A push service on loopback, and browsers that open what it brings: real HTTP, real keys.

`PushService` stands where those of browser makers stand. It checks what they check (ticket, sizes,
headers), keeps what it took, and can be told to answer otherwise.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import re
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_LARGEST = 4096
_CURVE = ec.SECP256R1()


class Recipient:
    """A browser's side of a subscription."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(_CURVE)
        self._secret = secrets.token_bytes(16)
        self._public = self._key.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        self.p256dh = _encoded(self._public)
        self.auth = _encoded(self._secret)

    def open(self, body: bytes) -> bytes:
        """The message inside, as RFC 8291 and RFC 8188 say it is to be read."""
        salt, length = body[:16], body[20]
        sender = body[21 : 21 + length]
        shared = self._key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, sender)
        )
        info = b"WebPush: info\0" + self._public + sender
        material = _derived(self._secret, shared, info, 32)
        key = _derived(salt, material, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _derived(salt, material, b"Content-Encoding: nonce\0", 12)
        record = AESGCM(key).decrypt(nonce, body[21 + length :], None)
        message, delimiter, _padding = record.rstrip(b"\0").rpartition(b"\x02")
        if not delimiter:
            raise ValueError("the record has no end")
        return message

    def open_as_before(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        """The same as draft-ietf-webpush-encryption-04 and -http-encryption-03 say."""
        salt = _decoded(dict(_parts(headers["encryption"]))["salt"])
        sender = _decoded(dict(_parts(headers["crypto-key"]))["dh"])
        shared = self._key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, sender)
        )
        material = _derived(self._secret, shared, b"Content-Encoding: auth\0", 32)
        lengths = [len(each).to_bytes(2, "big") for each in (self._public, sender)]
        context = b"P-256\0" + lengths[0] + self._public + lengths[1] + sender
        key = _derived(salt, material, b"Content-Encoding: aesgcm\0" + context, 16)
        nonce = _derived(salt, material, b"Content-Encoding: nonce\0" + context, 12)
        record = AESGCM(key).decrypt(nonce, body, None)
        begin = 2 + int.from_bytes(record[:2], "big")
        if record[2:begin].strip(b"\0"):
            raise ValueError("something is hidden in the padding")
        return record[begin:]


@dataclass(frozen=True, slots=True)
class Ticket:
    """A header that says who sends, taken apart and not yet verified."""

    head: dict[str, Any]
    claims: dict[str, Any]
    signed: bytes
    signature: bytes
    key: str


def read_ticket(header: str, key: str = "") -> Ticket:
    """`vapid t=…,k=…` of RFC 8292, or `WebPush …` of the draft, with the key of another header."""
    scheme, _, rest = header.partition(" ")
    if scheme not in {"vapid", "WebPush"}:
        raise ValueError(f"not a ticket: {header}")
    parts = dict(_parts(rest)) if scheme == "vapid" else {"t": rest, "k": key}
    head, claims, signature = parts["t"].split(".")
    return Ticket(
        json.loads(_decoded(head)),
        json.loads(_decoded(claims)),
        f"{head}.{claims}".encode(),
        _decoded(signature),
        parts["k"],
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """One push as the service took it."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float
    """By the service's stopwatch."""


@dataclass
class PushService:
    url: str
    taken: list[Taken] = field(default_factory=list)
    status: int = 201
    """What it answers to everything."""
    busy: set[str] = field(default_factory=set)
    """The subscriptions for which it has no time."""
    retry_after: str = ""
    asked: int = 0
    """How often it was asked, whatever it answered."""
    complaints: list[str] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def endpoint(self, name: str) -> str:
        return f"{self.url}/{name}"

    async def wait_for(self, count: int, seconds: float = 60) -> list[Taken]:
        """The first so many pushes, as soon as they are there."""
        async with asyncio.timeout(seconds):
            while len(self.taken) < count:
                self._news.clear()
                await self._news.wait()
        return self.taken[:count]

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.asked += 1
        if problem := self._problem_with(request, body):
            self.complaints.append(problem)
            return web.Response(status=400, text=problem)
        if request.path.strip("/") in self.busy:
            return web.Response(status=503)
        if self.status != 201:
            headers = {"Retry-After": self.retry_after} if self.retry_after else {}
            return web.Response(status=self.status, headers=headers)
        at = asyncio.get_running_loop().time()
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.taken.append(Taken(request.path.strip("/"), headers, body, at))
        self._news.set()
        return web.Response(status=201, headers={"Location": f"{self.url}/m/{len(self.taken)}"})

    def _problem_with(self, request: web.Request, body: bytes) -> str:
        """What a service of a browser maker would refuse."""
        keys = dict(_parts(request.headers.get("Crypto-Key", "")))
        wanted = "aesgcm" if {"dh", "p256ecdsa"}.issubset(keys) else "aes128gcm"
        if request.headers.get("Content-Encoding") != wanted:
            return "another coding"
        ticket = read_ticket(request.headers.get("Authorization", ""), keys.get("p256ecdsa", ""))
        if ticket.claims["aud"] != self.url:
            return f"a ticket for {ticket.claims['aud']}"
        if not str(ticket.claims["sub"]).startswith(("mailto:", "https:", "http:")):
            return "nobody to write to"
        if not request.headers.get("TTL", "").isdecimal():
            return "no TTL"
        if len(request.headers.get("Topic", "")) > 32:
            return "a topic that is too long"
        return "too large" if len(body) > _LARGEST else ""


@asynccontextmanager
async def push_service() -> AsyncIterator[PushService]:
    """A service that runs as long as the context."""
    service = PushService("")
    application = web.Application()
    application.router.add_post("/{tail:.*}", service.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    service.url = f"http://localhost:{port}"
    try:
        yield service
    finally:
        await runner.cleanup()


def _parts(header: str) -> Iterator[tuple[str, str]]:
    for part in re.split("[,;]", header):
        name, _, value = part.strip().partition("=")
        yield name, value


def _derived(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
    extracted = hmac.digest(salt, material, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")[:length]


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
