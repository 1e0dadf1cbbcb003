"""The photos of posts: which there are, and that they are seen by whoever sees the post."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.media.models import MediaAttachment, MediaState, MediaView
from fedparents.posts.desk import looks_after
from fedparents.posts.models import Post, PostPhoto
from fedparents.posts.policy import visible_to


def list_photos(session: Session, post_ids: Sequence[int]) -> dict[int, list[MediaAttachment]]:
    """The photos of posts that the reader is known to see, by post and in order."""
    if not post_ids:
        return {}
    shown = (
        select(PostPhoto.post_id, MediaAttachment)
        .join(MediaAttachment, col(MediaAttachment.id) == col(PostPhoto.media_id))
        .where(col(PostPhoto.post_id).in_(post_ids), MediaAttachment.state == MediaState.READY)
        .order_by(col(PostPhoto.post_id), col(PostPhoto.position))
    )
    by_post: dict[int, list[MediaAttachment]] = {}
    for post_id, media in session.exec(shown):
        by_post.setdefault(post_id, []).append(media)
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
