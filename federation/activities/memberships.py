"""Who is in which group across towns: one of the two is here, the other elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlmodel import Session, col, select

from federation.activities.envelope import activity
from federation.activities.pairs import Party, find_party, get_sender, queue
from federation.audience import Addressed
from federation.models import MembershipActivity
from federation.outside import OutsideGroup, find_group
from federation.reading import Json, JsonObject, object_of, uri_of
from federation.uris import activity_uri, find_local_actor
from fedparents.actors.models import ActorKind
from fedparents.db import UnitOfWork

if TYPE_CHECKING:
    from federation.signing import Signed


INVITE: Final = "Invite"


@dataclass(frozen=True, slots=True)
class OwnGroup:
    """A group of this place, as other towns know it."""

    party: Party
    outside: OutsideGroup


def find_own_group(session: Session, base_url: str, uri: str) -> OwnGroup | None:
    """The group of ours that an id names; None for one of which other towns may not know."""
    local = find_local_actor(base_url, uri)
    if local is None or local[0] != ActorKind.GROUP:
        return None
    outside, party = find_group(session, local[1]), find_party(session, base_url, local[1])
    return OwnGroup(party, outside) if outside is not None and party is not None else None


def find_asked_here(
    session: Session, base_url: str, asker: Party, named: Json
) -> MembershipActivity | None:
    """With what somebody elsewhere came into a group of ours, as they name it: by its id, or
    repeated whole."""
    own = select(MembershipActivity).where(
        MembershipActivity.actor_id == asker.actor.id, MembershipActivity.uri == uri_of(named)
    )
    found = session.exec(own.order_by(col(MembershipActivity.group_id))).first()
    if found is not None:
        return found
    local = find_local_actor(base_url, uri_of(object_of(named).get("object")))
    return session.get(MembershipActivity, (local[1], asker.actor.id)) if local else None


def find_asked_there(
    session: Session, base_url: str, group: Party, named: Json
) -> MembershipActivity | None:
    """With what somebody of this place came into a group elsewhere, as the group names it."""
    own = select(MembershipActivity).where(
        MembershipActivity.group_id == group.actor.id, MembershipActivity.uri == uri_of(named)
    )
    found = session.exec(own.order_by(col(MembershipActivity.actor_id))).first()
    if found is not None:
        return found
    local = find_local_actor(base_url, uri_of(object_of(named).get("actor")))
    return session.get(MembershipActivity, (group.actor.id, local[1])) if local else None


def find_named_here(
    session: Session, base_url: str, group: Party, named: Json
) -> MembershipActivity | None:
    """The same for a document that names the person, or their being a member."""
    about = object_of(named)
    for each in (uri_of(named), uri_of(about.get("actor"))):
        local = find_local_actor(base_url, each)
        if local is not None and local[0] == ActorKind.PERSON:
            return session.get(MembershipActivity, (group.actor.id, local[1]))
    return None


def get_group_that_speaks(session: Session, signed: Signed) -> Party | None:
    """The group elsewhere that said something; None where it was a person."""
    sender = get_sender(session, signed)
    return sender if sender.actor.kind == ActorKind.GROUP else None


def remember(
    uow: UnitOfWork, group_id: int, actor_id: int, verb: str, uri: str
) -> MembershipActivity:
    """A second time it has another id, and what was said about the first is said about this."""
    row = uow.session.get(MembershipActivity, (group_id, actor_id))
    row = row or MembershipActivity(group_id=group_id, actor_id=actor_id, verb=verb, uri=uri)
    row.verb, row.uri = verb, uri
    uow.session.add(row)
    return row


def asking_of(asked: MembershipActivity, asker: Party, group: Party) -> JsonObject:
    """What was asked, whole: Lemmy reads it where others take an id. Whom a group has invited has
    not asked themself."""
    if asked.verb == INVITE:
        whom: JsonObject = {"actor": group.uri, "object": group.uri, "target": asker.uri}
        return {"id": asked.uri, "type": INVITE, **whom}
    return {"id": asked.uri, "type": asked.verb, "actor": asker.uri, "object": group.uri}


def say(
    uow: UnitOfWork,
    base_url: str,
    verb: str,
    thing: Json,
    *,
    by: Party,
    to: Party,
    more: Mapping[str, Json] | None = None,
) -> None:
    """Say something about a membership; in order with whatever else is said about these two."""
    uri = activity_uri(base_url, uow.new_id())
    document = activity(uri, verb, by.uri, thing, Addressed((to.uri,)), **(more or {}))
    queue(uow, base_url, document, by=by, to=to)
