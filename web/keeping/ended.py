"""What had ended by the time that an older backup came back: who was erased and what was deleted
stays so, and other towns, which were told, are right again.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from fedparents.accounts.leaving import erase_account
from fedparents.accounts.models import Account
from fedparents.actors.models import Actor
from fedparents.db import UnitOfWork
from fedparents.posts.models import Post, PostState
from fedparents.posts.service import take_back


@dataclass(frozen=True, slots=True)
class Ended:
    """Numbers of local actors that were erased, and of posts that were deleted."""

    actors: frozenset[int] = frozenset()
    posts: frozenset[int] = frozenset()


def list_ended(session: Session) -> Ended:
    """By the marks that both leave; that a row is not there says nothing, since a damaged database
    may have lost it."""
    erased = select(Actor.id).where(col(Actor.handle).startswith("-"), Actor.domain == "")
    deleted = select(Post.id).where(Post.state == PostState.DELETED)
    return Ended(frozenset(session.exec(erased)), frozenset(session.exec(deleted)))


def end_again(uow: UnitOfWork, ended: Ended) -> tuple[int, int]:
    """How many people and posts of a restored place have ended once more."""
    accounts = uow.session.exec(select(Account.id, Account.actor_id)).all()
    people = [account_id for account_id, actor_id in accounts if actor_id in ended.actors]
    for account_id in people:
        erase_account(uow, uow.session.get_one(Account, account_id))
    uow.session.flush()
    standing = select(Post.id).where(Post.state != PostState.DELETED)
    again = sorted(ended.posts.intersection(uow.session.exec(standing).all()))
    for post_id in again:
        take_back(uow, uow.session.get_one(Post, post_id))
    return len(people), len(again)
