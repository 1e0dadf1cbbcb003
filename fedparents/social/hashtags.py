"""Hashtags that somebody follows, and those that they show on their page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, delete, func, select

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import Invalid, LimitReached, NotFound
from fedparents.paging import Paging
from fedparents.social.models import FeaturedTag, FollowedTag

FOLLOWED_AT_MOST: Final = 200
FEATURED_AT_MOST: Final = 10
LENGTH: Final = 100


@dataclass(frozen=True, slots=True)
class TagStanding:
    """What somebody has to do with a hashtag."""

    is_followed: bool = False
    is_featured: bool = False


def follow_tag(uow: UnitOfWork, viewer: Viewer, tag: str) -> None:
    """Have its posts at home from now on; `tag` as posts keep it. Raises Invalid, LimitReached."""
    _require_tag(tag)
    _hold(uow, viewer)
    if uow.session.get(FollowedTag, (viewer.account_id, tag)) is not None:
        return
    own = select(func.count()).where(FollowedTag.account_id == viewer.account_id)
    if uow.session.exec(own).one() >= FOLLOWED_AT_MOST:
        raise LimitReached("tags_at_most", at_most=FOLLOWED_AT_MOST)
    uow.session.add(FollowedTag(account_id=viewer.account_id, tag=tag, id=uow.new_id()))


def unfollow_tag(uow: UnitOfWork, viewer: Viewer, tag: str) -> None:
    own = (col(FollowedTag.account_id) == viewer.account_id, col(FollowedTag.tag) == tag)
    uow.session.exec(delete(FollowedTag).where(*own))


def feature_tag(uow: UnitOfWork, viewer: Viewer, tag: str) -> FeaturedTag:
    """Show it on one's page; a second time changes nothing. Raises Invalid, LimitReached."""
    _require_tag(tag)
    _hold(uow, viewer)
    own = select(FeaturedTag).where(FeaturedTag.actor_id == viewer.actor_id)
    shown = {each.tag: each for each in uow.session.exec(own)}
    if tag in shown:
        return shown[tag]
    if len(shown) >= FEATURED_AT_MOST:
        raise LimitReached("tags_at_most", at_most=FEATURED_AT_MOST)
    made = FeaturedTag(id=uow.new_id(), actor_id=viewer.actor_id, tag=tag)
    uow.session.add(made)
    return made


def unfeature_tag(uow: UnitOfWork, viewer: Viewer, tag: str) -> None:
    own = (col(FeaturedTag.actor_id) == viewer.actor_id, col(FeaturedTag.tag) == tag)
    uow.session.exec(delete(FeaturedTag).where(*own))


def drop_featured_tag(uow: UnitOfWork, viewer: Viewer, number: int) -> None:
    """The same by its number; raises NotFound."""
    found = uow.session.get(FeaturedTag, number)
    if found is None or found.actor_id != viewer.actor_id:
        raise NotFound("not_found")
    uow.session.delete(found)


def list_followed_tags(session: Session, viewer: Viewer, paging: Paging) -> list[FollowedTag]:
    """One's own, the last first."""
    own = sa.select(FollowedTag).where(col(FollowedTag.account_id) == viewer.account_id)
    rows = session.execute(paging.narrow(own, col(FollowedTag.id))).scalars().all()
    return paging.newest_first(rows)


def list_featured_tags(session: Session, actor_id: int) -> list[FeaturedTag]:
    """Whoever asks has been shown the page on which they stand."""
    shown = select(FeaturedTag).where(FeaturedTag.actor_id == actor_id)
    return list(session.exec(shown.order_by(col(FeaturedTag.id))))


def standing_of_tags(
    session: Session, viewer: Viewer, tags: Collection[str]
) -> dict[str, TagStanding]:
    """What the viewer has to do with each of these."""
    followed = set(
        session.exec(
            select(FollowedTag.tag).where(
                FollowedTag.account_id == viewer.account_id, col(FollowedTag.tag).in_(tags)
            )
        )
    )
    featured = set(
        session.exec(
            select(FeaturedTag.tag).where(
                FeaturedTag.actor_id == viewer.actor_id, col(FeaturedTag.tag).in_(tags)
            )
        )
    )
    return {tag: TagStanding(tag in followed, tag in featured) for tag in tags}


def _hold(uow: UnitOfWork, viewer: Viewer) -> None:
    """So that two who add at the same moment do not both find room."""
    own = sa.select(col(Account.id)).where(col(Account.id) == viewer.account_id)
    uow.session.execute(own.with_for_update(key_share=True))


def _require_tag(tag: str) -> None:
    if not tag or len(tag) > LENGTH or not any(letter.isalpha() for letter in tag):
        raise Invalid({"name": "tag_needs_letters"})
