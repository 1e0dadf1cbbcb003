"""Letters are not kept for good: a conversation goes with all of them, a year after the last."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, delete, func, select

from fedparents.conversations.models import Conversation, ConversationMember, ConversationPost
from fedparents.db import UnitOfWork
from fedparents.media.service import release_media
from fedparents.posts.models import Post, PostPhoto

_AT_ONCE = 20
"""Each may have hundreds of letters."""


def count_silent(session: Session, now: datetime, keeps: timedelta) -> int:
    silent = select(func.count()).select_from(Conversation).where(_is_over(now - keeps))
    return session.exec(silent).one()


def erase_silent(uow: UnitOfWork, keeps: timedelta) -> int:
    """Erase a bite of the conversations in which nobody writes, or is, any more."""
    over = select(Conversation.id).where(_is_over(uow.now - keeps)).limit(_AT_ONCE)
    found = list(uow.session.exec(over))
    letters = sa.select(col(ConversationPost.post_id)).where(
        col(ConversationPost.conversation_id).in_(found)
    )
    photos = select(PostPhoto.media_id).where(col(PostPhoto.post_id).in_(letters))
    release_media(uow, list(uow.session.exec(photos)))
    uow.session.exec(delete(Post).where(col(Post.id).in_(letters)))
    uow.session.exec(delete(Conversation).where(col(Conversation.id).in_(found)))
    return len(found)


def _is_over(cutoff: datetime) -> sa.ColumnElement[bool]:
    inside = sa.select(col(ConversationMember.actor_id)).where(
        col(ConversationMember.conversation_id) == col(Conversation.id),
        col(ConversationMember.left_at).is_(None),
    )
    return sa.or_(col(Conversation.last_at) < cutoff, ~sa.exists(inside))
