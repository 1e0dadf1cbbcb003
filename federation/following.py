"""From who follows whom here to what the other town is told of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select

from federation.activities.accept import send_accept
from federation.activities.follow import send_follow
from federation.activities.pairs import find_party
from federation.activities.reject import send_reject
from federation.activities.undo import send_undo
from federation.audience import list_inboxes, talks
from federation.models import FollowActivity, MembershipActivity
from fedparents.actors.models import Actor
from fedparents.db import Database, HotStatement, UnitOfWork, table_of
from fedparents.jobs import Job, JobKind
from fedparents.social.facts import Followed, FollowEnded, FollowRequested
from fedparents.social.models import Follow, FollowState

_actor = table_of(Actor)

IS_ONE_ELSEWHERE: Final = HotStatement(
    sa.select(_actor.c.id).where(
        _actor.c.id.in_(
            [
                sa.bindparam("follower", type_=sa.BigInteger),
                sa.bindparam("followed", type_=sa.BigInteger),
            ]
        ),
        _actor.c.domain != sa.literal_column("''"),
    )
)


def following_jobs(db: Database, base_url: str) -> tuple[JobKind[Any], ...]:
    async def tell(
        how: Callable[[UnitOfWork, str, int, int], None],
        fact: FollowRequested | Followed | FollowEnded,
    ) -> None:
        two = (fact.follower_actor_id, fact.followed_actor_id)
        if await db.read(is_across, *two):  # nearly all follows are of neighbours
            await db.write(how, base_url, *two)

    async def requested(job: Job[FollowRequested]) -> None:
        await tell(tell_requested, job.fact)

    async def followed(job: Job[Followed]) -> None:
        await tell(tell_followed, job.fact)

    async def all_followed(jobs: Sequence[Job[Followed]]) -> Sequence[Job[Followed]]:
        await db.write(_tell_all_followed, base_url, [job.fact for job in jobs])
        return ()

    async def ended(job: Job[FollowEnded]) -> None:
        await tell(tell_ended, job.fact)

    return (
        JobKind("towns.follow_requested", FollowRequested, requested),
        JobKind("towns.followed", Followed, followed, run_all=all_followed),
        JobKind("towns.follow_ended", FollowEnded, ended),
    )


def is_across(session: Session, follower_id: int, followed_id: int) -> bool:
    """Whether one of the two is in another town."""
    connection = session.connection()
    return bool(IS_ONE_ELSEWHERE.rows(connection, follower=follower_id, followed=followed_id))


def forget_follows(uow: UnitOfWork, actor_id: int) -> None:
    """Somebody is no more; that ends what they followed, and who followed them."""
    for side in (FollowActivity.follower_actor_id, FollowActivity.followed_actor_id):
        uow.session.exec(delete(FollowActivity).where(col(side) == actor_id))


def list_tied(session: Session, actor_id: int) -> set[str]:
    """The inboxes of those who follow somebody here, or are followed by them, and of groups and
    their members. Asked of the activities: what they made of whoever is erased is forgotten at the
    same time by other jobs."""
    follower, followed = FollowActivity.follower_actor_id, FollowActivity.followed_actor_id
    others = [
        *session.exec(select(followed).where(col(follower) == actor_id)),
        *session.exec(select(follower).where(col(followed) == actor_id)),
        *session.exec(
            select(MembershipActivity.group_id).where(MembershipActivity.actor_id == actor_id)
        ),
        *session.exec(
            select(MembershipActivity.actor_id).where(MembershipActivity.group_id == actor_id)
        ),
    ]
    return set(list_inboxes(session, actor_id, others))


def tell_requested(uow: UnitOfWork, base_url: str, follower_id: int, followed_id: int) -> None:
    """Somebody here asks to follow somebody elsewhere."""
    followed = find_party(uow.session, base_url, followed_id)
    if followed is not None and followed.inbox and talks(uow.session):
        send_follow(uow, base_url, follower_id, followed_id)


def tell_followed(uow: UnitOfWork, base_url: str, follower_id: int, followed_id: int) -> None:
    """Somebody here lets somebody elsewhere follow them."""
    follower = find_party(uow.session, base_url, follower_id)
    if follower is not None and follower.inbox and talks(uow.session):
        send_accept(uow, base_url, follower_id, followed_id)


def _tell_all_followed(uow: UnitOfWork, base_url: str, facts: Sequence[Followed]) -> None:
    for fact in facts:
        two = (fact.follower_actor_id, fact.followed_actor_id)
        if is_across(uow.session, *two):
            tell_followed(uow, base_url, *two)
            uow.session.flush()  # the next one may look for it


def tell_ended(uow: UnitOfWork, base_url: str, follower_id: int, followed_id: int) -> None:
    """Whoever ended it here, the other town hears of it; what it ended itself leaves no row. Who
    follows again by now has ended nothing, unless they wait: what was answered before is not said
    again to the same question."""
    asked = uow.session.get(FollowActivity, (follower_id, followed_id))
    if asked is None:
        return
    follow = uow.session.get(Follow, (follower_id, followed_id))
    if follow is not None and follow.state != FollowState.PENDING:
        return
    follower = find_party(uow.session, base_url, follower_id)
    followed = find_party(uow.session, base_url, followed_id)
    if follower is None or followed is None or not talks(uow.session):
        uow.session.delete(asked)
    elif follower.inbox:
        if follow is None:
            send_reject(uow, base_url, asked, follower=follower, followed=followed)
    else:
        send_undo(uow, base_url, asked, follower=follower, followed=followed)
        uow.session.flush()
        send_follow(uow, base_url, follower_id, followed_id)
