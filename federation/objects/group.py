"""A group: `Group`, as forums and groups elsewhere know it (FEP-1b12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from markupsafe import escape

from federation.objects.actor import (
    ActorDraft,
    FederatedActor,
    describe,
    paragraphs,
    read_actor,
)
from federation.outside import OutsideGroup
from federation.reading import JsonObject
from federation.uris import actor_uri
from federation.vocab import with_context
from fedparents.actors.models import ActorKind
from fedparents.groups.models import Joining

if TYPE_CHECKING:
    from federation.keys import ActorKeys

_TYPES: Final = ("Group",)
_OPENNESS: Final[Mapping[Joining, str]] = {
    Joining.OPEN: "open",
    Joining.APPROVAL: "moderated",
    Joining.INVITE: "invite_only",
}


def to_ap(group: OutsideGroup, base_url: str, keys: ActorKeys) -> JsonObject:
    """What a visitor may know: name, purpose and rules. Who is in a closed one, and how many, is
    not said; nor where its collections would be, beyond those that nobody can do without."""
    actor = group.actor
    uri = actor_uri(base_url, actor.id, ActorKind.GROUP)
    shown: JsonObject = {
        "type": "Group",
        **describe(actor, uri, base_url, keys),
        "summary": paragraphs(actor.summary) + _rules(group.rules),
        "discoverable": True,  # whoever founded it chose that everybody finds it
        # Lemmy takes what it is asked to wait for to be private in every respect.
        "manuallyApprovesFollowers": group.is_closed,
        "openness": _OPENNESS[group.joining],
        "postingRestrictedToMods": False,
        "sensitive": False,
    }
    if not group.is_closed:
        shown |= {
            "attributedTo": f"{uri}/moderators",
            "moderators": f"{uri}/moderators",
            "memberCount": group.members,
        }
    return with_context(shown)


def from_ap(document: JsonObject) -> ActorDraft:
    return read_actor(document, ActorKind.GROUP, _TYPES)


def _rules(rules: tuple[str, ...]) -> str:
    items = "".join(f"<li>{escape(rule)}</li>" for rule in rules)
    return f"<ol>{items}</ol>" if items else ""


GROUP: Final = FederatedActor(ActorKind.GROUP, _TYPES, from_ap)
