"""What of posts is forgotten when, and what goes with an account."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, delete, func, select, update

from fedparents.db import UnitOfWork
from fedparents.media.models import MediaAttachment, MediaState, MediaUse
from fedparents.media.service import release_media
from fedparents.posts.models import (
    AnonymousAuthor,
    Bookmark,
    PollBallot,
    Post,
    PostMention,
    PostPhoto,
    PostRecipient,
    PostState,
    PostVersion,
    Share,
    Thanks,
    ThreadMute,
)

_AT_ONCE = 500
_A_DAY = timedelta(days=1)


def deleted(cutoff: datetime) -> sa.ColumnElement[bool]:
    """Posts whose words were kept only in case somebody has to look into a complaint."""
    return sa.and_(col(Post.state) == PostState.DELETED, col(Post.deleted_at) < cutoff)


def replaced(cutoff: datetime) -> sa.ColumnElement[bool]:
    return col(PostVersion.replaced_at) < cutoff


def count_lost_photos(session: Session, now: datetime, _keeps: timedelta) -> int:
    """Photos whose post went with its group."""
    lost = select(func.count()).select_from(MediaAttachment).where(_is_lost(now - _A_DAY))
    return session.exec(lost).one()


def release_lost_photos(uow: UnitOfWork, _keeps: timedelta) -> int:
    """Let a bite of them go."""
    lost = select(MediaAttachment.id).where(_is_lost(uow.now - _A_DAY)).limit(_AT_ONCE)
    return release_media(uow, list(uow.session.exec(lost)))


def forget_author(uow: UnitOfWork, actor_id: int) -> None:
    """An account has been erased: so are its words and photos, its thanks, its votes, and what it
    passed on.

    What others answered stays; a poll keeps its numbers.
    """
    hidden = sa.select(col(AnonymousAuthor.post_id)).where(
        col(AnonymousAuthor.actor_id) == actor_id
    )
    own = sa.or_(col(Post.author_actor_id) == actor_id, col(Post.id).in_(hidden))
    written = sa.select(col(Post.id)).where(own)
    photos = select(PostPhoto.media_id).where(col(PostPhoto.post_id).in_(written))
    release_media(uow, list(uow.session.exec(photos)))
    for part in (PostPhoto, PostVersion, PostMention):
        uow.session.exec(delete(part).where(col(part.post_id).in_(written)))
    empty = {
        "state": PostState.DELETED,
        "deleted_at": uow.now,
        "text": "",
        "html": "",
        "warning": "",
        "photo_count": 0,
        "pinned_at": None,
    }
    uow.session.exec(update(Post).where(own).values(**empty))
    for table in (PostMention, PostRecipient, PollBallot, AnonymousAuthor, Bookmark, ThreadMute):
        uow.session.exec(delete(table).where(col(table.actor_id) == actor_id))
    thanked = sa.select(col(Thanks.post_id)).where(col(Thanks.actor_id) == actor_id)
    uow.session.exec(
        update(Post)
        .where(col(Post.id).in_(thanked))
        .values(thanks_count=col(Post.thanks_count) - 1)
    )
    uow.session.exec(delete(Thanks).where(col(Thanks.actor_id) == actor_id))
    uow.session.exec(delete(Share).where(col(Share.post_id).in_(written)))
    forget_shares(uow, actor_id)


def forget_shares(uow: UnitOfWork, actor_id: int) -> None:
    """Nothing is passed on by somebody any more."""
    passed_on = sa.select(col(Share.post_id)).where(col(Share.actor_id) == actor_id)
    counted = update(Post).where(col(Post.id).in_(passed_on))
    uow.session.exec(counted.values(share_count=col(Post.share_count) - 1))
    uow.session.exec(delete(Share).where(col(Share.actor_id) == actor_id))


def _is_lost(cutoff: datetime) -> sa.ColumnElement[bool]:
    shown = sa.select(col(PostPhoto.media_id)).where(
        col(PostPhoto.media_id) == col(MediaAttachment.id)
    )
    return sa.and_(
        col(MediaAttachment.use) == MediaUse.PHOTO,
        col(MediaAttachment.state) == MediaState.READY,
        col(MediaAttachment.attached_at) < cutoff,
        ~sa.exists(shown),
    )
