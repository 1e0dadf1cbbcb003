"""Going to another server, and coming from one: who somebody was, and where they are now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import Session

from federation.activities.move import PAUSE, send_move
from federation.facts import PersonMoved
from federation.keys import ActorKeys, Keyring
from federation.models import RemoteActor, SecondHome
from federation.objects.actor import find_remote
from federation.outside import find_person
from federation.profiles import tell_actor
from federation.uris import actor_uri, find_local_actor
from fedparents.accounts.sessions import Viewer
from fedparents.actors.facts import ActorChanged
from fedparents.actors.models import Actor
from fedparents.audit.service import record_audit
from fedparents.db import Database, UnitOfWork
from fedparents.errors import Conflict, LimitReached, NotFound
from fedparents.jobs import Job, JobKind
from fedparents.social.moving import follow_to

NAMES_AT_MOST: Final = 10


def moving_jobs(db: Database, base_url: str, keys: Keyring) -> tuple[JobKind[Any], ...]:
    async def moved(job: Job[PersonMoved]) -> None:
        number = job.fact.actor_id
        own = await keys.keys_of(number, actor_uri(base_url, number))
        await db.write(tell_moved, base_url, number, own, activity_id=job.id)

    return (JobKind("towns.moved", PersonMoved, moved),)


def add_former_name(uow: UnitOfWork, viewer: Viewer, actor_id: int) -> None:
    """Say that one was somebody elsewhere, so that whoever follows them there can be sent here.
    Raises NotFound for nobody elsewhere, and LimitReached."""
    row = uow.session.get(RemoteActor, actor_id)
    if row is None:
        raise NotFound("person_not_found")
    home = _hold(uow, viewer)
    if row.uri in home.names:
        return
    if len(home.names) >= NAMES_AT_MOST:
        raise LimitReached("names_at_most", at_most=NAMES_AT_MOST)
    home.also_known_as = " ".join((*home.names, row.uri))
    uow.session.add(home)
    uow.record(ActorChanged(viewer.actor_id))


def forget_former_name(uow: UnitOfWork, viewer: Viewer, uri: str) -> None:
    home = _hold(uow, viewer)
    home.also_known_as = " ".join(each for each in home.names if each != uri)
    uow.session.add(home)
    uow.record(ActorChanged(viewer.actor_id))


def move_away(uow: UnitOfWork, base_url: str, viewer: Viewer, actor_id: int) -> None:
    """Send all who follow one to somebody elsewhere, who has said that they were this person here.

    Raises NotFound for nobody elsewhere; Conflict("move_not_confirmed") as long as they have not
    said so, Conflict("moved_lately") within a week, Conflict("move_not_shown") for whoever nobody
    elsewhere may know.
    """
    row = uow.session.get(RemoteActor, actor_id)
    if row is None or row.gone_at is not None:
        raise NotFound("person_not_found")
    if find_person(uow.session, viewer.actor_id, today=uow.now.date()) is None:
        raise Conflict("move_not_shown")
    if actor_uri(base_url, viewer.actor_id) not in row.names:
        raise Conflict("move_not_confirmed")
    home = _hold(uow, viewer)
    if home.moved_at is not None and home.moved_at > uow.now - PAUSE:
        raise Conflict("moved_lately")
    home.moved_to, home.moved_at = row.uri, uow.now
    uow.session.add(home)
    record_audit(uow, "person.moved", by=viewer.actor_id, subject=viewer.actor_id, reason=row.uri)
    uow.record(PersonMoved(viewer.actor_id))


def move_back(uow: UnitOfWork, viewer: Viewer) -> None:
    """Be here again; those who have gone do not come back by themselves."""
    home = _hold(uow, viewer)
    home.moved_to = ""
    uow.session.add(home)
    uow.record(ActorChanged(viewer.actor_id))


def tell_moved(
    uow: UnitOfWork, base_url: str, actor_id: int, keys: ActorKeys, *, activity_id: int
) -> None:
    """First who they are now, then that everybody should go there; those of this place do."""
    home = uow.session.get(SecondHome, actor_id)
    if home is None or not home.moved_to:
        return
    tell_actor(uow, base_url, actor_id, keys, activity_id=activity_id)
    send_move(uow, base_url, actor_id, home.moved_to, uow.new_id())
    there = find_new_home(uow.session, base_url, actor_id)
    if there is not None:
        follow_to(uow, actor_id, there)


@dataclass(frozen=True, slots=True)
class Homes:
    """Where else somebody is known, in words that people read."""

    former: list[tuple[str, str]]
    """Ids, and the names that go with them."""
    moved_to: str
    """Empty for whoever is here."""


def list_homes(session: Session, actor_id: int) -> Homes:
    """Of somebody of this place."""
    home = find_home(session, actor_id)
    former = [(uri, _name_of(session, uri)) for uri in home.names]
    return Homes(former, _name_of(session, home.moved_to) if home.moved_to else "")


def find_home(session: Session, actor_id: int) -> SecondHome:
    """Who somebody of this place was elsewhere, and where they are now; empty for nearly all."""
    return session.get(SecondHome, actor_id) or SecondHome(actor_id=actor_id)


def find_new_home(session: Session, base_url: str, actor_id: int) -> Actor | None:
    """Where somebody has gone, of this place or of another; None for whoever is where they were,
    and where nobody here knows the new one."""
    row = session.get(SecondHome, actor_id) or session.get(RemoteActor, actor_id)
    if row is None or not row.moved_to:
        return None
    if (local := find_local_actor(base_url, row.moved_to)) is not None:
        return session.get(Actor, local[1])
    there = find_remote(session, row.moved_to)
    return session.get(Actor, there.actor_id) if there is not None else None


def _name_of(session: Session, uri: str) -> str:
    row = find_remote(session, uri)
    actor = session.get(Actor, row.actor_id) if row is not None else None
    return f"@{actor.address}" if actor is not None else uri


def _hold(uow: UnitOfWork, viewer: Viewer) -> SecondHome:
    held = uow.session.get(SecondHome, viewer.actor_id, with_for_update=True)
    return held or SecondHome(actor_id=viewer.actor_id)
