"""Pictures from the first byte to the last: reserved, ready, attached, released, gone.

Files are written between `reserve_media` and `complete_media`, by whoever keeps them, and deleted
after the commit that released their picture.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, select

from fedparents.accounts.sessions import Viewer
from fedparents.actors.facts import ActorChanged
from fedparents.actors.models import Actor
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid, LimitReached
from fedparents.media.facts import MediaReleased
from fedparents.media.models import Drawn, MediaAttachment, MediaState, MediaUse
from fedparents.media.queries import count_waiting
from fedparents.text import optional_text

PHOTOS_AT_MOST: Final = 4
DESCRIPTION_LENGTH: Final = 1500
WAITING_AT_MOST: Final = 50
"""Of one person's, sent and attached to nothing: forms that were left, programs gone wild."""
_NAME_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class PhotoDraft:
    """A photo for something that is written; a description of None leaves the one it has."""

    media_id: int
    description: str | None = None


def reserve_media(uow: UnitOfWork, viewer: Viewer, use: MediaUse) -> MediaAttachment:
    """A row for a picture whose files are about to be written.

    Raises LimitReached when too many of the viewer's wait already.
    """
    if count_waiting(uow.session, viewer.actor_id) >= WAITING_AT_MOST:
        raise LimitReached("media_waiting", at_most=WAITING_AT_MOST)
    return reserve_for(uow, viewer.actor_id, use)


def reserve_for(uow: UnitOfWork, actor_id: int, use: MediaUse) -> MediaAttachment:
    """The same for a picture of somebody elsewhere, which we fetch ourselves."""
    media = MediaAttachment(
        id=uow.new_id(),
        by_actor_id=actor_id,
        use=use,
        name=secrets.token_hex(_NAME_BYTES),
        created_at=uow.now,
    )
    uow.session.add(media)
    return media


def complete_media(uow: UnitOfWork, media_id: int, drawn: Drawn) -> MediaAttachment:
    """Its files are there; raises Conflict when it was given up meanwhile."""
    media = _hold(uow, media_id)
    if media is None or media.state != MediaState.PROCESSING:
        raise Conflict("photo_gone")
    media.mime = drawn.mime
    media.width, media.height, media.byte_size = drawn.width, drawn.height, drawn.byte_size
    media.small_width, media.small_height = drawn.small_width, drawn.small_height
    media.small_byte_size = drawn.small_byte_size
    media.blurhash = drawn.blurhash
    media.state = MediaState.READY
    uow.session.add(media)
    return media


def describe_photo(
    uow: UnitOfWork,
    viewer: Viewer,
    media_id: int,
    description: str,
    *,
    focus: tuple[float, float] | None = None,
) -> MediaAttachment:
    """What is to be seen in one's own photo, and where to look; raises Invalid."""
    media = _get_own_photo(uow, viewer, media_id)
    media.description = _checked_description("description", description)
    if focus is not None:
        media.focus_x, media.focus_y = (max(-1.0, min(1.0, each)) for each in focus)
    uow.session.add(media)
    return media


def keep_photos(
    uow: UnitOfWork, viewer: Viewer, media_ids: Sequence[int], *, until: datetime
) -> None:
    """The viewer's photos wait so long for what they will be attached to. Raises as above."""
    for media_id in media_ids:
        media = _get_waiting(uow, viewer, MediaUse.PHOTO, media_id)
        media.kept_until_at = until
        uow.session.add(media)


def attach_photos(
    uow: UnitOfWork, viewer: Viewer, drafts: Sequence[PhotoDraft], *, before: Sequence[int] = ()
) -> list[MediaAttachment]:
    """Take the viewer's photos for something that is written, in this order.

    `before` are those that it has already: they stay when they are named again, and are released
    when not. Raises Invalid on `photos` when one is not theirs, not ready, or attached to something
    else: of two forms that send the same photo, one has it.
    """
    chosen = {draft.media_id: draft for draft in drafts}
    if len(chosen) > PHOTOS_AT_MOST:
        raise Invalid({"photos": "photos_too_many"}, at_most=PHOTOS_AT_MOST)
    photos = [_attach(uow, viewer, draft, before) for draft in chosen.values()]
    kept = {photo.id for photo in photos}
    release_media(uow, [media_id for media_id in before if media_id not in kept])
    return photos


def release_media(uow: UnitOfWork, media_ids: Sequence[int]) -> int:
    """Nobody sees these any more, and their files go; whoever calls has seen to it that it may be.

    How many there were.
    """
    return _release(uow, col(MediaAttachment.id).in_(media_ids)) if media_ids else 0


def release_own_photo(uow: UnitOfWork, viewer: Viewer, media_id: int) -> None:
    """Take back a photo that is attached to nothing; raises Invalid."""
    media = _get_own_photo(uow, viewer, media_id)
    if media.attached_at is not None:
        raise Invalid({"photos": "photo_gone"})
    _release_one(uow, media)


