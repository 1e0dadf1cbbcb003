"""People and groups: Account, Mention, Relationship."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from functools import lru_cache
from typing import Final

from markupsafe import escape

from federation.uris import actor_uri
from fedparents.actors.fields import ProfileField, read_fields
from fedparents.actors.models import ActorKind
from fedparents.groups.models import Audience, GroupKind, Joining
from fedparents.groups.seats import SeatOf
from fedparents.posts.content import linked
from fedparents.social.queries import Relationship
from fedparents.timelines.faces import Face
from web.api.entities.reader import Json, Reader, moment, page_of
from web.api.entities.role import AccountRoleEntity
from web.i18n import N_

_ACCESS: Final[Mapping[Joining, str]] = {
    Joining.OPEN: N_("open to everybody"),
    Joining.APPROVAL: N_("on request"),
    Joining.INVITE: N_("by invitation"),
}
_READERS: Final[Mapping[Audience, str]] = {
    Audience.MEMBERS: N_("members only"),
    Audience.HERE: N_("everybody at this place"),
    Audience.PUBLIC: N_("everybody"),
}
_JOIN: Final = {Joining.OPEN: "open", Joining.APPROVAL: "request", Joining.INVITE: "invite"}


def account(face: Face, reader: Reader, uris: Mapping[int, str]) -> Json:
    """A person or group. Nothing is counted of people: who follows whom is theirs."""
    found = _account(face, reader.base_url, uris.get(face.id)).copy()
    found["avatar"] = found["avatar_static"] = (
        reader.picture(face.avatar) if face.avatar else reader.no_avatar
    )
    found["header"] = found["header_static"] = (
        reader.picture(face.cover) if face.cover else reader.no_header
    )
    if face.is_group:
        found["fields"] = _fields(face, reader)
    return found


# What is said of somebody follows from the arguments alone: whoever may see them has been asked
# before, and a changed name is another argument.
@lru_cache(maxsize=4096)
def _account(face: Face, base_url: str, uri: str | None) -> Json:
    """Without the pictures, whose addresses belong to one program; never changed, only copied."""
    address = face.address
    found: Json = {
        "id": str(face.id),
        "username": face.handle,
        "acct": address,
        "display_name": face.name,
        "locked": face.joining != Joining.OPEN if face.is_group else face.is_locked,
        "bot": face.kind == ActorKind.APPLICATION,
        "group": face.is_group,
        "discoverable": face.is_discoverable,
        "indexable": face.is_indexable,
        "created_at": face.created_at.astimezone(UTC).strftime("%Y-%m-%dT00:00:00.000Z"),
        "note": paragraphs(face.summary),
        "url": page_of(base_url, address),
        "uri": uri or actor_uri(base_url, face.id, face.kind),
        "avatar": "",
        "avatar_static": "",
        "avatar_description": "",
        "header": "",
        "header_static": "",
        "header_description": "",
        "followers_count": face.members,
        "following_count": 0,
        "statuses_count": 0,
        "last_status_at": None,
        "hide_collections": not face.is_group or face.audience == Audience.MEMBERS,
        "emojis": [],
        "fields": [field(each) for each in read_fields(face.fields)],
        "roles": _roles(face),
        "show_media": True,
        "show_media_replies": True,
        "show_featured": True,
        "fedparents": _more(face),
    }
    if not face.domain:
        found["noindex"] = not face.is_indexable
    return found


def field(line: ProfileField) -> Json:
    """Nobody proves here that an address is theirs."""
    return {"name": line.name, "value": linked(line.value), "verified_at": None}


def mention(actor_id: int, handle: str, domain: str, base_url: str) -> Json:
    """Somebody who is named, under the address to which their name leads."""
    address = f"{handle}@{domain}" if domain else handle
    return {
        "id": str(actor_id),
        "username": handle,
        "url": page_of(base_url, address),
        "acct": address,
    }


def paragraphs(text: str) -> str:
    """Plain words as HTML: a blank line begins a paragraph, a line break stays one."""
    return "".join(
        f"<p>{str(escape(part)).replace(chr(10), '<br />')}</p>"
        for part in text.split("\n\n")
        if part
    )


def _fields(face: Face, reader: Reader) -> list[Json]:
    """What somebody wants to know of a group before they follow it, where apps show it."""
    gettext = reader.languages.get(reader.place_language).catalogue.gettext
    told: list[tuple[str, str]] = []
    if face.joining is not None:
        told.append((gettext("Access"), gettext(_ACCESS[Joining(face.joining)])))
    if face.audience is not None:
        told.append((gettext("Readers"), gettext(_READERS[Audience(face.audience)])))
    if face.members:
        # Whoever is not in it knows the lower end of a band.
        told.append((gettext("Members"), f"{face.members}{'' if face.group_role else '+'}"))
    return [
        {"name": name, "value": str(escape(value)), "verified_at": None} for name, value in told
    ]


def _roles(face: Face) -> list[Json]:
    if face.role is None:
        return []
    return [each.model_dump() for each in AccountRoleEntity.list_of(face.role)]


def _more(face: Face) -> Json:
    """What only we say of somebody."""
    if not face.is_group:
        return {"kind": "person"}
    is_association = face.group_kind == GroupKind.ASSOCIATION
    return {
        "kind": "association" if is_association else "group",
        "join": _JOIN[Joining(face.joining)] if face.joining else "request",
        "closed": face.audience == Audience.MEMBERS,
        "members_count": face.members,
        "my_role": face.group_role,
    }


def relationship(between: Relationship) -> Json:
    """What two people are to each other, with all keys: some apps need each of them."""
    follow, mute = between.follow, between.mute
    following = between.is_following
    return {
        "id": str(between.actor_id),
        "following": following,
        "showing_reblogs": following and follow is not None and follow.shows_shares,
        "notifying": following and follow is not None and follow.notifies,
        "languages": (follow.languages.split() or None) if follow is not None else None,
        "followed_by": between.is_followed_by,
        "blocking": between.is_blocking,
        "blocked_by": between.is_blocked_by,
        "muting": mute is not None,
        "muting_notifications": mute is not None and mute.hides_notifications,
        "muting_expires_at": moment(mute.until_at) if mute and mute.until_at else None,
        "requested": between.has_requested,
        "requested_by": between.is_requested_by,
        "domain_blocking": between.is_of_muted_town,
        "endorsed": between.is_endorsed,
        "note": between.note,
    }


def seat(own: SeatOf) -> Json:
    """The same with a group: following is being in it."""
    return relationship(Relationship(own.group_id)) | {
        "following": own.is_member,
        "showing_reblogs": own.is_member,
        "requested": own.has_asked,
        "blocked_by": own.is_banned,
        "muting": own.is_muted,
        "muting_notifications": own.is_muted,
    }
