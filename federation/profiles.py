"""From who somebody here is to those elsewhere who know them: told anew when that changes."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from federation.activities.envelope import activity
from federation.audience import Addressed, list_inboxes, talks
from federation.delivery.queue import list_reached_by, queue_letter
from federation.following import list_tied
from federation.keys import ActorKeys, Keyring
from federation.models import SecondHome
from federation.objects import group, person
from federation.outside import find_away, find_group, find_person
from federation.reading import JsonObject
from federation.uris import activity_uri, actor_uri, followers_uri
from federation.vocab import PUBLIC
from fedparents import clock
from fedparents.actors.facts import ActorChanged
from fedparents.actors.models import Actor, ActorKind
from fedparents.db import Database, UnitOfWork
from fedparents.jobs import Job, JobKind


def profile_jobs(db: Database, base_url: str, keys: Keyring) -> tuple[JobKind[Any], ...]:
    async def changed(job: Job[ActorChanged]) -> None:
        number = job.fact.actor_id
        kind = await db.read(find_kind, number)
        if kind is None:
            return
        own = await keys.keys_of(number, actor_uri(base_url, number, kind))
        await db.write(tell_actor, base_url, number, own, activity_id=job.id)

    return (JobKind("outbox.actor_changed", ActorChanged, changed, concerns=_is_heard),)


def _is_heard(session: Session, _fact: ActorChanged) -> bool:
    return talks(session)


def find_kind(session: Session, actor_id: int) -> ActorKind | None:
    """What somebody of this place is."""
    actor = session.get(Actor, actor_id)
    return ActorKind(actor.kind) if actor is not None and not actor.domain else None


def find_document(
    session: Session, base_url: str, actor_id: int, keys: ActorKeys
) -> JsonObject | None:
    """A person or group as other towns see them now; None for whoever is nobody there."""
    today = clock.now().date()
    if (found := find_group(session, actor_id)) is not None:
        return group.to_ap(found, base_url, keys)
    if (actor := find_person(session, actor_id, today=today)) is not None:
        return person.to_ap(actor, base_url, keys, session.get(SecondHome, actor_id))
    if (away := find_away(session, actor_id, today=today)) is not None:
        return person.away_to_ap(away, base_url, keys)
    return None


def tell_actor(
    uow: UnitOfWork, base_url: str, actor_id: int, keys: ActorKeys, *, activity_id: int
) -> None:
    """To every town whose people follow somebody, are followed by them, or got anything of theirs:
    who they are now."""
    document = find_document(uow.session, base_url, actor_id, keys)
    if document is None or not talks(uow.session):
        return
    inboxes = {
        *list_inboxes(uow.session, actor_id, ()),
        *list_reached_by(uow, actor_id),
        *list_tied(uow.session, actor_id),
    }
    actor = str(document["id"])
    bare: JsonObject = {name: value for name, value in document.items() if name != "@context"}
    envelope = Addressed((PUBLIC,), (followers_uri(actor),))
    said = activity(activity_uri(base_url, activity_id), "Update", actor, bare, envelope)
    queue_letter(uow, base_url, actor_id, said, inboxes, about=actor)
