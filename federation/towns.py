"""What a process needs in order to speak with other towns; nothing is opened before it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from federation.discovery import Discovery
from federation.fetching import Budget, Fetcher
from federation.keys import Keyring
from federation.neighbours import Neighbours
from federation.reading import JsonObject
from federation.remote_keys import RemoteKeys
from fedparents.db import Database
from fedparents.settings import Settings

if TYPE_CHECKING:
    from federation.transport import Client


class Towns:
    """Opened by whoever first needs it, inside the event loop."""

    def __init__(self, settings: Settings, db: Database, keyring: Keyring) -> None:
        self.settings = settings
        self.open_client: Callable[[], Client] = self._open_client
        self._db = db
        self._keyring = keyring
        self._client: Client | None = None

    @property
    def base_url(self) -> str:
        return self.settings.base_url

    @cached_property
    def fetcher(self) -> Fetcher:
        return Fetcher(self._the_client, self._keyring, self.base_url, self._db)

    @cached_property
    def keys(self) -> RemoteKeys:
        return RemoteKeys(self._db, self.fetcher)

    @cached_property
    def discovery(self) -> Discovery:
        fetcher = self.fetcher
        return Discovery(
            self.settings, self._db, self._the_client(), fetcher.document, fetcher.signed
        )

    def discovery_within(self, budget: Budget) -> Discovery:
        """The same for one thing that came in: whom it takes to read it counts, too."""

        async def fetch(uri: str) -> JsonObject:
            return (await self.fetcher.fetch(uri, budget)).document

        return Discovery(self.settings, self._db, self._the_client(), fetch)

    @cached_property
    def neighbours(self) -> Neighbours:
        return Neighbours(self.settings, self._db, self._the_client(), self.discovery)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
            self._client = None

    def _the_client(self) -> Client:
        if self._client is None:
            self._client = self.open_client()
        return self._client

    def _open_client(self) -> Client:
        from federation.transport import open_client  # loads the whole client

        return open_client(self.settings)
