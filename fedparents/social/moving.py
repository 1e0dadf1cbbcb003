"""Somebody goes on under another name, in this place or in another town."""

from __future__ import annotations

from typing import TypeVar

from sqlmodel import col, select

from fedparents.accounts.models import Account
from fedparents.actors.models import Actor, Standing
from fedparents.db import UnitOfWork
from fedparents.social.access import hold_people
from fedparents.social.follows import begin_follow, end_follow, keep_in_lists
from fedparents.social.models import Block, Follow, FollowState, Mute
from fedparents.social.policy import is_blocked_between

Shunned = TypeVar("Shunned", Block, Mute)


def follow_to(uow: UnitOfWork, old_id: int, new: Actor) -> None:
    """Whoever of this place followed the old one follows the new one, or asks to; who is blocked or
    muted stays so under the new name. Nobody is led into a town that is kept out."""
    followers = select(Follow.follower_actor_id).join(
        Actor, col(Actor.id) == col(Follow.follower_actor_id)
    )
    here = followers.where(
        Follow.followed_actor_id == old_id, Follow.state == FollowState.ACCEPTED, Actor.domain == ""
    )
    people = sorted(set(uow.session.exec(here)) - {new.id})
    hold_people(uow, (*people, old_id, new.id))
    _shun_too(uow, Block, old_id, new.id)
    _shun_too(uow, Mute, old_id, new.id)
    uow.session.flush()
    if new.standing != Standing.BLOCKED:
        for follower_id in people:
            _follow_too(uow, follower_id, old_id, new)


def _follow_too(uow: UnitOfWork, follower_id: int, old_id: int, new: Actor) -> None:
    old = uow.session.get(Follow, (follower_id, old_id), populate_existing=True)
    if old is None or is_blocked_between(uow.session, follower_id, new.id):
        return
    if new.domain and _is_young(uow, follower_id):
        return
    if uow.session.get(Follow, (follower_id, new.id), populate_existing=True) is None:
        # Whoever is elsewhere is asked: whether it is a yes, their own town says.
        is_asked = new.is_locked or bool(new.domain)
        follow = begin_follow(uow, follower_id, new, is_asked=is_asked)
        follow.shows_shares, follow.notifies = old.shows_shares, old.notifies
        follow.languages = old.languages
        keep_in_lists(uow, follower_id, old_id, new.id)
    end_follow(uow, follower_id, old_id)


def _is_young(uow: UnitOfWork, actor_id: int) -> bool:
    """Nobody elsewhere may know of somebody under eighteen."""
    account = uow.session.exec(select(Account).where(Account.actor_id == actor_id)).first()
    until = account.restricted_until if account is not None else None
    return until is not None and until > uow.now.date()


def _shun_too(uow: UnitOfWork, table: type[Shunned], old_id: int, new_id: int) -> None:
    for row in uow.session.exec(select(table).where(table.actor_id == old_id)):
        pair = (row.by_actor_id, new_id)
        if row.by_actor_id != new_id and uow.session.get(table, pair) is None:
            values = row.model_dump() | {"actor_id": new_id, "id": uow.new_id()}
            uow.session.add(table(**values))
