"""Pictures of other towns: fetched by us, drawn anew and kept, so that nobody's browser is sent
anywhere and what was hidden in the old file stays there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

import structlog

from federation.errors import FederationError, TryLater
from federation.facts import FaceNamed, PicturesNamed
from federation.pictures import Wanted, find_face, keep_face, keep_picture, list_wanted
from federation.towns import Towns
from fedparents import clock
from fedparents.db import Database
from fedparents.jobs import Job, JobKind
from fedparents.media.models import MediaUse
from web.pictures.headers import Refused
from web.pictures.keeping import Pictures

log = structlog.get_logger(__name__)

_PATIENCE: Final = timedelta(days=1)
_LONGEST_PAUSE: Final = timedelta(hours=1)


def foreign_picture_jobs(
    db: Database, pictures: Pictures, towns: Towns
) -> tuple[JobKind[Any], ...]:
    """Who fetches what other towns show."""

    async def draw(wanted: Wanted, use: MediaUse) -> int | None:
        """The number of the copy; None for what is no picture, or is nowhere any more."""
        try:
            data = await towns.fetcher.picture(wanted.url, wanted.site)
            return (await pictures.copy(wanted.actor_id, data, use)).id
        except TryLater:
            raise
        except (FederationError, Refused) as error:
            log.info("pictures.not_copied", reason=str(error))
            return None

    async def named(job: Job[PicturesNamed]) -> None:
        post_id = job.fact.post_id

        async def fetch() -> None:
            for wanted in await db.read(list_wanted, post_id):
                media_id = await draw(wanted, MediaUse.PHOTO)
                if media_id is not None:
                    await db.write(keep_picture, post_id, wanted, media_id)

        await _patiently(job, fetch)

    async def face(job: Job[FaceNamed]) -> None:
        async def fetch() -> None:
            wanted = await db.read(find_face, job.fact.actor_id)
            media_id = await draw(wanted, MediaUse.AVATAR) if wanted is not None else None
            url = wanted.url if wanted is not None else ""
            await db.write(keep_face, job.fact.actor_id, url, media_id)

        await _patiently(job, fetch)

    return (
        JobKind("pictures.fetch", PicturesNamed, named),
        JobKind("pictures.fetch_face", FaceNamed, face),
    )


async def _patiently(job: Job[Any], fetch: Callable[[], Awaitable[None]]) -> None:
    """A town that is away may be back tomorrow; after that, nobody looks for it any more."""
    try:
        await fetch()
    except TryLater as error:
        waited = clock.now() - job.created_at
        if waited < _PATIENCE:
            raise TryLater(max(error.after, min(waited, _LONGEST_PAUSE)), str(error)) from None
        log.info("pictures.not_copied", reason=str(error))
