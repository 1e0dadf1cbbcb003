"""A push service on loopback, and browsers that open what it brings: real HTTP, real keys.

`PushService` stands where those of browser makers stand. It checks what they check (ticket, sizes,
headers), keeps what it took, and can be told to answer otherwise.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import secrets
from collections.abc import AsyncIterator
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


@dataclass(frozen=True, slots=True)
class Ticket:
    """An `Authorization: vapid …` header, taken apart and not yet verified."""

    head: dict[str, Any]
    claims: dict[str, Any]
    signed: bytes
    signature: bytes
    key: str


def read_ticket(header: str) -> Ticket:
    scheme, _, rest = header.partition(" ")
    if scheme != "vapid":
        raise ValueError(f"not a ticket: {header}")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
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
        ticket = read_ticket(request.headers.get("Authorization", ""))
        if ticket.claims["aud"] != self.url:
            return f"a ticket for {ticket.claims['aud']}"
        if not str(ticket.claims["sub"]).startswith(("mailto:", "https:", "http:")):
            return "nobody to write to"
        if not request.headers.get("TTL", "").isdecimal():
            return "no TTL"
        if request.headers.get("Content-Encoding") != "aes128gcm":
            return "another coding"
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


def _derived(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
    extracted = hmac.digest(salt, material, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")[:length]


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
