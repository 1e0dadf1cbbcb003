"""Somebody else, as one person may do something about them; both held while it is done."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import Session, col, select

from fedparents.accounts.models import Account, AccountState
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor, ActorKind
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, NotFound
from fedparents.ids import ActorId
from fedparents.media.models import MediaView
from fedparents.social.policy import can_see_person, has_blocked


def find_person(session: Session, viewer: Viewer | None, actor_id: int) -> Actor | None:
    """A person who exists for the viewer."""
    found = session.exec(
        select(Actor, Account.state)
        .outerjoin(Account, col(Account.actor_id) == col(Actor.id))
        .where(Actor.id == actor_id)
    ).first()
    if found is None:
        return None
    actor, state = found
    is_blocked_by = viewer is not None and has_blocked(session, actor_id, viewer.actor_id)
    known = AccountState(state) if state else None
    return actor if can_see_person(viewer, actor, known, is_blocked_by=is_blocked_by) else None


def can_view_avatar(session: Session, viewer: Viewer | None, media: MediaView) -> bool:
    """Whoever sees the person sees their picture, and so do those who look after the place."""
    if viewer is None or media.for_actor_id is None:
        return False
    return viewer.is_moderator or find_person(session, viewer, media.for_actor_id) is not None


def get_other(uow: UnitOfWork, viewer: Viewer, actor_id: ActorId) -> Actor:
    """Somebody else who exists for the viewer; raises NotFound, and Conflict for oneself."""
    hold_both(uow, viewer.actor_id, actor_id)
    if actor_id == viewer.actor_id:
        raise Conflict("not_with_yourself")
    actor = find_person(uow.session, viewer, actor_id)
    if actor is None:
        raise NotFound("person_not_found")
    return actor


def get_anybody(uow: UnitOfWork, viewer: Viewer, actor_id: ActorId) -> Actor:
    """Somebody else with an account, or elsewhere; also one whom the viewer may not see (any more):
    whoever was blocked may block in turn, and a paused account may come back."""
    hold_both(uow, viewer.actor_id, actor_id)
    if actor_id == viewer.actor_id:
        raise Conflict("not_with_yourself")
    there = select(Actor).outerjoin(Account, col(Account.actor_id) == col(Actor.id))
    is_somebody = sa.or_(col(Account.id).is_not(None), col(Actor.domain) != "")
    actor = uow.session.exec(
        there.where(Actor.id == actor_id, Actor.kind == ActorKind.PERSON, is_somebody)
    ).first()
    if actor is None:
        raise NotFound("person_not_found")
    return actor


def hold_both(uow: UnitOfWork, one: int, other: int) -> None:
    """Whoever changes something between the same two people at the same time waits: else a follow
    could slip in beside a block."""
    hold_people(uow, (one, other))


def hold_people(uow: UnitOfWork, actor_ids: Iterable[int]) -> None:
    """The same for several, always in one order, so that nobody waits for each other."""
    people = sa.select(col(Actor.id)).where(col(Actor.id).in_(list(actor_ids)))
    uow.session.execute(people.order_by(col(Actor.id)).with_for_update(key_share=True))
