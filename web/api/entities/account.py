"""Somebody as they see themselves: what others see of them, and what they may change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from fedparents.accounts.queries import AccountView
from fedparents.actors.fields import read_fields
from fedparents.applications.models import PostingWish
from web.api.entities.entity import Entity
from web.api.entities.reader import Json
from web.api.entities.role import RoleEntity


class Visibility(StrEnum):
    """How far posts go, in the four words that apps know."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    PRIVATE = "private"
    DIRECT = "direct"


USUAL_VISIBILITY: Final = Visibility.PRIVATE
"""What an app begins with before its owner has wished for anything: to a group they say it in that
group, elsewhere to their followers. Nothing goes out into the world that nobody meant to."""


class SourceField(Entity):
    """A line of a profile as its owner wrote it."""

    name: str
    value: str
    verified_at: None = None


class Source(Entity):
    """What its owner edits."""

    privacy: Visibility
    sensitive: bool
    language: str | None
    note: str
    fields: tuple[SourceField, ...]
    follow_requests_count: int
    hide_collections: bool | None = True
    discoverable: bool | None
    indexable: bool
    attribution_domains: tuple[str, ...] = ()
    quote_policy: Literal["public", "followers", "nobody"] = "nobody"


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """What is read of an account for its owner."""

    view: AccountView
    wish: PostingWish
    follow_requests: int

    @property
    def language(self) -> str | None:
        """In which they write, if they have said so."""
        return self.wish.language or self.view.account.language or None


def credential_account(public: Json, own: OwnAccount) -> Json:
    """CredentialAccount; `public` is what everybody is told."""
    actor = own.view.actor
    source = Source(
        privacy=Visibility(own.wish.visibility or USUAL_VISIBILITY),
        sensitive=own.wish.is_sensitive,
        language=own.language,
        note=actor.summary,
        fields=tuple(SourceField(**each._asdict()) for each in read_fields(actor.fields)),
        follow_requests_count=own.follow_requests,
        discoverable=actor.is_discoverable,
        indexable=actor.is_indexable,
    )
    role = RoleEntity.of(own.view.account.role)
    return {**public, "source": source.model_dump(), "role": role.model_dump()}


_OF_PROFILE: Final = (
    *("id", "display_name", "avatar", "avatar_static", "avatar_description", "header"),
    *("header_static", "header_description", "locked", "bot", "discoverable", "indexable"),
    *("hide_collections", "show_media", "show_media_replies", "show_featured"),
)


def profile_entity(own: Json) -> Json:
    """Profile, of a CredentialAccount: what its owner wrote, as they wrote it."""
    source = own["source"]
    written = source if isinstance(source, dict) else {}
    return {name: own[name] for name in _OF_PROFILE} | {
        "note": written.get("note", ""),
        "fields": list(written.get("fields", ())),
        "attribution_domains": list(written.get("attribution_domains", ())),
    }
