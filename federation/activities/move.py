"""`Move`: somebody has gone to another server, and those who follow them go on there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlmodel import Session, select

from federation.activities.envelope import activity
from federation.activities.pairs import get_sender
from federation.audience import Addressed, list_inboxes
from federation.delivery.queue import queue_letter
from federation.fetching import Budget
from federation.models import RemoteActor, SecondHome
from federation.objects.actor import find_remote
from federation.reading import uri_of
from federation.uris import (
    activity_uri,
    actor_uri,
    find_local_actor,
    followers_uri,
    host_of,
    site_of,
)
from fedparents import clock
from fedparents.actors.models import Actor, ActorKind
from fedparents.db import Database, UnitOfWork
from fedparents.social.models import Block, Follow, Mute
from fedparents.social.moving import follow_to

if TYPE_CHECKING:
    from federation.inbox import Receiver
    from federation.signing import Signed
    from federation.towns import Towns

PAUSE: Final = timedelta(days=7)
"""Nobody moves more often; who does would lead their followers about."""


async def prepare_move(db: Database, towns: Towns, signed: Signed) -> Receiver:
    """Where they say that they are is looked at now, since there it has to be said too; nothing is
    asked for whoever is nothing to anybody here, or has moved just now."""
    target = uri_of(signed.document.get("target"))
    is_own = uri_of(signed.document.get("object")) == signed.sender
    is_here = find_local_actor(towns.base_url, target) is not None
    if target and is_own and not is_here and await db.read(_may_move, signed.sender):
        budget = Budget(site=site_of(host_of(signed.sender)))
        await towns.discovery_within(budget).get(target, anew=True)
    return receive_move


def receive_move(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """Only when both sides say so: else anybody could take another one's followers."""
    sender = get_sender(uow.session, signed)
    row = uow.session.get_one(RemoteActor, sender.actor.id, with_for_update=True)
    target = uri_of(signed.document.get("target"))
    if uri_of(signed.document.get("object")) != signed.sender or not target:
        return
    if _has_moved_lately(row, uow.now):
        return
    there = _find_new_home(uow.session, base_url, target, signed.sender)
    if there is None or there.id == sender.actor.id or there.kind != ActorKind.PERSON:
        return
    row.moved_to, row.moved_at = target, uow.now
    uow.session.add(row)
    follow_to(uow, sender.actor.id, there)


def send_move(uow: UnitOfWork, base_url: str, actor_id: int, target: str, activity_id: int) -> None:
    """Tell the towns of those who follow somebody where to find them from now on."""
    actor = actor_uri(base_url, actor_id)
    uri, followers = activity_uri(base_url, activity_id), Addressed((followers_uri(actor),))
    document = activity(uri, "Move", actor, actor, followers, target=target)
    inboxes = list_inboxes(uow.session, actor_id, ())
    queue_letter(uow, base_url, actor_id, document, inboxes, about=actor)


def _has_moved_lately(row: RemoteActor, now: datetime) -> bool:
    return row.moved_at is not None and row.moved_at > now - PAUSE


def _may_move(session: Session, uri: str) -> bool:
    """Whether anybody here follows, blocks or mutes somebody elsewhere, who has stayed where they
    are for a while."""
    row = find_remote(session, uri)
    if row is None or _has_moved_lately(row, clock.now()):
        return False
    ties = (Follow.followed_actor_id, Block.actor_id, Mute.actor_id)
    return any(
        session.exec(select(tie).where(tie == row.actor_id).limit(1)).first() is not None
        for tie in ties
    )


def _find_new_home(session: Session, base_url: str, target: str, was: str) -> Actor | None:
    """Whoever says of themselves that they were somebody else, here or elsewhere."""
    if (local := find_local_actor(base_url, target)) is not None:
        home = session.get(SecondHome, local[1])
        says_so = home is not None and was in home.names
        return session.get(Actor, local[1]) if says_so else None
    row = find_remote(session, target)
    if row is None or row.gone_at is not None or was not in row.names:
        return None
    return session.get(Actor, row.actor_id)
