"""What is to leave: past the border, into one row for each inbox, in the caller's commit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import urlsplit

import orjson
from sqlalchemy.engine import Connection

from federation.border import NeverLeaves, check_activity, check_inboxes, check_where
from federation.delivery.models import OutgoingActivity
from federation.delivery.statements import (
    ADD_DELIVERY,
    ADD_HOST,
    ADD_INBOX,
    CALL_HOST,
    DROP_OLDER_EDITS,
    DROP_OLDER_PROFILES,
    FIND_HOST,
    FIND_INBOXES,
    FORGET_POST,
    FORGET_POSTS_OF,
    FORGET_REACHED,
    HEAR_FROM,
    HURRY,
    LIST_REACHED,
    LIST_REACHED_BY,
    urls_in_bites,
)
from federation.delivery.states import TAKES_BACK, lasts
from federation.keys import THE_PLACE
from federation.posts import was_told
from federation.reading import JsonObject
from federation.trust import wanted_among
from federation.uris import find_local_activity, host_of
from federation.vocab import with_context
from fedparents.db import Fact, UnitOfWork


@dataclass(frozen=True, slots=True)
class DeliveriesQueued(Fact):
    """Wakes whoever carries them, after the commit; there is nothing else to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """An activity, and where it goes."""

    document: JsonObject
    """Without its context; its id is `activity_uri(base_url, uow.new_id())`."""
    sender_id: int
    """Whose key signs it; `keys.THE_PLACE` for the place itself."""
    inboxes: Collection[str]
    """Shared ones where there are, so that each town gets it once."""
    about: str
    """What is about the same arrives in the order in which it was queued."""
    post_id: int | None = None
    """The post that it carries. What takes one back carries nothing."""


def queue_letter(
    uow: UnitOfWork,
    base_url: str,
    sender_id: int,
    document: JsonObject,
    inboxes: Collection[str],
    *,
    about: str,
    post_id: int | None = None,
) -> None:
    """`queue_activity`, in one line."""
    outgoing = Outgoing(
        document=document, sender_id=sender_id, inboxes=inboxes, about=about, post_id=post_id
    )
    queue_activity(uow, base_url, outgoing)


def queue_activity(uow: UnitOfWork, base_url: str, outgoing: Outgoing) -> int:
    """Have something delivered, once this commits; into how many inboxes. Raises NeverLeaves.

    Inboxes that have said that they are gone are left out, as are those of this place, and those of
    servers that are kept out: they are only told of what is taken back.
    """
    document, verb = outgoing.document, str(outgoing.document["type"])
    check_activity(uow.session, base_url, document, sender_id=outgoing.sender_id)
    if outgoing.post_id is not None:
        check_inboxes(uow.session, base_url, outgoing.post_id, outgoing.inboxes)
    check_where(uow.session, document, outgoing.inboxes)
    activity_id = find_local_activity(base_url, str(document["id"]))
    if activity_id is None:
        raise NeverLeaves(f"{document['id']} is no activity of this place")
    if uow.session.get(OutgoingActivity, activity_id) is not None:
        return 0  # the job that says this had done so when its process ended
    connection = uow.session.connection()
    urls = set(outgoing.inboxes)
    if verb not in TAKES_BACK:
        called = set(map(_host, urls))
        wanted = wanted_among(uow.session, called, by_place=outgoing.sender_id == THE_PLACE)
        urls = {url for url in urls if _host(url) in wanted}
    inboxes = _find_inboxes(uow, connection, urls, host_of(base_url))
    if not inboxes:
        return 0
    uow.session.add(
        OutgoingActivity(
            id=activity_id,
            actor_id=outgoing.sender_id,
            verb=verb,
            post_id=outgoing.post_id,
            body=orjson.dumps(with_context(document)).decode(),
            expires_at=uow.now + lasts(verb),
        )
    )
    uow.session.flush()
    lane = _lane(outgoing.about)
    rows = [
        {"activity": activity_id, "inbox": inbox, "host": host, "lane": lane, "now": uow.now}
        for inbox, host in inboxes
    ]
    ADD_DELIVERY.run_many(connection, rows)
    hosts = sorted({host for _, host in inboxes})  # in one order: two such commits do not cross
    CALL_HOST.run_many(connection, [{"host": host, "now": uow.now} for host in hosts])
    if verb == "Update":
        _drop_older(connection, outgoing, activity_id)
    uow.record(DeliveriesQueued())
    return len(inboxes)


