"""What other servers leave here: believed, kept once, and worked on later.

A request is answered as soon as its row is durable. The same thing sent again, to this inbox or to
another of ours, is answered as if it were new and does nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog
from sqlmodel import Session, col, delete, select

from federation.activities.accept import receive_accept
from federation.activities.announce import prepare_announce, receive_announce
from federation.activities.block import receive_block
from federation.activities.create import receive_create
from federation.activities.delete import receive_delete
from federation.activities.dislike import receive_dislike
from federation.activities.flag import receive_flag
from federation.activities.follow import receive_follow
from federation.activities.invite import receive_invite
from federation.activities.join import receive_join
from federation.activities.leave import receive_leave
from federation.activities.like import receive_like
from federation.activities.lock import receive_lock
from federation.activities.move import prepare_move, receive_move
from federation.activities.offer import is_between_places, receive_offer
from federation.activities.pairs import hold_senders
from federation.activities.reject import receive_reject
from federation.activities.remove import receive_remove
from federation.activities.tentative_accept import receive_tentative_accept
from federation.activities.undo import receive_undo
from federation.activities.update import receive_update
from federation.delivery.queue import hear_from
from federation.discovery import FRESH_FOR
from federation.errors import ActorMismatch, FederationError, TryLater
from federation.models import InboxItem, RemoteActor, RemoteFarewell
from federation.reading import (
    Json,
    JsonObject,
    id_of,
    object_of,
    read_apart,
    read_document,
    types_of,
    uri_of,
)
from federation.trust import talks_with, wanted_among
from federation.uris import host_of, is_same_origin, site_of
from fedparents import clock
from fedparents.db import (
    Database,
    Fact,
    HotStatement,
    UnitOfWork,
    UTCDateTime,
    in_bites,
    is_in_bite,
    table_of,
)
from fedparents.errors import FedparentsError, Unavailable
from fedparents.jobs import Job, JobKind, daily

if TYPE_CHECKING:
    from federation.signing import Signed
    from federation.towns import Towns

log = structlog.get_logger(__name__)

Receiver: TypeAlias = Callable[[UnitOfWork, str, "Signed"], None]
"""Is given the address of this place, and what somebody said who is known here."""

Recall: TypeAlias = Callable[[str, bytes], "Signed"]
"""Makes of a sender and the words that were kept what was verified when they came in."""

Preparer: TypeAlias = Callable[[Database, "Towns", "Signed"], Awaitable[Receiver]]

RECEIVERS: Final[Mapping[str, Receiver]] = {
    "Accept": receive_accept,
    "Announce": receive_announce,
    "Block": receive_block,
    "Create": receive_create,
    "Delete": receive_delete,
    "Dislike": receive_dislike,
    "EmojiReact": receive_like,
    "Flag": receive_flag,
    "Follow": receive_follow,
    "Invite": receive_invite,
    "Join": receive_join,
    "Leave": receive_leave,
    "Like": receive_like,
    "Lock": receive_lock,
    "Offer": receive_offer,
    "Move": receive_move,
    "Reject": receive_reject,
    "Remove": receive_remove,
    "TentativeAccept": receive_tentative_accept,
    "Undo": receive_undo,
    "Update": receive_update,
}
"""Who works on which verb. What is said with any other is counted, and not kept."""

PREPARERS: Final[Mapping[str, Preparer]] = {
    "Announce": prepare_announce,
    "Move": prepare_move,
}
"""Who has to ask others first, before anything is written, and says who does it then."""

KNOWN_FOR: Final = timedelta(days=30)
"""So long, what comes again is known."""
_PATIENCE: Final = timedelta(days=2)
"""With senders who cannot be looked up."""
_LONGEST_PAUSE: Final = timedelta(hours=1)
OTHER: Final = "other"
_AT_ONCE: Final = 1000
_TRIES_TOGETHER: Final = 4
"""Of many, so many may fail before each is worked on alone."""
_LONG: Final = 64 * 1024
"""What is longer takes long to read and much memory then: nothing else waits for it."""
_A_DAY: Final = timedelta(days=1)
_FORGET_AT: Final = time(3, 40)
_ZONE: Final = ZoneInfo("Europe/Paris")
# Section 3.3 of the vocabulary of ActivityStreams, and the reactions that some servers send.
_VERBS: Final = frozenset(
    """Accept Add Announce Arrive Block Create Delete Dislike EmojiReact Flag Follow Ignore Invite
    Join Leave Like Listen Lock Move Offer Question Read Reject Remove TentativeAccept
    TentativeReject Travel Undo Update View""".split()  # noqa: SIM905 - read as words
)
_OF_DEEDS: Final = frozenset({"Accept", "Reject", "TentativeAccept", "Undo"})


class Receipt(StrEnum):
    """What became of something that was left here; the sender hears of none of it."""

    NEW = "new"
    KNOWN = "known"
    """It was here before."""
    COUNTED = "counted"
    """Nobody here works on it."""


@dataclass(frozen=True, slots=True)
class ActivityReceived(Fact):
    """Something signed has come in. What is about one thing is worked on in its order."""

    ordered_by: ClassVar[str] = "about"

    item_id: int
    about: str
    """A digest of its sender and the id of that thing."""


@dataclass(frozen=True, slots=True)
class InboxDue(Fact):
    """The day has turned; the fact of the periodic job, which carries nothing."""


_item = table_of(InboxItem)
_remote = table_of(RemoteActor)

_INSERT_ITEM: Final = HotStatement(
    sa.text(
        "INSERT INTO inbox_item (id, mark, sender, verb, body, received_at)"
        " VALUES (:id, :mark, :sender, :verb, :body, :now) ON CONFLICT (mark) DO NOTHING"
    ).bindparams(sa.bindparam("now", type_=UTCDateTime))
)


_LIST_ITEMS: Final = HotStatement(
    sa.select(
        _item.c.id,
        _item.c.sender,
        _item.c.verb,
        _item.c.body,
        _remote.c.fetched_at,
        _remote.c.gone_at,
    )
    .select_from(_item.outerjoin(_remote, _remote.c.uri == _item.c.sender))
    .where(is_in_bite(_item.c.id), _item.c.body.is_not(None))
    .order_by(_item.c.id)
)
_FIND_WAITING: Final = HotStatement(
    sa.select(_item.c.body).where(_item.c.mark == sa.bindparam("mark", type_=sa.String))
)
_EMPTY_ITEM: Final = HotStatement(
    sa.update(_item)
    .where(_item.c.id == sa.bindparam("id", type_=sa.BigInteger))
    .values(body=sa.null())
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something to be worked on."""

    id: int
    sender: str
    verb: str
    body: bytes
    is_sender_known: bool
    """Looked up not long ago, and not gone."""


