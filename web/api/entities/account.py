"""Somebody, as others see them and as they see themselves."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Literal

from markupsafe import escape

from federation.uris import actor_uri
from fedparents.accounts.models import Role
from fedparents.accounts.queries import AccountView
from fedparents.actors.models import Actor, ActorKind
from web.api.addresses import Addresses
from web.api.entities.entity import Entity, Id, Moment
from web.api.entities.role import AccountRoleEntity, RoleEntity

_NO_AVATAR = "images/avatars/missing.png"
_NO_HEADER = "images/headers/missing.png"
"""Some apps hide pictures of this last name, and none of them can do without a picture."""


class AccountEntity(Entity):
    """A person or group."""

    id: Id
    username: str
    acct: str
    display_name: str
    locked: bool
    bot: bool
    group: bool
    discoverable: bool | None
    indexable: bool
    noindex: bool
    created_at: Moment
    note: str
    url: str
    uri: str
    avatar: str
    avatar_static: str
    avatar_description: str = ""
    header: str
    header_static: str
    header_description: str = ""
    followers_count: int = 0
    following_count: int = 0
    statuses_count: int = 0
    last_status_at: date | None = None
    hide_collections: bool | None = True
    emojis: tuple[()] = ()
    fields: tuple[()] = ()
    roles: tuple[AccountRoleEntity, ...] = ()
    show_media: bool = True
    show_media_replies: bool = True
    show_featured: bool = True


class Source(Entity):
    """What its owner edits."""

    privacy: Literal["public", "unlisted", "private", "direct"] = "public"
    sensitive: bool = False
    language: str | None
    note: str
    fields: tuple[()] = ()
    follow_requests_count: int = 0
    hide_collections: bool | None = True
    discoverable: bool | None
    indexable: bool
    attribution_domains: tuple[str, ...] = ()
    quote_policy: Literal["public", "followers", "nobody"] = "nobody"


class CredentialAccountEntity(AccountEntity):
    """An account for its owner."""

    source: Source
    role: RoleEntity

    @classmethod
    def of(cls, view: AccountView, addresses: Addresses) -> CredentialAccountEntity:
        account, actor = view.account, view.actor
        source = Source(
            language=account.language or None,
            note=actor.summary,
            discoverable=actor.is_discoverable,
            indexable=actor.is_indexable,
        )
        return cls.model_validate(
            {
                **_public_side(actor, account.role, addresses),
                "source": source,
                "role": RoleEntity.of(account.role),
            }
        )


def _public_side(actor: Actor, role: Role, addresses: Addresses) -> dict[str, object]:
    avatar, header = addresses.picture(_NO_AVATAR), addresses.picture(_NO_HEADER)
    return {
        "id": actor.id,
        "username": actor.handle,
        "acct": actor.handle,
        "display_name": actor.display_name,
        "locked": actor.kind == ActorKind.PERSON and actor.is_locked,
        "bot": actor.kind == ActorKind.APPLICATION,
        "group": actor.kind == ActorKind.GROUP,
        "discoverable": actor.is_discoverable,
        "indexable": actor.is_indexable,
        "noindex": not actor.is_indexable,
        "created_at": datetime.combine(actor.created_at, time.min, actor.created_at.tzinfo),
        "note": _paragraphs(actor.summary),
        "url": f"{addresses.base_url}/@{actor.handle}",
        "uri": actor_uri(addresses.base_url, actor.id),
        "avatar": avatar,
        "avatar_static": avatar,
        "header": header,
        "header_static": header,
        "roles": AccountRoleEntity.list_of(role),
    }


def _paragraphs(text: str) -> str:
    """Plain words as HTML: a blank line begins a paragraph, a line break stays one."""
    return "".join(
        f"<p>{str(escape(part)).replace(chr(10), '<br />')}</p>"
        for part in text.split("\n\n")
        if part
    )
