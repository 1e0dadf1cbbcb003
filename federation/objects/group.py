"""A group: `Group`, as forums and groups elsewhere know it (FEP-1b12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from markupsafe import escape

from federation.objects.actor import (
    SUMMARY_LENGTH,
    ActorDraft,
    FederatedActor,
    GroupDraft,
    describe,
    own_address,
    paragraphs,
    read_actor,
)
from federation.outside import OutsideGroup
from federation.reading import (
    Json,
    JsonObject,
    flag_of,
    line_of,
    object_of,
    plain,
    uri_of,
    words_of,
)
from federation.uris import actor_uri
from federation.vocab import with_context
from fedparents.actors.models import ActorKind
from fedparents.groups.elsewhere import RemoteGroupDraft
from fedparents.groups.models import Audience, Joining

if TYPE_CHECKING:
    from federation.keys import ActorKeys

_TYPES: Final = ("Group",)
_JOININGS: Final[Mapping[str, Joining]] = {
    "open": Joining.OPEN,
    "moderated": Joining.APPROVAL,
    "invite_only": Joining.INVITE,
}
"""In the words of Mobilizon: whoever uses them knows members, too."""
_WORD: Final = 20
_LINE: Final = 500
_LINES: Final = 20


def to_ap(group: OutsideGroup, base_url: str, keys: ActorKeys) -> JsonObject:
    """What a visitor may know: name, purpose and rules. Who is in a closed one, and how many, is
    not said; nor where its collections would be, beyond those that nobody can do without."""
    actor = group.actor
    uri = actor_uri(base_url, actor.id, ActorKind.GROUP)
    shown: JsonObject = {
        "type": "Group",
        **describe(actor, uri, base_url, keys),
        "summary": paragraphs(actor.summary) + _numbered(group.rules),
        "source": {"content": actor.summary, "mediaType": "text/markdown"},
        "discoverable": True,  # whoever founded it chose that everybody finds it
        # Lemmy takes what it is asked to wait for to be private in every respect.
        "manuallyApprovesFollowers": group.is_closed,
        "openness": group.openness,
        "postingRestrictedToMods": False,
        "sensitive": False,
    }
    if group.rules:
        shown["rules"] = [*group.rules]
    if group.questions:
        shown["questions"] = [*group.questions]
    if group.is_members_only:
        shown["members"] = f"{uri}/members"
    if not group.is_closed:
        shown |= {
            "attributedTo": f"{uri}/moderators",
            "moderators": f"{uri}/moderators",
            "featured": f"{uri}/featured",
            "memberCount": group.members,
        }
    return with_context(shown)


def from_ap(document: JsonObject) -> ActorDraft:
    """A group elsewhere. What it writes in Markdown is its purpose alone; the rest of its summary
    are rules, which have a place of their own."""
    draft = read_actor(document, ActorKind.GROUP, _TYPES)
    document = plain(document)
    source = object_of(document.get("source"))
    purpose = words_of(source.get("content"), at_most=SUMMARY_LENGTH) if source else ""
    openness = line_of(document.get("openness"), at_most=_WORD)
    is_closed = flag_of(document.get("manuallyApprovesFollowers"))
    by_wish = Joining.APPROVAL if is_closed else Joining.OPEN
    return replace(
        draft,
        summary=purpose or draft.summary,
        group=GroupDraft(
            about=RemoteGroupDraft(
                joining=_JOININGS.get(openness, by_wish),
                audience=Audience.MEMBERS if is_closed else Audience.PUBLIC,
                rules=_lines(document.get("rules")),
                questions=_lines(document.get("questions")),
            ),
            takes_join=openness in _JOININGS,
            members=own_address(draft.uri, uri_of(document.get("members"))),
        ),
    )


def _lines(value: Json) -> tuple[str, ...]:
    named = value if isinstance(value, list) else [value]
    return tuple(line_of(each, at_most=_LINE) for each in named[:_LINES] if isinstance(each, str))


def _numbered(rules: tuple[str, ...]) -> str:
    items = "".join(f"<li>{escape(rule)}</li>" for rule in rules)
    return f"<ol>{items}</ol>" if items else ""


GROUP: Final = FederatedActor(ActorKind.GROUP, _TYPES, from_ap)
