"""What a conversation is about, kept in sight on its page."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from fedparents.accounts.sessions import Viewer
from fedparents.errors import NotFound
from fedparents.ids import PostId
from fedparents.posts.photos import PhotoView, list_photos
from fedparents.posts.queries import get_powers
from fedparents.timelines.cards import PostCard
from fedparents.timelines.queries import get_card


@dataclass(frozen=True, slots=True)
class Subject:
    """A post as those who write to each other about it see it."""

    card: PostCard
    photo: PhotoView | None
    """The first one, unless it is covered."""
    can_close: bool
    """The reader asked for it or offers it, and can say that it is settled."""


def find_subject(session: Session, viewer: Viewer, post_id: int | None) -> Subject | None:
    """None when nothing is left of it for this reader."""
    if post_id is None:
        return None
    try:
        card = get_card(session, viewer, PostId(post_id))
    except NotFound:
        return None
    photos = list_photos(session, [card.id]) if card.photo_count and not card.is_sensitive else {}
    can_close = card.is_own and not card.is_reply and card.closed_at is None
    return Subject(
        card=card,
        photo=photos[card.id][0] if photos else None,
        can_close=can_close and get_powers(session, viewer, PostId(card.id)).close,
    )
