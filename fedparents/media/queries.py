"""Reading pictures: the one that is asked for, and those that somebody is about to send."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select

from fedparents.accounts.sessions import Viewer
from fedparents.db import HotStatement, table_of
from fedparents.media.models import ENDINGS, MediaAttachment, MediaState, MediaUse, MediaView

_media = table_of(MediaAttachment)

FIND_MEDIA: Final = HotStatement(
    sa.select(
        _media.c.id,
        _media.c.by_actor_id,
        _media.c.for_actor_id,
        _media.c.use,
        _media.c.attached_at,
        _media.c.mime,
        _media.c.byte_size,
        _media.c.small_byte_size,
    ).where(
        _media.c.name == bindparam("name", type_=sa.String),
        _media.c.state == MediaState.READY.value,
    )
)


def find_media(session: Session, file: str) -> MediaView | None:
    """The picture with this file name, whoever may see it."""
    name, _, ending = file.partition(".")
    rows = FIND_MEDIA.rows(session.connection(), name=name)
    if not rows or ENDINGS[rows[0][5]] != ending:
        return None
    media_id, by_actor_id, for_actor_id, use, attached_at, mime, byte_size, small_byte_size = rows[
        0
    ]
    return MediaView(
        id=media_id,
        by_actor_id=by_actor_id,
        for_actor_id=for_actor_id,
        use=MediaUse(use),
        is_attached=attached_at is not None,
        file=file,
        mime=mime,
        byte_size=byte_size,
        small_byte_size=small_byte_size,
    )


def list_own_photos(
    session: Session, viewer: Viewer, media_ids: Sequence[int]
) -> list[MediaAttachment]:
    """Those of the viewer's photos among these ids that are there, in the order of the ids."""
    if not media_ids:
        return []  # most of what is said has no photos
    own = select(MediaAttachment).where(
        col(MediaAttachment.id).in_(media_ids),
        MediaAttachment.by_actor_id == viewer.actor_id,
        MediaAttachment.use == MediaUse.PHOTO,
        MediaAttachment.state == MediaState.READY,
    )
    found = {media.id: media for media in session.exec(own)}
    return [found[media_id] for media_id in dict.fromkeys(media_ids) if media_id in found]


def count_waiting(session: Session, actor_id: int) -> int:
    """How many pictures somebody has sent that are attached to nothing."""
    waiting = select(func.count()).where(
        MediaAttachment.by_actor_id == actor_id,
        col(MediaAttachment.attached_at).is_(None),
        MediaAttachment.state != MediaState.RELEASED,
    )
    return session.exec(waiting).one()


def find_released(session: Session, media_id: int) -> MediaAttachment | None:
    """A picture whose files are to be deleted; None when that has been done."""
    media = session.get(MediaAttachment, media_id)
    return media if media is not None and media.state == MediaState.RELEASED else None
