"""Twins: two towns that have agreed to share what is for nearby. Asked for, answered and ended by
administrators; what follows is done by jobs."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
import structlog
from sqlmodel import Session, col, select

from federation import group_posts
from federation.activities.offer import is_ours, send_answer, send_offer
from federation.delivery.models import Delivery, DeliveryHost, OutgoingActivity
from federation.delivery.queue import list_reached
from federation.errors import FederationError, TryLater
from federation.models import RemotePost, Town, Twinning
from federation.neighbours import TWINS
from federation.outbox import take_back_from
from federation.towns import Towns
from federation.trust import (
    TownAsks,
    TwinsParted,
    clean_host,
    get_town,
    is_ally,
    note_parted,
    note_twins,
)
from federation.uris import host_of
from fedparents.actors.models import Actor, Standing
from fedparents.audit.service import record_audit
from fedparents.authority import Authority, require_administrator
from fedparents.db import Database, UnitOfWork, table_of
from fedparents.errors import Conflict, NotFound
from fedparents.jobs import Job, JobKind
from fedparents.posts.elsewhere import withdraw_said
from fedparents.posts.models import Audience, Post, PostState

log = structlog.get_logger(__name__)

_AT_ONCE: Final = 50
_MAY_OFFER: Final = frozenset({Twinning.NONE, Twinning.ENDED})


def twinning_jobs(db: Database, towns: Towns) -> tuple[JobKind[Any], ...]:
    async def asks(job: Job[TownAsks]) -> None:
        try:
            await towns.neighbours.look_at(job.fact.host)
        except TryLater:
            raise
        except FederationError as error:
            log.info("towns.asks_in_vain", host=job.fact.host, reason=str(error))

    async def parted(job: Job[TwinsParted]) -> None:
        while await db.write(withdraw_some, towns.base_url, job.fact.host):
            pass

    return (
        JobKind("towns.asks", TownAsks, asks),
        JobKind("towns.parted", TwinsParted, parted),
    )


def offer_twinning(uow: UnitOfWork, base_url: str, host: str, *, by: Authority) -> Town:
    """Ask a town that was looked at to be our twin; if it has asked, that is a yes. For
    administrators, else NotFound."""
    town = _get(uow, host, by)
    if town.twinning == Twinning.ASKED:
        return accept_twinning(uow, base_url, host, by=by)
    if town.twinning not in _MAY_OFFER or town.standing != Standing.KNOWN:
        raise Conflict("already_decided")
    if not understands_twins(town):
        raise Conflict("not_our_kind", town=town.host)
    town.twinning, town.decided_at = Twinning.OFFERED, uow.now
    send_offer(uow, base_url, town)
    _record(uow, "town.twins_offered", town, by)
    return town


def accept_twinning(uow: UnitOfWork, base_url: str, host: str, *, by: Authority) -> Town:
    """Say yes to a town that has asked."""
    town = _get_asking(uow, host, by)
    send_answer(uow, base_url, town, "Accept")
    town.decided_at = uow.now
    note_twins(uow, town.host)
    _record(uow, "town.twins", town, by)
    return town


def decline_twinning(uow: UnitOfWork, base_url: str, host: str, *, by: Authority) -> Town:
    """Say no to a town that has asked; it may ask again."""
    town = _get_asking(uow, host, by)
    send_answer(uow, base_url, town, "Reject")
    town.decided_at = uow.now
    note_parted(uow, town)
    _record(uow, "town.twins_declined", town, by)
    return town


def end_twinning(uow: UnitOfWork, base_url: str, host: str, *, by: Authority) -> Town:
    """Be twins no more, or take back what was offered: from now on nothing that is for nearby goes
    there, and what went is withdrawn."""
    town = _get(uow, host, by)
    if town.twinning not in {Twinning.TWINNED, Twinning.OFFERED}:
        raise Conflict("already_decided")
    send_answer(uow, base_url, town, "Undo" if is_ours(base_url, town) else "Reject")
    town.decided_at = uow.now
    note_parted(uow, town)
    _record(uow, "town.twins_ended", town, by)
    return town


def withdraw_some(uow: UnitOfWork, base_url: str, host: str) -> int:
    """Take back a few of the posts that were for nearby, or for the members of closed groups, from
    a town that is our twin no more, and forget a few of its own; how many that was."""
    if is_ally(uow.session, host):
        return 0  # they have agreed again
    ours = _list_shared(uow.session, host)
    for post in ours:
        inboxes = {url for url in list_reached(uow, post.id) if host_of(url) == host}
        if post.group_id is not None:
            group_posts.take_back_from(uow, base_url, post, inboxes)
        else:
            take_back_from(uow, base_url, post, uow.new_id(), inboxes)
    group = table_of(Actor).alias()
    theirs = (
        select(Post)
        .join(RemotePost, col(RemotePost.post_id) == col(Post.id))
        .join(Actor, col(Actor.id) == col(Post.author_actor_id))
        .outerjoin(group, group.c.id == col(Post.group_id))
        .where(
            sa.or_(
                sa.and_(col(Actor.domain) == host, col(Post.audience) == Audience.NEARBY),
                sa.and_(group.c.domain == host, col(Post.audience) == Audience.GROUP),
            ),
            Post.state != PostState.DELETED,
        )
    )
    found = list(uow.session.exec(theirs.limit(_AT_ONCE).with_for_update(of=Post)))
    for post in found:
        withdraw_said(uow, post)
    return len(ours) + len(found)


def _list_shared(session: Session, host: str) -> list[Post]:
    """Some of what is for nearby or in closed groups, and went there."""
    reached = (
        select(Delivery.activity_id)
        .join(OutgoingActivity, col(OutgoingActivity.id) == col(Delivery.activity_id))
        .join(DeliveryHost, col(DeliveryHost.id) == col(Delivery.host_id))
        .where(OutgoingActivity.post_id == col(Post.id), DeliveryHost.name == host)
    )
    shared = select(Post).where(
        col(Post.audience).in_((Audience.NEARBY, Audience.GROUP)),
        sa.exists(reached.correlate(table_of(Post))),
    )
    return list(session.exec(shared.order_by(col(Post.id)).limit(_AT_ONCE).with_for_update()))


def understands_twins(town: Town) -> bool:
    """Whether it has said so when it was looked at."""
    return bool(town.place_uri) and TWINS in town.capabilities.split()


def list_towns(session: Session, *, by: Authority) -> list[Town]:
    """All of which anybody has said anything, by name. For administrators, else NotFound."""
    require_administrator(by)
    return list(session.exec(select(Town).order_by(col(Town.host))))


def count_asking(session: Session) -> int:
    """How many towns wait for our answer."""
    asking = select(Town.host).where(Town.twinning == Twinning.ASKED)
    return len(session.exec(asking.where(col(Town.looked_at).is_not(None))).all())


def _get(uow: UnitOfWork, host: str, by: Authority) -> Town:
    require_administrator(by)
    return get_town(uow.session, clean_host(host))


def _get_asking(uow: UnitOfWork, host: str, by: Authority) -> Town:
    town = _get(uow, host, by)
    if town.twinning != Twinning.ASKED:
        raise NotFound("town_asks_no_more")
    return town


def _record(uow: UnitOfWork, action: str, town: Town, by: Authority) -> None:
    record_audit(uow, action, by=by.actor_id, reason=town.host)