def accept(uow: UnitOfWork, signed: Signed, body: bytes) -> Receipt:
    """Keep something until it has been worked on. Raises Malformed without an id, and ActorMismatch
    when the id is on another server than its sender."""
    receipt = _add(uow, signed, body)
    if receipt is not Receipt.KNOWN:
        hear_from(uow, signed.caller)
    return receipt


def accept_all(
    uow: UnitOfWork, arrived: Sequence[tuple[Signed, bytes, str]]
) -> list[Receipt | None]:
    """The same for what has arrived at one moment. With each stands the host of its sender, unless
    it is known that this place talks with it; where it does not, nothing is kept: None."""
    hosts = {host for _, _, host in arrived if host}
    wanted = wanted_among(uow.session, hosts) if hosts else hosts
    receipts: list[Receipt | None] = []
    callers: dict[str, str] = {}
    for signed, body, host in arrived:
        if host and host not in wanted:
            receipts.append(None)
            continue
        receipts.append(receipt := _add(uow, signed, body))
        if receipt is not Receipt.KNOWN:
            callers[host_of(signed.caller)] = signed.caller
    for caller in callers.values():
        hear_from(uow, caller)
    return receipts


def _add(uow: UnitOfWork, signed: Signed, body: bytes) -> Receipt:
    uri = own_id_of(signed)
    verb = verb_of(signed.document)
    has_receiver = verb in RECEIVERS
    item_id = uow.new_id()
    added = _INSERT_ITEM.run(
        uow.session.connection(),
        id=item_id,
        mark=_digest(signed.sender, uri),
        sender=signed.sender,
        verb=verb,
        body=body if has_receiver else None,
        now=uow.now,
    )
    if not added:
        return Receipt.KNOWN
    if not has_receiver:
        return Receipt.COUNTED
    # With its sender: nobody holds up what others say of the same thing.
    about = _digest(signed.sender, _about(uow, verb, signed) or uri)
    uow.record(ActivityReceived(item_id, about))
    return Receipt.NEW


def own_id_of(signed: Signed) -> str:
    """Raises Malformed without one, and ActorMismatch when it is on another server than its
    sender."""
    uri = id_of(signed.document)
    if not is_same_origin(uri, signed.sender):
        raise ActorMismatch(f"{signed.sender} names {uri[:200]} as its own")
    return uri


