"""A person: `Person`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from federation.models import SecondHome
from federation.objects.actor import (
    ActorDraft,
    FederatedActor,
    describe,
    paragraphs,
    read_actor,
)
from federation.objects.fields import fields_to_ap
from federation.reading import JsonObject
from federation.uris import actor_uri
from federation.vocab import with_context
from fedparents.actors.models import Actor, ActorKind

if TYPE_CHECKING:
    from federation.keys import ActorKeys

_TYPES: Final = ("Person", "Organization")


def to_ap(
    actor: Actor, base_url: str, keys: ActorKeys, home: SecondHome | None = None
) -> JsonObject:
    """Name, words about themselves and picture, and where else they are known; nothing of commune,
    household or account."""
    uri = actor_uri(base_url, actor.id)
    shown: JsonObject = {
        "type": "Person",
        **describe(actor, uri, base_url, keys),
        "following": f"{uri}/following",
        "manuallyApprovesFollowers": actor.is_locked,
    }
    if actor.summary:
        shown["summary"] = paragraphs(actor.summary)
    if actor.fields:
        shown["attachment"] = fields_to_ap(actor.fields)
    if home is not None and home.names:
        shown["alsoKnownAs"] = [*home.names]
    if home is not None and home.moved_to:
        shown["movedTo"] = home.moved_to
    return with_context(shown)


def away_to_ap(actor: Actor, base_url: str, keys: ActorKeys) -> JsonObject:
    """Somebody whose account is paused: that they are there, and nothing of what they showed."""
    unseen = Actor(
        id=actor.id,
        kind=actor.kind,
        handle=actor.handle,
        display_name=actor.handle,
        created_at=actor.created_at,
    )
    shown = to_ap(unseen, base_url, keys) | {"suspended": True}
    del shown["@context"]
    return with_context(shown)


def from_ap(document: JsonObject) -> ActorDraft:
    return read_actor(document, ActorKind.PERSON, _TYPES)


PERSON: Final = FederatedActor(ActorKind.PERSON, _TYPES, from_ap)
