"""Who thanked for a post: its author was told, and nobody else is."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session, col

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.ids import PostId
from fedparents.paging import Paging
from fedparents.posts.access import get_met
from fedparents.posts.models import Thanks
from fedparents.social.policy import is_seen


def list_thankers(session: Session, viewer: Viewer, post_id: PostId, paging: Paging) -> list[int]:
    """Actors of whom the author may know, by their ids; nobody for a post of somebody else. Raises
    NotFound."""
    met = get_met(session, viewer, post_id, today=clock.now().date())
    if not met.relation.is_author:
        return []
    number = col(Thanks.actor_id)
    found = sa.select(number).where(
        col(Thanks.post_id) == post_id, is_seen(viewer.actor_id, number)
    )
    return paging.newest_first(session.execute(paging.narrow(found, number)).scalars().all())