def verb_of(document: JsonObject) -> str:
    """What a document does, in a word that we know; the first that we work on."""
    types = types_of(document)
    found = [each for each in types if each in RECEIVERS] or [
        each for each in types if each in _VERBS
    ]
    return found[0] if found else OTHER


def count_unread(session: Session) -> dict[str, int]:
    """How much came in that nobody here works on, by its verb."""
    counted = (
        select(InboxItem.verb, sa.func.count())
        .where(col(InboxItem.verb).not_in(RECEIVERS))
        .group_by(InboxItem.verb)
        .order_by(InboxItem.verb)
    )
    return dict(session.exec(counted).all())


def forget_items(uow: UnitOfWork) -> int:
    """Forget one bite of what came in long ago; how much that was."""
    old = InboxItem.received_at < uow.now - KNOWN_FOR
    bite = select(InboxItem.id).where(old).limit(_AT_ONCE)
    return uow.session.exec(delete(InboxItem).where(col(InboxItem.id).in_(bite))).rowcount


def forget_farewells(uow: UnitOfWork) -> None:
    """What was taken back a day ago and did not come will not come any more."""
    old = col(RemoteFarewell.gone_at) < uow.now - _A_DAY
    uow.session.exec(delete(RemoteFarewell).where(old))


def inbox_jobs(
    db: Database, towns: Towns, give_way: Callable[[datetime], Awaitable[None]]
) -> tuple[JobKind[Any], ...]:
    """`give_way` waits as long as what has come in since some moment should."""

    async def work(job: Job[ActivityReceived]) -> None:
        await _work(db, towns, job)

    async def work_all(jobs: Sequence[Job[ActivityReceived]]) -> Sequence[Job[ActivityReceived]]:
        await give_way(min(job.created_at for job in jobs))
        return await _work_on_all(db, towns.base_url, jobs)

    async def forget(_job: Job[InboxDue]) -> None:
        while await db.write(forget_items):
            pass
        await db.write(forget_farewells)

    return (
        JobKind("inbox.work", ActivityReceived, work, run_all=work_all),
        JobKind("inbox.forget", InboxDue, forget, next_run=daily(_FORGET_AT, _ZONE)),
    )


async def _work(db: Database, towns: Towns, job: Job[ActivityReceived]) -> None:
    item = await db.read(find_item, job.fact.item_id)
    if item is None:
        return
    try:
        await _work_on(db, towns, item)
    except Unavailable:
        raise
    except TryLater as error:
        waited = clock.now() - job.created_at
        if waited < _PATIENCE:
            raise TryLater(max(error.after, min(waited, _LONGEST_PAUSE)), str(error)) from None
        log.info("inbox.given_up", verb=item.verb, reason=str(error))
        await db.write(empty_item, item.id)
    except (FederationError, FedparentsError) as error:
        log.info("inbox.refused", verb=item.verb, reason=str(error))
        await db.write(empty_item, item.id)


async def _work_on_all(
    db: Database, base_url: str, jobs: Sequence[Job[ActivityReceived]]
) -> Sequence[Job[ActivityReceived]]:
    """Many in one commit; gives back those that have to be worked on alone."""
    # Loads cryptography, which has been loaded for verifying them.
    from federation.signing import recall

    together, alone = [job.fact.item_id for job in jobs], set[int]()
    for _ in range(_TRIES_TOGETHER):
        try:
            alone |= await db.write(receive_all, base_url, together, recall)
        except _OneFailed as error:
            together = [number for number in together if number not in error.item_ids]
            alone |= error.item_ids
        else:
            return [job for job in jobs if job.fact.item_id in alone]
    return jobs


async def _work_on(db: Database, towns: Towns, item: Waiting) -> None:
    # Loads cryptography, which has been loaded for verifying it.
    from federation.signing import recall, takes_back

    is_long = len(item.body) > _LONG
    read = partial(recall, item.sender, item.body)
    signed = await read_apart(read) if is_long else read()
    if not item.is_sender_known and not takes_back(signed.document):
        # Before anything is written: they may have to be asked for. What strangers take back was
        # never here.
        await towns.discovery.get(item.sender)
    prepare = PREPARERS.get(item.verb)
    prepared = await prepare(db, towns, signed) if prepare is not None else None
    await db.write(receive, towns.base_url, item.id, signed, prepared)


