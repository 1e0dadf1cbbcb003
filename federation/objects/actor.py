"""What people, groups and servers have in common: how they are shown, read and remembered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from markupsafe import escape
from sqlmodel import Session, select

from federation.errors import Malformed, Rejected
from federation.facts import FaceNamed
from federation.models import RemoteActor, RemoteGroup
from federation.objects.fields import read_ap_fields
from federation.reading import (
    JsonObject,
    flag_of,
    id_of,
    is_uri,
    line_of,
    object_of,
    plain,
    types_of,
    uri_of,
    uris_of,
    words_of,
)
from federation.trust import standing_of_actor
from federation.uris import host_of, is_same_origin, picture_uri, profile_url, shared_inbox_uri
from fedparents.actors.fields import ProfileField, write_fields
from fedparents.actors.models import Actor, ActorKind
from fedparents.db import HotStatement, UnitOfWork, table_of
from fedparents.groups.elsewhere import RemoteGroupDraft, record_group

if TYPE_CHECKING:
    from federation.keys import ActorKeys

HANDLE_LENGTH: Final = 64
NAME_LENGTH: Final = 120
SUMMARY_LENGTH: Final = 5000
_NAMES_AT_MOST: Final = 20
_remote = table_of(RemoteActor)
_FIND_REMOTE: Final = HotStatement(
    sa.select(_remote.c.actor_id).where(_remote.c.uri == sa.bindparam("uri", type_=sa.String))
)
_MEDIA_TYPES: Final = {"webp": "image/webp", "png": "image/png"}


@dataclass(frozen=True, slots=True)
class ActorDraft:
    """Somebody elsewhere, as their own town describes them."""

    uri: str
    kind: ActorKind
    handle: str
    domain: str
    """Under which they are called; their own town's, unless it was found to be another."""
    name: str
    summary: str
    """Plain words."""
    inbox: str
    shared_inbox: str
    outbox: str
    followers: str
    url: str
    is_locked: bool
    is_discoverable: bool
    is_indexable: bool
    also_known_as: tuple[str, ...] = ()
    """Ids that they say were theirs."""
    fields: tuple[ProfileField, ...] = ()
    picture_url: str = ""
    """Where their town shows what they look like."""
    group: GroupDraft | None = None
    """What a group says beside that."""


@dataclass(frozen=True, slots=True)
class GroupDraft:
    """A group elsewhere, beside what every actor has."""

    about: RemoteGroupDraft
    takes_join: bool
    members: str


@dataclass(frozen=True, slots=True)
class FederatedActor:
    """How one kind of actor arrives from other towns; how it leaves stands in its own file."""

    kind: ActorKind
    types: tuple[str, ...]
    """The names that it has on the wire; ours is the first."""
    from_ap: Callable[[JsonObject], ActorDraft]


def describe(actor: Actor, uri: str, base_url: str, keys: ActorKeys) -> JsonObject:
    """What every actor of ours shows of itself."""
    shown: JsonObject = {
        "id": uri,
        "preferredUsername": actor.handle,
        "name": actor.display_name,
        "webfinger": f"{actor.handle}@{host_of(base_url)}",
        "url": profile_url(base_url, actor.handle),
        "inbox": f"{uri}/inbox",
        "outbox": f"{uri}/outbox",
        "followers": f"{uri}/followers",
        "endpoints": {"sharedInbox": shared_inbox_uri(base_url)},
        "discoverable": actor.is_discoverable,
        "indexable": actor.is_indexable,
        "published": _day(actor.created_at),
        **describe_keys(keys),
    }
    if actor.avatar:
        shown["icon"] = _image(base_url, actor.avatar)
    if actor.cover:
        shown["image"] = _image(base_url, actor.cover)
    return shown


def describe_keys(keys: ActorKeys) -> JsonObject:
    """One RSA key, because several servers take no list, and the newer ones where they look for
    them (FEP-521a); one that was replaced stays for a while, for what it has signed."""
    rsa = keys.rsa
    return {
        "publicKey": {"id": rsa.id, "owner": rsa.owner, "publicKeyPem": rsa.public_pem},
        "assertionMethod": [
            {
                "id": newer.id,
                "type": "Multikey",
                "controller": newer.owner,
                "publicKeyMultibase": newer.public_multibase,
            }
            for newer in (keys.ed25519, *keys.former_ed25519)
        ],
    }


def paragraphs(text: str) -> str:
    """Plain words as HTML: a blank line begins a paragraph, a line break stays one."""
    return "".join(
        f"<p>{str(escape(part)).replace(chr(10), '<br>')}</p>"
        for part in text.split("\n\n")
        if part
    )


def read_actor(document: JsonObject, kind: ActorKind, types: tuple[str, ...]) -> ActorDraft:
    """Somebody elsewhere; raises Malformed when what everybody has is missing, or when an address
    of theirs is on another server, which nobody may speak for."""
    document = plain(document)
    if not set(types) & set(types_of(document)):
        raise Malformed(f"it is no {types[0]}")
    uri = id_of(document)
    if not host_of(uri).isascii():
        raise Malformed(f"{uri} is on a host whose name is not written as on the wire")
    handle = line_of(document.get("preferredUsername"), at_most=HANDLE_LENGTH + 1)
    if not handle or len(handle) > HANDLE_LENGTH or set(handle) & set("@/ "):
        raise Malformed(f"{uri} has no user name")
    inbox = uri_of(document.get("inbox"))
    if not is_same_origin(inbox, uri):
        raise Malformed(f"{uri} has no inbox on its own server")
    endpoints = object_of(document.get("endpoints"))
    return ActorDraft(
        uri=uri,
        kind=kind,
        handle=handle,
        domain=host_of(uri),
        name=line_of(document.get("name"), at_most=NAME_LENGTH) or handle,
        summary=words_of(document.get("summary"), at_most=SUMMARY_LENGTH),
        fields=read_ap_fields(document),
        inbox=inbox,
        shared_inbox=own_address(uri, uri_of(endpoints.get("sharedInbox"))),
        outbox=own_address(uri, uri_of(document.get("outbox"))),
        followers=own_address(uri, uri_of(document.get("followers"))),
        url=_page(document, uri),
        is_locked=flag_of(document.get("manuallyApprovesFollowers")),
        is_discoverable=flag_of(document.get("discoverable")),
        is_indexable=flag_of(document.get("indexable")),
        also_known_as=tuple(uris_of(document.get("alsoKnownAs"))[:_NAMES_AT_MOST]),
        picture_url=uri_of(object_of(document.get("icon")).get("url")),
    )


