"""The place itself, which signs what nobody in particular says: `Application`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from federation.objects.actor import (
    ActorDraft,
    FederatedActor,
    describe_keys,
    paragraphs,
    read_actor,
)
from federation.reading import JsonObject
from federation.uris import host_of, place_uri, shared_inbox_uri
from federation.vocab import with_context
from fedparents.actors.models import ActorKind
from fedparents.instance.views import InstanceView

if TYPE_CHECKING:
    from federation.keys import ActorKeys

_TYPES: Final = ("Application", "Service")


def to_ap(place: InstanceView, base_url: str, keys: ActorKeys) -> JsonObject:
    """Anybody may fetch it without a signature: two towns that wanted one of each other first would
    wait for ever."""
    uri = place_uri(base_url)
    host = host_of(base_url)
    return with_context(
        {
            "type": "Application",
            "id": uri,
            "preferredUsername": host.partition(":")[0],
            "webfinger": f"{host.partition(':')[0]}@{host}",
            "name": place.name,
            "summary": paragraphs(place.tagline),
            "url": f"{base_url}/",
            "inbox": f"{uri}/inbox",
            "outbox": f"{uri}/outbox",
            "followers": f"{uri}/followers",
            "following": f"{uri}/following",
            "endpoints": {"sharedInbox": shared_inbox_uri(base_url)},
            "manuallyApprovesFollowers": True,
            "discoverable": False,
            "indexable": False,
            **describe_keys(keys),
        }
    )


def from_ap(document: JsonObject) -> ActorDraft:
    return read_actor(document, ActorKind.APPLICATION, _TYPES)


APPLICATION: Final = FederatedActor(ActorKind.APPLICATION, _TYPES, from_ap)