def find_item(session: Session, item_id: int) -> Waiting | None:
    """What waits to be worked on; None when that has been done."""
    return next(iter(list_items(session, [item_id])), None)


def list_items(session: Session, item_ids: Sequence[int]) -> list[Waiting]:
    """Those of these that have still to be worked on, in the order in which they came."""
    known_since = clock.now() - FRESH_FOR
    return [
        Waiting(number, sender, verb, bytes(body), is_fresh and gone_at is None)
        for bite in in_bites(sorted(item_ids))
        for number, sender, verb, body, fetched_at, gone_at in _LIST_ITEMS.rows(
            session.connection(), **bite
        )
        for is_fresh in [fetched_at is not None and fetched_at > known_since]
    ]


def receive(
    uow: UnitOfWork,
    base_url: str,
    item_id: int,
    signed: Signed,
    prepared: Receiver | None = None,
) -> None:
    """Do what was said, and forget in the same commit how it was said."""
    # Its town may have been kept out since it came in.
    if is_between_places(signed.document):
        receive_offer(uow, base_url, signed)
    elif talks_with(uow.session, host_of(signed.sender)):
        act = prepared or RECEIVERS[verb_of(signed.document)]
        act(uow, base_url, signed)
    empty_item(uow, item_id)


class _OneFailed(Exception):
    """Of many that were to be received in one commit. All of its site have to be left out: who
    sends many of the kind slows only themself."""

    def __init__(self, failed: Waiting, among: Collection[Waiting]) -> None:
        site = _site_of(failed)
        self.item_ids = frozenset(item.id for item in among if _site_of(item) == site)
        super().__init__(f"what is of {site} is worked on alone")


def receive_all(
    uow: UnitOfWork, base_url: str, item_ids: Sequence[int], recall: Recall
) -> frozenset[int]:
    """The same for many in one commit, in their order; those that have to be received alone are
    given back and left as they are: what somebody else has to be asked for first, what is long, and
    what is between the places themselves or ends its sender, which changes with whom this one
    talks.

    Raises when one cannot be received: those of its site have to be left out, and all others begin
    anew.
    """
    waiting = list_items(uow.session, item_ids)
    plain = (item for item in waiting if _is_plain(item))
    said = [(item, recall(item.sender, item.body)) for item in plain]
    said = [(item, signed) for item, signed in said if not _changes_whom_we_hear(signed)]
    wanted = wanted_among(uow.session, {host_of(item.sender) for item, _ in said})
    senders = hold_senders(uow.session, {item.sender for item, _ in said})
    for item, signed in said:
        try:
            if host_of(item.sender) in wanted:
                RECEIVERS[item.verb](uow, base_url, signed)
        except Unavailable:
            raise
        except (TryLater, FederationError, FedparentsError):
            raise _OneFailed(item, waiting) from None
        uow.session.flush()  # the next one may look for it
        empty_item(uow, item.id)
    del senders  # so long, nobody of them is read again
    return frozenset(item.id for item in waiting) - {item.id for item, _ in said}


def _is_plain(item: Waiting) -> bool:
    return item.is_sender_known and item.verb not in PREPARERS and len(item.body) <= _LONG


def _site_of(item: Waiting) -> str:
    return site_of(host_of(item.sender))


def _changes_whom_we_hear(signed: Signed) -> bool:
    document = signed.document
    is_of_sender = (
        "Delete" in types_of(document) and uri_of(document.get("object")) == signed.sender
    )
    return is_of_sender or is_between_places(document)


def empty_item(uow: UnitOfWork, item_id: int) -> None:
    _EMPTY_ITEM.run(uow.session.connection(), id=item_id)


def _about(uow: UnitOfWork, verb: str, signed: Signed) -> str:
    """The thing whose story it belongs to: a post and its changes; somebody who is followed, no
    longer, and again."""
    said = signed.document.get("object")
    deed = _deed_in(uow, signed.sender, said) if verb in _OF_DEEDS else {}
    if not deed.get("object"):
        return uri_of(said)
    is_own = uri_of(deed.get("actor")) == signed.sender
    return uri_of(deed.get("object" if is_own else "actor"))


def _deed_in(uow: UnitOfWork, sender: str, said: Json) -> JsonObject:
    """What is undone or answered: whole, or what its sender has said under this id, if nobody has
    looked at that yet."""
    if deed := object_of(said):
        return deed
    found = _FIND_WAITING.rows(uow.session.connection(), mark=_digest(sender, uri_of(said)))
    return read_document(bytes(found[0][0])) if found and found[0][0] is not None else {}


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
