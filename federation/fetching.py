"""Asking other towns for documents: signed by the place itself, and never without end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urldefrag
from weakref import WeakValueDictionary

from federation.allowances import Allowance
from federation.answers import require_success
from federation.errors import Malformed, PeerBlocked, Rejected
from federation.keys import THE_PLACE, Keyring
from federation.reading import JsonObject, read_document
from federation.trust import is_kept_out
from federation.uris import host_of, is_same_origin, place_uri, site_of
from fedparents import clock
from fedparents.db import Database

if TYPE_CHECKING:
    from federation.answers import Answer
    from federation.transport import Client

MOST_FETCHES: Final = 20
"""For one thing that came in; Lemmy draws the same line."""
LARGEST_PICTURE: Final = 8 * 1024 * 1024
_PICTURES: Final = {"accept": "image/webp, image/jpeg, image/png, image/*;q=0.8"}
_AT_ONCE: Final = 20
_AT_ONCE_OF_ONE: Final = 4
_A_MINUTE: Final = timedelta(minutes=1)
OF_OTHERS: Final = 300
"""What all that comes from one site may have us ask of other sites within a minute; the rest
waits."""
PICTURES: Final = 120
"""So many pictures are fetched for one site within a minute, wherever they are."""
_UNAUTHORISED: Final = frozenset({400, 401})
_TYPES: Final = ("application/activity+json", "application/ld+json")


@dataclass(slots=True)
class Budget:
    """How much may still be asked for because of one thing that came in."""

    left: int = MOST_FETCHES
    site: str = ""
    """Of the town that has caused it: what is asked of others is on its account; "" for what
    somebody here wants to know."""

    def spend(self) -> None:
        """Raises Rejected when there is nothing left."""
        if self.left <= 0:
            raise Rejected(f"it would take more than {MOST_FETCHES} questions to others")
        self.left -= 1


@dataclass(frozen=True, slots=True)
class Found:
    """A document, and where it was in the end."""

    url: str
    document: JsonObject


class Fetcher:
    """Asks in the name of the place; who asks nobody has no connections."""

    def __init__(
        self, client: Callable[[], Client], keyring: Keyring, base_url: str, db: Database
    ) -> None:
        self._client = client
        self._keyring = keyring
        self._base_url = base_url
        self._db = db
        self._few = asyncio.Semaphore(_AT_ONCE)
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._of_others = Allowance(OF_OTHERS, _A_MINUTE, "asking others")
        self._pictures = Allowance(PICTURES, _A_MINUTE, "fetching of pictures")

    async def fetch(self, uri: str, budget: Budget) -> Found:
        """The document behind an address; raises FederationError.

        It came from a server that answers for this address, and as a document, not as a file that
        somebody uploaded there. Whether it is what it says has to be looked at by whoever asks.
        """
        url = urldefrag(uri).url
        from federation.transport import sent_to  # loads the whole client

        if sent_to(url).host.rstrip(".") == sent_to(self._base_url).host:
            raise Rejected(f"{url} is ours")
        await self._require_wanted(url)
        budget.spend()
        if budget.site and site_of(host_of(url)) != budget.site:
            self._of_others.use(budget.site)
        async with self._turn(url):
            answer = require_success(await self._ask(url))
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in _TYPES:
            raise Malformed(f"{url} is {kind or 'of no type'}")
        if not is_same_origin(answer.url, url):
            raise Malformed(f"{url} leads to another server")
        return Found(answer.url, read_document(answer.body))

    async def signed(self, url: str, headers: Mapping[str, str]) -> dict[str, str]:
        """Headers with which to ask for something in the name of the place."""
        from federation.signing import sign  # loads cryptography

        keys = await self._keyring.keys_of(THE_PLACE, place_uri(self._base_url))
        return await asyncio.to_thread(sign, keys.rsa, "GET", url, None, clock.now(), more=headers)

    async def document(self, uri: str) -> JsonObject:
        """The same for something that is asked for by itself."""
        return (await self.fetch(uri, Budget())).document

    async def picture(self, url: str, site: str) -> bytes:
        """The bytes of a picture, whatever they turn out to be; wherever the town of this site
        keeps them, on whose account it is fetched."""
        await self._require_wanted(url)
        self._pictures.use(site)
        async with self._turn(url):
            answer = await self._client().get(
                urldefrag(url).url,
                headers=_PICTURES,
                at_most=LARGEST_PICTURE,
                require=self._require_wanted,
            )
        return require_success(answer).body

    @contextlib.asynccontextmanager
    async def _turn(self, url: str) -> AsyncIterator[None]:
        """Few at once, and of one site fewer: who is slow keeps nobody else waiting."""
        site = site_of(host_of(url))
        own = self._turns.setdefault(site, asyncio.Semaphore(_AT_ONCE_OF_ONE))
        async with own, self._few:
            yield

    async def _require_wanted(self, url: str) -> None:
        """Raises PeerBlocked for a town that is kept out."""
        if await self._db.read(is_kept_out, host_of(url)):
            raise PeerBlocked(url)

    async def _ask(self, url: str) -> Answer:
        """Some check the path without the query, and some only the newer signatures."""
        from federation.signing import Scheme, sign  # loads cryptography

        keys = await self._keyring.keys_of(THE_PLACE, place_uri(self._base_url))
        schemes = [Scheme.CAVAGE, Scheme.RFC9421]
        if "?" in url:
            schemes.insert(1, Scheme.CAVAGE_PATH)
        for scheme in schemes:
            headers = await asyncio.to_thread(sign, keys.rsa, "GET", url, None, clock.now(), scheme)
            answer = await self._client().get(url, headers=headers, require=self._require_wanted)
            if answer.status not in _UNAUTHORISED:
                break
        return answer
