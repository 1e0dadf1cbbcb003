"""The rest of the world, in this process: servers with people who have keys and say things."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

import httpx2
from typing_extensions import override

from federation.key_material import new_ed25519_key, new_rsa_key
from federation.keys import LocalKey
from federation.models import KeyKind
from federation.objects.actor import ActorDraft
from federation.signing import ACTIVITY_JSON, Scheme, sign
from fedparents.actors.models import ActorKind

Document = dict[str, Any]


class Elsewhere(httpx2.AsyncBaseTransport):
    """Answers for every host: with what is at an address, or that there is nothing."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.requests: list[httpx2.Request] = []
        self._answers: dict[str, Callable[[httpx2.Request], httpx2.Response]] = {}

    def show(self, url: str, document: Document, *, kind: str = ACTIVITY_JSON) -> None:
        body = json.dumps(document).encode()
        self.answer(url, 200, body, {"content-type": kind})

    def answer(
        self, url: str, status: int, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        self._answers[url] = lambda _request: says(status, body, headers)

    def ask(self, url: str, reply: Callable[[httpx2.Request], httpx2.Response]) -> None:
        """What is there depends on who asks."""
        self._answers[url] = reply

    @override
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(0)
        url = str(request.url)
        self.asked.append(url)
        self.requests.append(request)
        reply = self._answers.get(url)
        return reply(request) if reply else says(404)


def says(status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> httpx2.Response:
    """An answer that is read as it comes."""
    return httpx2.Response(status, headers=headers, stream=httpx2.ByteStream(body))


def a_draft(name: str) -> ActorDraft:
    """Somebody on a server that nobody of us wrote, as they were read there."""
    uri = f"https://mastodon.invalid/users/{name}"
    return ActorDraft(
        uri=uri,
        kind=ActorKind.PERSON,
        handle=name,
        domain="mastodon.invalid",
        name=name.title(),
        summary="",
        inbox=f"{uri}/inbox",
        shared_inbox="",
        outbox="",
        followers="",
        url=uri,
        is_locked=False,
        is_discoverable=True,
        is_indexable=False,
    )


@dataclass
class Neighbour:
    """Somebody on another server, who signs what they say."""

    uri: str
    number: int = 0
    """Two of one number have the same keys, because making them takes long."""
    key_name: str = "main-key"
    changes: Document = field(default_factory=dict)

    @cached_property
    def key(self) -> LocalKey:
        return LocalKey(f"{self.uri}#{self.key_name}", self.uri, KeyKind.RSA, _rsa(self.number))

    @cached_property
    def newer_key(self) -> LocalKey:
        key_id = f"{self.uri}#ed25519-key"
        return LocalKey(key_id, self.uri, KeyKind.ED25519, _ed25519(self.number))

    @property
    def document(self) -> Document:
        """As their own server shows them."""
        return {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": self.uri,
            "type": "Person",
            "preferredUsername": self.uri.rpartition("/")[2],
            "inbox": f"{self.uri}/inbox",
            "publicKey": {
                "id": self.key.id,
                "owner": self.uri,
                "publicKeyPem": self.key.public_pem,
            },
            "assertionMethod": [
                {
                    "id": self.newer_key.id,
                    "type": "Multikey",
                    "controller": self.uri,
                    "publicKeyMultibase": self.newer_key.public_multibase,
                }
            ],
            **self.changes,
        }

    def says(self, verb: str, thing: object, number: int = 1, **more: object) -> bytes:
        """The body of an activity of theirs."""
        told = {"id": f"{self.uri}/{verb.lower()}/{number}", "type": verb, "actor": self.uri}
        return json.dumps({**told, "object": thing, **more}).encode()

    def signs(
        self, url: str, body: bytes, now: datetime, scheme: Scheme = Scheme.CAVAGE
    ) -> dict[str, str]:
        return sign(self.key, "POST", url, body, now, scheme)


@lru_cache
def _rsa(_number: int) -> Any:
    return new_rsa_key()


@lru_cache
def _ed25519(_number: int) -> Any:
    return new_ed25519_key()
