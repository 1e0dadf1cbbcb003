"""The photos of posts: which there are, and that they are seen by whoever sees the post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.db import HotStatement, constant, in_bites, is_in_bite, table_of
from fedparents.media.models import ENDINGS, MediaAttachment, MediaState, MediaView
from fedparents.posts.desk import looks_after
from fedparents.posts.models import Post, PostPhoto
from fedparents.posts.policy import visible_to


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photo as it is shown with its post."""

    id: int
    file: str
    mime: str
    width: int
    height: int
    small_width: int
    small_height: int
    blurhash: str
    description: str
    focus_x: float
    focus_y: float


_shown = table_of(PostPhoto)
_media = table_of(MediaAttachment)
LIST_PHOTOS: Final = HotStatement(
    sa.select(
        _shown.c.post_id,
        _media.c.name,
        _media.c.id,
        _media.c.mime,
        _media.c.width,
        _media.c.height,
        _media.c.small_width,
        _media.c.small_height,
        _media.c.blurhash,
        _media.c.description,
        _media.c.focus_x,
        _media.c.focus_y,
    )
    .join_from(_shown, _media, _media.c.id == _shown.c.media_id)
    .where(is_in_bite(_shown.c.post_id), _media.c.state == constant(MediaState.READY))
    .order_by(_shown.c.post_id, _shown.c.position)
)


def list_photos(session: Session, post_ids: Sequence[int]) -> dict[int, list[PhotoView]]:
    """The photos of posts that the reader is known to see, by post and in order."""
    by_post: dict[int, list[PhotoView]] = {}
    for bite in in_bites(post_ids):
        for post_id, name, media_id, mime, *rest in LIST_PHOTOS.rows(session.connection(), **bite):
            photo = PhotoView(media_id, f"{name}.{ENDINGS[mime]}", mime, *rest)
            by_post.setdefault(post_id, []).append(photo)
    return by_post


def can_view_photo(session: Session, viewer: Viewer | None, media: MediaView) -> bool:
    """Whether somebody sees the post that the photo belongs to, or decides about it."""
    today = clock.now().date()
    of_post = (
        select(Post)
        .join(PostPhoto, col(PostPhoto.post_id) == col(Post.id))
        .where(PostPhoto.media_id == media.id)
    )
    if session.exec(of_post.where(visible_to(viewer, today=today))).first() is not None:
        return True
    post = session.exec(of_post).first()
    return (
        post is not None and viewer is not None and looks_after(session, viewer, post, today=today)
    )
