"""Pictures on their way in and out of the house: the row, the files, and the jobs between them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final

from fedparents.accounts.facts import AccountErased
from fedparents.accounts.sessions import Viewer
from fedparents.db import Database
from fedparents.errors import Unavailable
from fedparents.jobs import Job, JobKind
from fedparents.media.facts import MediaReleased
from fedparents.media.models import ENDINGS, Drawn, MediaAttachment, MediaUse
from fedparents.media.queries import find_released
from fedparents.media.service import (
    complete_media,
    erase_media,
    forget_pictures,
    release_media,
    reserve_for,
    reserve_media,
)
from web.pictures.orders import AVATAR, COVER, PHOTO, Picture, Wanted
from web.pictures.process import Drawings
from web.pictures.store import MediaStore, key_of, keys_of

WANTED: Final[Mapping[MediaUse, Wanted]] = {
    MediaUse.PHOTO: PHOTO,
    MediaUse.AVATAR: AVATAR,
    MediaUse.COVER: COVER,
}


class Pictures:
    """All that a place does with the bytes of pictures."""

    def __init__(self, db: Database, store: MediaStore, drawings: Drawings) -> None:
        self._db = db
        self._store = store
        self._drawings = drawings

    async def take_in(self, viewer: Viewer, data: bytes, use: MediaUse) -> MediaAttachment:
        """Draw and keep what somebody sent; it is theirs and attached to nothing.

        Raises Refused, LimitReached, and Unavailable.
        """
        picture = await self._drawings.draw(data, WANTED[use])
        return await self._keep(await self._db.write(reserve_media, viewer, use), picture)

    async def copy(self, actor_id: int, data: bytes, use: MediaUse) -> MediaAttachment:
        """The same for what somebody elsewhere shows, which we have fetched."""
        picture = await self._drawings.draw(data, WANTED[use])
        return await self._keep(await self._db.write(reserve_for, actor_id, use), picture)

    async def _keep(self, media: MediaAttachment, picture: Picture) -> MediaAttachment:
        file = f"{media.name}.{ENDINGS[picture.mime]}"
        try:
            await asyncio.to_thread(self._put, file, picture)
        except Unavailable:
            await self._db.write(release_media, [media.id])
            raise
        return await self._db.write(complete_media, media.id, _drawn(picture))

    async def read(self, file: str, *, small: bool) -> bytes:
        """Raises NotFound, and Unavailable."""
        return await asyncio.to_thread(self._store.get, key_of(file, small=small))

    def jobs(self) -> tuple[JobKind[Any], ...]:
        return (
            JobKind("pictures.delete", MediaReleased, self._on_media_released),
            JobKind("pictures.forget_person", AccountErased, self._on_account_erased),
        )

    def _put(self, file: str, picture: Picture) -> None:
        self._store.put(key_of(file, small=False), picture.full.data)
        self._store.put(key_of(file, small=True), picture.small.data)

    def _delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._store.delete(key)

    async def _on_media_released(self, job: Job[MediaReleased]) -> None:
        media = await self._db.read(find_released, job.fact.media_id)
        if media is not None:
            await asyncio.to_thread(self._delete, keys_of(media.name))
            await self._db.write(erase_media, media.id)

    async def _on_account_erased(self, job: Job[AccountErased]) -> None:
        await self._db.write(forget_pictures, job.fact.actor_id)


def _drawn(picture: Picture) -> Drawn:
    return Drawn(
        mime=picture.mime,
        width=picture.full.width,
        height=picture.full.height,
        byte_size=len(picture.full.data),
        small_width=picture.small.width,
        small_height=picture.small.height,
        small_byte_size=len(picture.small.data),
        blurhash=picture.blurhash,
    )
