"""Who follows whom across towns: one of the two is here, the other elsewhere, and both are named in
every activity about it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from federation.activities.envelope import activity
from federation.audience import Addressed
from federation.delivery.queue import queue_letter
from federation.errors import Rejected
from federation.models import FollowActivity, RemoteActor
from federation.objects.actor import find_remote
from federation.reading import Json, JsonObject, object_of, types_of, uri_of
from federation.uris import activity_uri, actor_uri, find_local_activity, find_local_actor
from fedparents.actors.models import Actor, ActorKind
from fedparents.db import UnitOfWork
from fedparents.social.access import hold_both

if TYPE_CHECKING:
    from federation.signing import Signed


@dataclass(frozen=True, slots=True)
class Party:
    """One of the two, as documents name them."""

    actor: Actor
    uri: str
    inbox: str
    """Where they are told; empty for somebody here."""
    row: RemoteActor | None = None
    """Of whoever is elsewhere: while it is held, nobody reads it from the database again."""


def get_sender(session: Session, signed: Signed) -> Party:
    """Whoever sent something; raises Rejected for somebody who was never looked up."""
    row = find_remote(session, signed.sender)
    if row is None:
        raise Rejected(f"{signed.sender} is not known here")
    return Party(session.get_one(Actor, row.actor_id), row.uri, row.inbox, row)


def hold_senders(session: Session, uris: Collection[str]) -> list[object]:
    """Read everybody at once who has sent something: as long as they are held, `get_sender` finds
    them without asking again."""
    known = (
        select(RemoteActor, Actor)
        .join(Actor, col(Actor.id) == col(RemoteActor.actor_id))
        .where(col(RemoteActor.uri).in_(uris))
    )
    return list(session.exec(known))


def find_party(session: Session, base_url: str, actor_id: int) -> Party | None:
    """Somebody here or elsewhere; None for whoever is no more."""
    actor = session.get(Actor, actor_id)
    if actor is None:
        return None
    if not actor.domain:
        return Party(actor, actor_uri(base_url, actor_id, ActorKind(actor.kind)), "")
    row = session.get(RemoteActor, actor_id)
    return _elsewhere(session, row) if row is not None and row.gone_at is None else None


def find_followed_here(
    uow: UnitOfWork, base_url: str, follower: Party, named: Json
) -> FollowActivity | None:
    """The follow of somebody elsewhere that a document means: by its id, or repeated whole. Whom it
    is about is held."""
    by_id = select(FollowActivity.followed_actor_id).where(
        FollowActivity.follower_actor_id == follower.actor.id, FollowActivity.uri == uri_of(named)
    )
    number = uow.session.exec(by_id).first()
    if number is None:
        number = _number_of(base_url, _follow_in(named).get("object"))
    return _hold_meant(uow, base_url, (follower.actor.id, number), named) if number else None


def find_follower_here(
    uow: UnitOfWork, base_url: str, followed: Party, named: Json
) -> FollowActivity | None:
    """The follow of somebody here that the one who is followed means; whose it is, is held."""
    by_id = select(FollowActivity.follower_actor_id).where(
        FollowActivity.followed_actor_id == followed.actor.id, FollowActivity.uri == uri_of(named)
    )
    number = uow.session.exec(by_id.order_by(col(FollowActivity.follower_actor_id))).first()
    if number is None:
        number = _number_of(base_url, _follow_in(named).get("actor"))
    return _hold_meant(uow, base_url, (number, followed.actor.id), named) if number else None


def follow_of(uri: str, follower: Party, followed: Party) -> JsonObject:
    """The follow itself, whole: Lemmy reads it where others take an id."""
    return {"id": uri, "type": "Follow", "actor": follower.uri, "object": followed.uri}


def send(
    uow: UnitOfWork, base_url: str, verb: str, follow: JsonObject, *, by: Party, to: Party
) -> None:
    """Say something about a follow; in order with whatever else is said about these two."""
    uri = activity_uri(base_url, uow.new_id())
    document = activity(uri, verb, by.uri, follow, Addressed((to.uri,)))
    queue(uow, base_url, document, by=by, to=to)


def queue(uow: UnitOfWork, base_url: str, document: JsonObject, *, by: Party, to: Party) -> None:
    about = f"{by.uri} {to.uri}"
    queue_letter(uow, base_url, by.actor.id, document, [to.inbox], about=about)


def _elsewhere(session: Session, row: RemoteActor) -> Party:
    return Party(session.get_one(Actor, row.actor_id), row.uri, row.inbox, row)


def _hold_meant(
    uow: UnitOfWork, base_url: str, pair: tuple[int, int], named: Json
) -> FollowActivity | None:
    """None where they have asked again since: what is said of the follow before comes too late.
    Letters are worked on side by side, so that this may just be happening."""
    hold_both(uow, *pair)
    found = uow.session.get(FollowActivity, pair, populate_existing=True)
    uri = uri_of(named)
    if found is None or uri == found.uri:
        return found
    # Whoever answers with an id of their own repeats the follow whole; one of ours names another.
    is_another = uri == found.replaced_uri or find_local_activity(base_url, uri) is not None
    return None if uri and is_another else found


def _number_of(base_url: str, named: Json) -> int | None:
    local = find_local_actor(base_url, uri_of(named))
    return local[1] if local is not None else None


def _follow_in(named: Json) -> JsonObject:
    found = object_of(named)
    return found if "Follow" in types_of(found) else {}