def _drop_older(connection: Connection, outgoing: Outgoing, before: int) -> None:
    """A town that was away hears of a post or a person as they are now, and not of each change.
    After its hosts were called: whoever settles holds the host before its letters, too."""
    if outgoing.post_id is not None:
        DROP_OLDER_EDITS.run(connection, post=outgoing.post_id, before=before)
    elif outgoing.about == outgoing.document["actor"]:
        DROP_OLDER_PROFILES.run(connection, actor=outgoing.sender_id, before=before)


def list_reached(uow: UnitOfWork, post_id: int) -> set[str]:
    """All inboxes that a post has gone to, or may have."""
    return {url for (url,) in LIST_REACHED.rows(uow.session.connection(), post=post_id)}


def list_reached_by(uow: UnitOfWork, actor_id: int) -> set[str]:
    """All inboxes that anything of somebody's has gone to."""
    return {url for (url,) in LIST_REACHED_BY.rows(uow.session.connection(), actor=actor_id)}


def forget_reached(uow: UnitOfWork, post_id: int, urls: Collection[str]) -> None:
    """Some inboxes have it no more, or will not: what waits for them stays here."""
    connection = uow.session.connection()
    for bite in urls_in_bites(sorted(urls)):
        FORGET_REACHED.run(connection, post=post_id, **bite)


def has_left(uow: UnitOfWork, post_id: int) -> bool:
    """Whether a post was told elsewhere, and not taken back since."""
    return was_told(uow.session, post_id)


def hear_from(uow: UnitOfWork, uri: str) -> None:
    """Whoever is there has called us: a town that was taken for silent is, and what waits for it
    need not wait for the next try."""
    connection = uow.session.connection()
    for (host,) in HEAR_FROM.rows(connection, name=host_of(uri), now=uow.now):
        HURRY.run(connection, host=host, now=uow.now)


def forget_post(uow: UnitOfWork, post_id: int) -> None:
    """Keep none of the words that left, nor where they went; what still waits stays here."""
    FORGET_POST.run(uow.session.connection(), post=post_id)


def forget_posts_of(uow: UnitOfWork, actor_id: int) -> None:
    """The same for all that somebody said."""
    FORGET_POSTS_OF.run(uow.session.connection(), actor=actor_id)


def _find_inboxes(
    uow: UnitOfWork, connection: Connection, urls: set[str], own_host: str
) -> list[tuple[int, int]]:
    """Each as its number and that of its host; new ones are added."""
    wanted = sorted(url for url in urls if _host(url) not in {"", own_host})
    known = _known(connection, wanted)
    if new := [url for url in wanted if url not in known]:
        _add(uow, connection, new)
        known |= _known(connection, new)
    return sorted((inbox, host) for inbox, host, is_gone in known.values() if not is_gone)


def _known(connection: Connection, urls: list[str]) -> dict[str, tuple[int, int, bool]]:
    return {
        url: (inbox, host, gone_at is not None)
        for bite in urls_in_bites(urls)
        for url, inbox, host, gone_at in FIND_INBOXES.rows(connection, **bite)
    }


def _add(uow: UnitOfWork, connection: Connection, urls: Iterable[str]) -> None:
    by_host: dict[str, list[str]] = {}
    for url in urls:
        by_host.setdefault(_host(url), []).append(url)
    names = sorted(by_host)
    ADD_HOST.run_many(connection, [{"id": uow.new_id(), "name": name} for name in names])
    rows = []
    for name in names:
        ((host,),) = FIND_HOST.rows(connection, name=name)
        rows += [{"id": uow.new_id(), "url": url, "host": host} for url in by_host[name]]
    ADD_INBOX.run_many(connection, rows)


def _host(url: str) -> str:
    parts = urlsplit(url)
    return host_of(url) if parts.scheme in {"http", "https"} else ""


def _lane(about: str) -> int:
    return int.from_bytes(blake2b(about.encode(), digest_size=8).digest(), "big") >> 1
