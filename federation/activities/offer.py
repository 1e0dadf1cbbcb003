"""`Offer`: a town asks another to be its twin; the places themselves speak, and nobody for them.

What is offered is a `Relationship` of the two. `Accept` makes them twins, `Reject` is a no, and
`Undo` takes the offer back. Either side ends it later with what it has: who had offered undoes the
offer, who had accepted rejects it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlmodel import Session

from federation.activities.envelope import activity
from federation.audience import Addressed
from federation.delivery.queue import queue_letter
from federation.errors import Rejected
from federation.facts import TownSays, TownSpoke
from federation.keys import THE_PLACE
from federation.models import Town, Twinning
from federation.objects.actor import find_remote
from federation.reading import Json, JsonObject, id_of, object_of, types_of, uri_of
from federation.trust import get_town, note_asked, note_parted, note_twins, standing_of
from federation.uris import activity_uri, host_of, place_uri
from federation.vocab import TERMS
from fedparents.actors.models import Actor, ActorKind, Standing
from fedparents.db import UnitOfWork

if TYPE_CHECKING:
    from federation.signing import Signed

TWINNED_WITH: Final = f"{TERMS['fp']}twinnedWith"
_DEAF_TO: Final = frozenset({Standing.BLOCKED, Standing.LIMITED})
_WITH_ITS_PLACE: Final = frozenset({Twinning.OFFERED, Twinning.TWINNED})
"""Who speaks for the town has been looked at: on some servers, people too are applications."""
_ANSWERS: Final = frozenset({"Accept", "Reject", "Undo"})


def is_between_places(document: JsonObject) -> bool:
    """Whether something is about being twins: an offer, or what is said of one."""
    types = types_of(document)
    if "Offer" in types:
        return True
    return bool(_ANSWERS & set(types)) and "Offer" in types_of(object_of(document.get("object")))


def receive_offer(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """An offer, or what is said of one. Only the place of a town speaks for it, and only about
    itself and us; of a town that is limited, nothing is heard."""
    host = host_of(signed.sender)
    if not _is_place(uow.session, signed.sender) or standing_of(uow.session, host) in _DEAF_TO:
        raise Rejected(f"{signed.sender} speaks for no town")
    town, types = get_town(uow.session, host), types_of(signed.document)
    if "Offer" in types:
        _hear_offer(uow, base_url, town, signed)
    elif signed.sender == town.place_uri and _is_of(town, base_url, signed.document.get("object")):
        _hear_answer(uow, town, types)


def send_offer(uow: UnitOfWork, base_url: str, town: Town) -> None:
    """Ask a town that has said who speaks for it."""
    town.offer_uri = activity_uri(base_url, uow.new_id())
    uow.session.add(town)
    _queue(uow, base_url, town, town.offer_uri, "Offer", _relationship(base_url, town))


def send_answer(uow: UnitOfWork, base_url: str, town: Town, verb: str) -> None:
    """Say something of the offer that is between two towns."""
    uri, offered = activity_uri(base_url, uow.new_id()), _offer(base_url, town)
    _queue(uow, base_url, town, uri, verb, offered)


def is_ours(base_url: str, town: Town) -> bool:
    """Whether it was this place that offered."""
    return town.offer_uri.startswith(f"{base_url}/")


def _hear_offer(uow: UnitOfWork, base_url: str, town: Town, signed: Signed) -> None:
    said = object_of(signed.document.get("object"))
    is_about_us = (
        uri_of(said.get("relationship")) == TWINNED_WITH
        and uri_of(said.get("subject")) == signed.sender
        and uri_of(said.get("object")) == place_uri(base_url)
    )
    if not is_about_us:
        raise Rejected("an offer of something else")
    if town.twinning in _WITH_ITS_PLACE and signed.sender != town.place_uri:
        raise Rejected(f"{signed.sender} is not the place of {town.host}")
    if town.twinning == Twinning.OFFERED:
        _hear_yes(uow, town)  # both have asked: what ours is answered with changes nothing
        return
    town.place_uri = signed.sender
    if town.twinning == Twinning.TWINNED:
        town.offer_uri = id_of(signed.document)
        send_answer(uow, base_url, town, "Accept")  # they have forgotten it
    else:
        note_asked(uow, town, offer_uri=id_of(signed.document))


def _hear_answer(uow: UnitOfWork, town: Town, types: list[str]) -> None:
    if "Accept" in types:
        if town.twinning == Twinning.OFFERED:
            _hear_yes(uow, town)
        return
    if town.twinning == Twinning.OFFERED:
        _tell(uow, town, TownSays.DECLINES)
    elif town.twinning == Twinning.TWINNED:
        _tell(uow, town, TownSays.ENDS)
    note_parted(uow, town)


def _hear_yes(uow: UnitOfWork, town: Town) -> None:
    note_twins(uow, town.host)
    _tell(uow, town, TownSays.AGREES)


def _tell(uow: UnitOfWork, town: Town, says: TownSays) -> None:
    uow.record(TownSpoke(town.host, says, uow.now.isoformat()))


def _is_place(session: Session, sender: str) -> bool:
    row = find_remote(session, sender)
    actor = session.get(Actor, row.actor_id) if row is not None else None
    return actor is not None and actor.kind == ActorKind.APPLICATION


def _is_of(town: Town, base_url: str, named: Json) -> bool:
    """Whether the offer that is between us is meant: by its id, or repeated whole."""
    if town.twinning in {Twinning.NONE, Twinning.ENDED}:
        return False
    if town.offer_uri and uri_of(named) == town.offer_uri:
        return True
    said = object_of(object_of(named).get("object"))
    two = {uri_of(said.get("subject")), uri_of(said.get("object"))}
    return two == {town.place_uri, place_uri(base_url)}


def _offer(base_url: str, town: Town) -> JsonObject:
    """As it stands in what is said of it."""
    offered = _relationship(base_url, town)
    return {
        "id": town.offer_uri,
        "type": "Offer",
        "actor": offered["subject"],
        "object": offered,
    }


def _relationship(base_url: str, town: Town) -> JsonObject:
    ours, theirs = place_uri(base_url), town.place_uri
    one, other = (ours, theirs) if is_ours(base_url, town) else (theirs, ours)
    return {
        "type": "Relationship",
        "subject": one,
        "relationship": TWINNED_WITH,
        "object": other,
    }


def _queue(
    uow: UnitOfWork, base_url: str, town: Town, uri: str, verb: str, thing: JsonObject
) -> None:
    row = find_remote(uow.session, town.place_uri)
    if row is None:
        raise Rejected(f"{town.host} has not said who speaks for it")
    document = activity(uri, verb, place_uri(base_url), thing, Addressed((town.place_uri,)))
    queue_letter(uow, base_url, THE_PLACE, document, [row.inbox], about=f"twins {town.host}")