def change_picture(
    uow: UnitOfWork, viewer: Viewer, actor: Actor, use: MediaUse, media_id: int | None
) -> None:
    """Give an actor this avatar or cover, or none; whoever calls has seen to it that it may be.

    Raises Invalid on `picture` when it is not the viewer's, not ready, or shown somewhere already.
    """
    media = _get_waiting(uow, viewer, use, media_id) if media_id is not None else None
    shown = sa.and_(col(MediaAttachment.for_actor_id) == actor.id, col(MediaAttachment.use) == use)
    _release(uow, shown)
    if media is not None:
        media.for_actor_id, media.attached_at = actor.id, uow.now
        uow.session.add(media)
    file = media.file if media is not None else ""
    if use == MediaUse.AVATAR:
        actor.avatar = file
    else:
        actor.cover = file
    uow.session.add(actor)
    uow.record(ActorChanged(actor.id))


def change_avatar(uow: UnitOfWork, viewer: Viewer, media_id: int | None) -> None:
    """One's own avatar; None goes back to the initials."""
    actor = uow.session.get_one(Actor, viewer.actor_id, with_for_update=True)
    change_picture(uow, viewer, actor, MediaUse.AVATAR, media_id)


def show_face(uow: UnitOfWork, actor: Actor, media_id: int | None) -> None:
    """Give somebody elsewhere the picture that their town shows, or none."""
    shown = sa.and_(
        col(MediaAttachment.for_actor_id) == actor.id,
        col(MediaAttachment.use) == MediaUse.AVATAR,
    )
    _release(uow, shown)
    media = _hold(uow, media_id) if media_id is not None else None
    if media is not None:
        media.for_actor_id, media.attached_at = actor.id, uow.now
        uow.session.add(media)
    actor.avatar = media.file if media is not None else ""
    uow.session.add(actor)


def attach_copy(
    uow: UnitOfWork, media_id: int, description: str, focus: tuple[float, float]
) -> None:
    """Take the copy of a picture of another town for what shows it there."""
    media = uow.session.get_one(MediaAttachment, media_id)
    media.attached_at, media.description = uow.now, description[:DESCRIPTION_LENGTH]
    media.focus_x, media.focus_y = focus
    uow.session.add(media)


def forget_pictures(uow: UnitOfWork, actor_id: int) -> int:
    """For an actor that is erased: what it showed, and what it sent unless others show it."""
    sent = sa.and_(
        col(MediaAttachment.by_actor_id) == actor_id, col(MediaAttachment.for_actor_id).is_(None)
    )
    shown = col(MediaAttachment.for_actor_id) == actor_id
    return _release(uow, sa.or_(sent, shown))


def erase_media(uow: UnitOfWork, media_id: int) -> None:
    """The files are gone: so is the row."""
    media = uow.session.get(MediaAttachment, media_id)
    if media is not None and media.state == MediaState.RELEASED:
        uow.session.delete(media)


def _attach(
    uow: UnitOfWork, viewer: Viewer, draft: PhotoDraft, before: Sequence[int]
) -> MediaAttachment:
    photo = _get_own_photo(uow, viewer, draft.media_id)
    is_taken = photo.attached_at is not None and photo.id not in before
    if is_taken:
        raise Invalid({"photos": "photo_gone"})
    photo.attached_at = photo.attached_at or uow.now
    if draft.description is not None:
        photo.description = _checked_description("photos", draft.description)
    uow.session.add(photo)
    return photo


def _checked_description(field: str, text: str) -> str:
    return optional_text(field, text, at_most=DESCRIPTION_LENGTH)


def _release(uow: UnitOfWork, which: sa.ColumnElement[bool]) -> int:
    shown = select(MediaAttachment).where(which, MediaAttachment.state != MediaState.RELEASED)
    found = list(uow.session.exec(shown.with_for_update()))
    for media in found:
        _release_one(uow, media)
    return len(found)


def _release_one(uow: UnitOfWork, media: MediaAttachment) -> None:
    media.state = MediaState.RELEASED
    uow.session.add(media)
    uow.record(MediaReleased(media.id))


def _get_own_photo(uow: UnitOfWork, viewer: Viewer, media_id: int) -> MediaAttachment:
    media = _hold(uow, media_id)
    if media is None or not _is_ready(media, viewer, MediaUse.PHOTO):
        raise Invalid({"photos": "photo_gone"})
    return media


def _get_waiting(uow: UnitOfWork, viewer: Viewer, use: MediaUse, media_id: int) -> MediaAttachment:
    media = _hold(uow, media_id)
    if media is None or not _is_ready(media, viewer, use) or media.attached_at is not None:
        raise Invalid({"picture": "photo_gone"})
    return media


def _is_ready(media: MediaAttachment, viewer: Viewer, use: MediaUse) -> bool:
    is_own = media.by_actor_id == viewer.actor_id and media.use == use
    return is_own and media.state == MediaState.READY


def _hold(uow: UnitOfWork, media_id: int) -> MediaAttachment | None:
    return uow.session.get(MediaAttachment, media_id, with_for_update=True, populate_existing=True)
