"""Every kind of actor that may arrive, and how each is recognised."""

from __future__ import annotations

from typing import Final

from federation.errors import Malformed
from federation.objects.actor import ActorDraft, FederatedActor
from federation.objects.application import APPLICATION
from federation.objects.group import GROUP
from federation.objects.person import PERSON
from federation.reading import JsonObject, types_of

ACTORS: Final[tuple[FederatedActor, ...]] = (PERSON, GROUP, APPLICATION)


def actor_from_ap(document: JsonObject) -> ActorDraft:
    """Whoever a document describes; raises Malformed for what is no actor."""
    types = types_of(document)
    for each in ACTORS:
        if set(each.types) & set(types):
            return each.from_ap(document)
    raise Malformed(f"{document.get('id')} is no actor")
