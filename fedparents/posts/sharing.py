"""Passing on what somebody has said to those who follow oneself, with its author's name on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select, update

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.db import UnitOfWork
from fedparents.errors import NotAllowed
from fedparents.groups.models import Group
from fedparents.ids import PostId
from fedparents.paging import Paging
from fedparents.posts.access import get_met, hold_met
from fedparents.posts.facts import Shared, ShareEnded
from fedparents.posts.models import Post, Share
from fedparents.posts.policy import can_share
from fedparents.social.policy import is_blocked_between, seen_by


class Sharer(NamedTuple):
    """Somebody who passed a post on; `cursor` goes on from there."""

    cursor: int
    actor: Actor


def share_post(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Share:
    """Pass a post on; a second time changes nothing.

    Raises NotFound, and NotAllowed("not_for_everybody") for what not everybody may read.
    """
    met = hold_met(uow, viewer, post_id)
    if (share := find_share(uow.session, post_id, viewer.actor_id)) is not None:
        return share
    if not can_share(met.post, met.group):
        raise NotAllowed("not_for_everybody")
    return _begin(uow, met.post.id, viewer.actor_id, uow.new_id(), uow.now)


def unshare_post(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    """Pass it on no longer; what was not passed on stays as it is. Raises NotFound."""
    post = hold_met(uow, viewer, post_id).post
    end_share(uow, viewer.actor_id, post_id)
    return post


def share_from_elsewhere(
    uow: UnitOfWork, actor_id: int, post: Post, *, share_id: int, at: datetime
) -> Share | None:
    """Somebody of another town passes a post on; None where that does not count: what not everybody
    may read, and between two of whom one has blocked the other, of which nobody is told."""
    group = uow.session.get(Group, post.group_id) if post.group_id else None
    if not can_share(post, group) or is_blocked_between(
        uow.session, actor_id, post.author_actor_id
    ):
        return None
    known = find_share(uow.session, post.id, actor_id)
    return known or _begin(uow, post.id, actor_id, share_id, at)


def end_share(uow: UnitOfWork, actor_id: int, post_id: int) -> bool:
    """Whether somebody, here or elsewhere, had passed it on."""
    share = find_share(uow.session, post_id, actor_id)
    if share is None:
        return False
    uow.session.delete(share)
    _count(uow, post_id, -1)
    uow.record(ShareEnded(share.id, post_id, actor_id))
    return True


def find_share(session: Session, post_id: int, actor_id: int) -> Share | None:
    own = select(Share).where(Share.post_id == post_id, Share.actor_id == actor_id)
    return session.exec(own).first()


def list_sharers(
    session: Session, viewer: Viewer, post_id: PostId, paging: Paging
) -> Sequence[Sharer]:
    """Who passed a post on, the last first, as far as the viewer may know of them. Raises
    NotFound."""
    get_met(session, viewer, post_id, today=clock.now().date())
    columns: list[Any] = [col(Share.id), Actor]
    found = (
        sa.select(*columns)
        .join(Actor, col(Actor.id) == col(Share.actor_id))
        .where(col(Share.post_id) == post_id, seen_by(viewer))
    )
    rows = session.execute(paging.narrow(found, col(Share.id))).all()
    return [Sharer(*row) for row in paging.newest_first(rows)]


def _begin(uow: UnitOfWork, post_id: int, actor_id: int, share_id: int, at: datetime) -> Share:
    share = Share(id=share_id, post_id=post_id, actor_id=actor_id, created_at=at)
    uow.session.add(share)
    _count(uow, post_id, +1)
    uow.record(Shared(share.id, post_id, actor_id))
    return share


def _count(uow: UnitOfWork, post_id: int, change: int) -> None:
    count = update(Post).where(col(Post.id) == post_id)
    uow.session.exec(count.values(share_count=col(Post.share_count) + change))
