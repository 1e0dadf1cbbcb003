"""Who sees a picture that is attached to something: one rule for each use, each in its own room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlmodel import Session

from federation.outside import find_person
from federation.posts import is_of_told_post
from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.errors import NotFound
from fedparents.groups.access import can_view_cover
from fedparents.instance.views import get_instance_view
from fedparents.media.models import MediaUse, MediaView
from fedparents.media.policy import Sight, can_view_own
from fedparents.media.queries import find_media
from fedparents.moderation.photos import can_view_photo
from fedparents.social.access import can_view_avatar


def can_view_face(session: Session, viewer: Viewer | None, media: MediaView) -> bool:
    """Whoever sees the person; and whoever has the picture's name, if other towns may know of them:
    their servers ask without saying who they are, and nobody guesses such a name."""
    if viewer is not None or media.for_actor_id is None:
        return can_view_avatar(session, viewer, media)
    if not get_instance_view(session).federation_mode.is_there:
        return False
    return find_person(session, media.for_actor_id, today=clock.now().date()) is not None


def can_view_sent(session: Session, viewer: Viewer | None, media: MediaView) -> bool:
    """Whoever sees the post; and whoever has the picture's name, once the post was told elsewhere
    for some: their servers ask without saying who they are, and nobody guesses such a name."""
    if can_view_photo(session, viewer, media):
        return True
    return viewer is None and is_of_told_post(session, media.id)


SIGHTS: Final[Mapping[MediaUse, Sight]] = {
    MediaUse.PHOTO: can_view_sent,
    MediaUse.AVATAR: can_view_face,
    MediaUse.COVER: can_view_cover,
}


def get_visible_media(session: Session, viewer: Viewer | None, file: str) -> MediaView:
    """Raises NotFound for a picture that is not there, or not for this viewer."""
    media = find_media(session, file)
    if media is None:
        raise NotFound
    rule = SIGHTS[media.use] if media.is_attached else can_view_own
    if not rule(session, viewer, media):
        raise NotFound
    return media
