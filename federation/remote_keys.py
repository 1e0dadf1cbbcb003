"""The keys of other towns: fetched once, checked against their owner, and kept.

A key counts when the server that shows it is the one that its owner is on, and when the owner's own
document names it. What cannot be had is not asked for again at once, and many who wait for one key
cause one question.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypedDict

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select

from federation.allowances import Allowance
from federation.errors import (
    FederationError,
    Gone,
    Malformed,
    PeerUnavailable,
    Rejected,
    TryLater,
)
from federation.fetching import Budget, Fetcher, Found
from federation.models import KeyKind, RemoteActor, RemoteKey
from federation.reading import JsonObject, is_uri, objects_of, plain, uri_of
from federation.uris import host_of, is_same_origin, site_of
from fedparents import clock
from fedparents.db import Database, HotStatement, UnitOfWork, UTCDateTime

if TYPE_CHECKING:
    from federation.key_material import PublicKey

FRESH: Final = timedelta(minutes=5)
"""A key that was fetched just now is not asked for again because a signature is wrong."""
LASTS: Final = timedelta(days=7)
LONGEST_ID: Final = 1024
_REFUSED_FOR: Final = timedelta(minutes=10)
_LATER_FOR: Final = timedelta(minutes=1)
_KEPT: Final = 5000
_FETCHES: Final = 4
"""The key, its owner, and what they lead to."""
_A_MINUTE: Final = timedelta(minutes=1)
OF_ONE_SITE: Final = 120
"""Keys of one site that are asked for within a minute because strangers name them: whatever they
like, before anybody has seen that they have them."""
FOR_A_STRANGER: Final = 30
"""The same for one who names them, of all sites: so that it takes more than one to use that up."""
FOR_A_KNOWN: Final = 600
"""For one from whom something has come that was signed by this site: it does not count there."""


@dataclass(frozen=True, slots=True)
class KnownKey:
    id: str
    owner: str
    public: PublicKey
    fetched_at: datetime


class Shown(TypedDict):
    """A key as a document shows it: PEM, whatever kind of key it holds, or a multikey."""

    owner: str
    kind: KeyKind
    public: str


_STORE_KEY: Final = HotStatement(
    sa.text(
        "INSERT INTO remote_key (id, owner, kind, public, fetched_at)"
        " VALUES (:id, :owner, :kind, :public, :fetched_at)"
        " ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, kind = excluded.kind,"
        " public = excluded.public, fetched_at = excluded.fetched_at"
    ).bindparams(sa.bindparam("fetched_at", type_=UTCDateTime))
)


class RemoteKeys:
    """All keys of others that are known here, and the way to those that are not yet."""

    def __init__(self, db: Database, fetcher: Fetcher) -> None:
        self._db = db
        self._fetcher = fetcher
        self._kept: OrderedDict[str, KnownKey] = OrderedDict()
        self._failed: OrderedDict[str, _Failure] = OrderedDict()
        self._coming: dict[str, asyncio.Task[KnownKey]] = {}
        self._of_site = Allowance(OF_ONE_SITE, _A_MINUTE, "asking for keys")
        self._for_stranger = Allowance(FOR_A_STRANGER, _A_MINUTE, "asking for keys")
        self._for_known = Allowance(FOR_A_KNOWN, _A_MINUTE, "asking for keys")
        self._vouched: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def find(self, key_id: str, payer: str = "") -> KnownKey:
        """A key by its id; raises Gone when its owner is no more, and FederationError when it
        cannot be had or is not sound. `payer` is who names it: an address, or a site that was
        believed; if nobody has it yet, it is on their account that it is asked for."""
        known = await self.find_known(key_id)
        if known is None:
            return await self._fetch(key_id, payer)
        if clock.now() - known.fetched_at > LASTS:
            with contextlib.suppress(TryLater):  # as long as it cannot be asked, what it said holds
                return await self._fetch(key_id, payer)
        return known

    def vouch(self, key_id: str, payer: str) -> None:
        """What they brought was signed with this key: they speak for its site."""
        if payer:
            pair = (payer, site_of(host_of(key_id)))
            self._vouched[pair] = None
            self._vouched.move_to_end(pair)
            _shorten(self._vouched)

    def held(self, key_id: str) -> KnownKey | None:
        """A key that was used not long ago and would not be asked for again; nothing is read."""
        kept = self._kept.get(key_id)
        if kept is None or clock.now() - kept.fetched_at > LASTS:
            return None
        self._kept.move_to_end(key_id)
        return kept

    async def find_known(self, key_id: str) -> KnownKey | None:
        """A key that was fetched before, however long ago; nobody is asked."""
        kept = self._kept.get(key_id)
        if kept is not None:
            self._kept.move_to_end(key_id)
            return kept
        stored = await self._db.read(find_key, key_id)
        return self._keep(_opened(stored)) if stored is not None else None

    async def knows_owner(self, uri: str) -> bool:
        """Whether somebody was ever looked up here."""
        return await self._db.read(_is_known, uri)

    async def find_anew(self, known: KnownKey, payer: str = "") -> KnownKey:
        """The same, asked for again unless that was done just now: keys are changed at times."""
        if clock.now() - known.fetched_at < FRESH:
            return known
        return await self._fetch(known.id, payer)

    async def _fetch(self, key_id: str, payer: str) -> KnownKey:
        failed = self._failed.get(key_id)
        if failed is not None and clock.now() < failed.until:
            raise failed.kind(failed.reason)
        coming = self._coming.get(key_id)
        if coming is None:
            # Not remembered as a failure of the key: it is nobody's but theirs who ask too much.
            self._count(site_of(host_of(key_id)), payer)
            coming = self._coming[key_id] = asyncio.create_task(self._fetch_once(key_id))
            coming.add_done_callback(lambda _task: self._coming.pop(key_id, None))
        return await asyncio.shield(coming)

    async def _fetch_once(self, key_id: str) -> KnownKey:
        try:
            shown = await self._shown(key_id)
            known = _opened(RemoteKey(id=key_id, fetched_at=clock.now(), **shown))
        except FederationError as error:
            self._fail(key_id, error)
            if isinstance(error, Gone):
                self._kept.pop(key_id, None)
                await self._db.write(forget_key, key_id)
            raise
        await self._db.write(store_key, key_id, shown)
        return self._keep(known)

    async def _shown(self, key_id: str) -> Shown:
        """What its server shows, and its owner confirms."""
        if len(key_id) > LONGEST_ID or not is_uri(key_id):
            raise Malformed("a key with an id that is none")
        budget = Budget(_FETCHES)
        found = await self._fetcher.fetch(key_id, budget)
        shown = read_key(found.document, key_id)
        owner = shown["owner"]
        if not is_uri(owner) or not is_same_origin(owner, key_id):
            raise Malformed(f"{key_id} is shown as a key of {owner[:200]}")
        if not _is_at(found, owner):
            # A document of its own, as GoToSocial has them: its owner has to name it too.
            found = await self._fetcher.fetch(owner, budget)
            if not _is_at(found, owner) or read_key(found.document, key_id) != shown:
                raise Malformed(f"{owner} does not know {key_id}")
        return shown

    def _count(self, site: str, payer: str) -> None:
        """Raises TryLater for those who have named too many keys, and when strangers have named too
        many of one site; whoever was heard from there before pays for themself."""
        if (payer, site) in self._vouched:
            self._for_known.use(f"{payer} {site}")
            return
        if payer:
            self._for_stranger.use(payer)
        self._of_site.use(site)

    def _fail(self, key_id: str, error: FederationError) -> None:
        now, reason = clock.now(), str(error)
        if isinstance(error, TryLater):
            failure = _Failure(now + _LATER_FOR, PeerUnavailable, reason)
        else:
            kind = Gone if isinstance(error, Gone) else Rejected
            failure = _Failure(now + _REFUSED_FOR, kind, reason)
        self._failed[key_id] = failure
        _shorten(self._failed)

    def _keep(self, known: KnownKey) -> KnownKey:
        self._kept[known.id] = known
        self._failed.pop(known.id, None)
        _shorten(self._kept)
        return known


@dataclass(frozen=True, slots=True)
class _Failure:
    until: datetime
    kind: type[Gone] | type[Rejected] | type[PeerUnavailable]
    reason: str


def read_key(document: JsonObject, key_id: str) -> Shown:
    """The key of this id in an actor's document, or in one of its own; raises Malformed."""
    document = plain(document)
    for each in (document, *objects_of(document.get("publicKey"))):
        pem = each.get("publicKeyPem")
        if each.get("id") == key_id and isinstance(pem, str):
            return Shown(owner=uri_of(each.get("owner")), kind=KeyKind.RSA, public=pem)
    for each in (document, *objects_of(document.get("assertionMethod"))):
        text = each.get("publicKeyMultibase")
        if each.get("id") == key_id and isinstance(text, str):
            owner = uri_of(each.get("controller"))
            return Shown(owner=owner, kind=KeyKind.ED25519, public=text)
    raise Malformed(f"{key_id} is not shown there")


def find_key(session: Session, key_id: str) -> RemoteKey | None:
    return session.get(RemoteKey, key_id)


def _is_known(session: Session, uri: str) -> bool:
    known = select(RemoteActor.actor_id).where(RemoteActor.uri == uri)
    return session.exec(known).first() is not None


def store_key(uow: UnitOfWork, key_id: str, shown: Shown) -> None:
    _STORE_KEY.run(uow.session.connection(), id=key_id, fetched_at=uow.now, **shown)


def forget_key(uow: UnitOfWork, key_id: str) -> None:
    uow.session.exec(delete(RemoteKey).where(col(RemoteKey.id) == key_id))


def _opened(stored: RemoteKey) -> KnownKey:
    from federation.key_material import read_multikey, read_public_pem  # loads cryptography

    read = read_public_pem if stored.kind == KeyKind.RSA else read_multikey
    return KnownKey(stored.id, stored.owner, read(stored.public), stored.fetched_at)


def _is_at(found: Found, uri: str) -> bool:
    """Whether a document is the one that an id names, and was found there."""
    return found.document.get("id") == uri == found.url


def _shorten(kept: OrderedDict[Any, Any]) -> None:
    while len(kept) > _KEPT:
        kept.popitem(last=False)