def accept_actor(uow: UnitOfWork, draft: ActorDraft, *, is_looked_at: bool = False) -> Actor:
    """Remember somebody elsewhere as they are now; whoever was known keeps their id. Their picture
    is fetched once somebody here looks at them, or at what they said."""
    row = find_remote(uow.session, draft.uri)
    actor = uow.session.get(Actor, row.actor_id) if row else None
    if row is None or actor is None:
        actor = Actor(
            id=uow.new_id(), kind=draft.kind, handle="", display_name="", created_at=uow.now
        )
        row = RemoteActor(actor_id=actor.id, uri=draft.uri, inbox="", fetched_at=uow.now)
    elif ActorKind.GROUP in {actor.kind, draft.kind} and actor.kind != draft.kind:
        raise Rejected(f"{draft.uri} was a {actor.kind}")
    _take_over(actor, draft, _free_handle(uow.session, draft, actor.id))
    actor.standing = standing_of_actor(uow.session, draft.domain, draft.uri)
    row.inbox, row.shared_inbox = draft.inbox, draft.shared_inbox
    row.followers, row.outbox, row.url = draft.followers, draft.outbox, draft.url
    row.also_known_as = " ".join(draft.also_known_as)
    row.fetched_at, row.gone_at = uow.now, None
    is_other = row.picture_url != draft.picture_url
    row.picture_url = draft.picture_url
    uow.session.add(actor)
    uow.session.flush()  # before the row that refers to it
    uow.session.add(row)
    if actor.avatar and is_other:
        uow.record(FaceNamed(actor.id))
    elif is_looked_at:
        name_face(uow, actor, row)
    if draft.group is not None:
        _accept_group(uow, actor, draft.group)
    return actor


def name_face(uow: UnitOfWork, actor: Actor, row: RemoteActor) -> None:
    """Somebody here looks at somebody elsewhere: they are to be seen."""
    if row.picture_url and not actor.avatar and actor.kind == ActorKind.PERSON:
        uow.record(FaceNamed(actor.id))


def _accept_group(uow: UnitOfWork, actor: Actor, draft: GroupDraft) -> None:
    uow.session.flush()
    record_group(uow, actor, draft.about)
    row = uow.session.get(RemoteGroup, actor.id) or RemoteGroup(actor_id=actor.id)
    row.takes_join, row.members = draft.takes_join, draft.members
    uow.session.add(row)


def find_remote(session: Session, uri: str) -> RemoteActor | None:
    """What is known of somebody elsewhere by their id."""
    if session.autoflush:
        session.flush()  # they may have come in a moment ago
    rows = _FIND_REMOTE.rows(session.connection(), uri=uri)
    return session.get(RemoteActor, rows[0][0]) if rows else None


def _take_over(actor: Actor, draft: ActorDraft, handle: str) -> None:
    actor.kind, actor.handle, actor.domain = draft.kind, handle, draft.domain
    actor.display_name, actor.summary = draft.name, draft.summary
    actor.fields = write_fields(draft.fields)
    actor.is_locked = draft.is_locked
    actor.is_discoverable, actor.is_indexable = draft.is_discoverable, draft.is_indexable


def _free_handle(session: Session, draft: ActorDraft, actor_id: int) -> str:
    """Some servers have a person and a group of one name: who comes second gets a number with it,
    which nobody can type by chance."""
    taken = select(Actor.id).where(
        Actor.handle == draft.handle, Actor.domain == draft.domain, Actor.id != actor_id
    )
    is_taken = session.exec(taken).first() is not None
    return f"{draft.handle}~{actor_id}" if is_taken else draft.handle


def with_proven_domain(draft: ActorDraft, known: Actor) -> ActorDraft:
    """Under the domain that is known to be theirs. It has said so of one name: whoever takes
    another one has it from their own server."""
    is_same = draft.handle.lower() == known.handle.lower().partition("~")[0]
    return replace(draft, domain=known.domain) if is_same else draft


def own_address(uri: str, other: str) -> str:
    """An address of the same server; "" for any other."""
    return other if other and is_same_origin(uri, other) else ""


def _page(document: JsonObject, uri: str) -> str:
    """Where people read about them; the id where nothing else is said."""
    url = document.get("url")
    for each in url if isinstance(url, list) else [url]:
        if isinstance(each, dict) and "html" not in str(each.get("mediaType", "html")):
            continue
        found = uri_of(each)
        if found and is_uri(found):
            return found
    return uri


def _image(base_url: str, file: str) -> JsonObject:
    media_type = _MEDIA_TYPES.get(file.rpartition(".")[2], "image/jpeg")
    return {
        "type": "Image",
        "mediaType": media_type,
        "url": picture_uri(base_url, file),
        "name": "",
    }


def _day(moment: datetime) -> str:
    """The day alone: nobody needs the minute at which somebody signed up."""
    day = datetime.combine(moment.astimezone(UTC), time.min)
    return f"{day.isoformat()}Z"
