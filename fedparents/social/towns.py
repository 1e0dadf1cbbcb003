"""Whole towns of which somebody wants to hear nothing: theirs alone, whatever the place says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, delete, func, select

from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.db import UnitOfWork
from fedparents.errors import Invalid, LimitReached
from fedparents.paging import Paging
from fedparents.social.access import hold_people
from fedparents.social.follows import end_follow
from fedparents.social.models import Follow, FollowState, TownMute

TOWNS_AT_MOST: Final = 200
_LONGEST: Final = 253


@dataclass(frozen=True, slots=True)
class TownTies:
    """How many there follow the viewer, and are followed by them."""

    following: int
    followers: int


def mute_town(uow: UnitOfWork, viewer: Viewer, domain: str) -> None:
    """Hear nothing more of it, and have nobody there as a follower. Raises Invalid for what can be
    no other town, and LimitReached."""
    domain = _checked(domain)
    hold_people(uow, [viewer.actor_id])
    if uow.session.get(TownMute, (viewer.actor_id, domain)) is not None:
        return
    own = select(func.count()).where(TownMute.by_actor_id == viewer.actor_id)
    if uow.session.exec(own).one() >= TOWNS_AT_MOST:
        raise LimitReached("people_at_most", at_most=TOWNS_AT_MOST)
    uow.session.add(TownMute(by_actor_id=viewer.actor_id, domain=domain, id=uow.new_id()))
    for one, other in _ties(uow.session, viewer, domain):
        end_follow(uow, one, other)


def unmute_town(uow: UnitOfWork, viewer: Viewer, domain: str) -> None:
    own = (
        col(TownMute.by_actor_id) == viewer.actor_id,
        col(TownMute.domain) == domain.strip().lower(),
    )
    uow.session.exec(delete(TownMute).where(*own))


def list_muted_towns(session: Session, viewer: Viewer, paging: Paging) -> list[TownMute]:
    """One's own, the last first."""
    own = sa.select(TownMute).where(col(TownMute.by_actor_id) == viewer.actor_id)
    rows = session.execute(paging.narrow(own, col(TownMute.id))).scalars().all()
    return paging.newest_first(rows)


def count_ties(session: Session, viewer: Viewer, domain: str) -> TownTies:
    """What would end with a mute."""
    ties = _ties(session, viewer, domain.strip().lower(), only_accepted=True)
    following = sum(1 for one, _ in ties if one == viewer.actor_id)
    return TownTies(following, len(ties) - following)


def _ties(
    session: Session, viewer: Viewer, domain: str, *, only_accepted: bool = False
) -> list[tuple[int, int]]:
    """Who follows whom, between the viewer and the town."""
    follower, followed = col(Follow.follower_actor_id), col(Follow.followed_actor_id)
    there = sa.select(col(Actor.id)).where(col(Actor.domain) == domain)
    ties = sa.select(follower, followed).where(
        sa.or_(
            sa.and_(follower == viewer.actor_id, followed.in_(there)),
            sa.and_(followed == viewer.actor_id, follower.in_(there)),
        )
    )
    if only_accepted:
        ties = ties.where(col(Follow.state) == FollowState.ACCEPTED)
    return [(one, other) for one, other in session.execute(ties)]


def _checked(domain: str) -> str:
    domain = domain.strip().lower()
    is_name = "." in domain or domain.startswith("localhost")
    if not is_name or len(domain) > _LONGEST or any(not _is_part(each) for each in domain):
        raise Invalid({"domain": "not_a_domain"})
    return domain


def _is_part(character: str) -> bool:
    return character.isalnum() or character in ".-:"
