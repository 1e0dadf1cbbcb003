"""The keys with which people, groups and the place itself sign what leaves.

They are made when they are first needed: in a thread, because an RSA key takes a tenth of a second,
and before the one writer is asked for anything. Their private halves are sealed under the place's
secret; without it, a stolen database signs nothing.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlmodel import Session

from federation.models import ActorKey, KeyKind
from federation.sealing import seal, unseal
from fedparents import clock
from fedparents.db import Database, HotStatement, UnitOfWork, UTCDateTime, table_of
from fedparents.errors import Unavailable

if TYPE_CHECKING:
    from federation.key_material import PrivateKey

THE_PLACE: Final = 0
"""Whose keys sign for the place itself."""
NAMES: Final = {KeyKind.RSA: "main-key", KeyKind.ED25519: "ed25519-key"}
"""The first keys of everybody; Bookwyrm takes RSA keys by this name only. Later ones have their day
behind it."""
SHOWN_FOR: Final = timedelta(days=7)
"""So long a key that was replaced stands beside the new one: what it signed is still under way."""
_ALWAYS: Final = datetime.min.replace(tzinfo=UTC)
_FRESH: Final = timedelta(minutes=1)
"""Keys are replaced at a command, by another process: so late others notice."""
_PURPOSE: Final = "actor key"
_KEPT: Final = 2000
"""Pairs of keys in memory: some 10 kB each, for those who sign now."""

_key = table_of(ActorKey)

LIST_ACTOR_KEYS: Final = HotStatement(
    sa.select(_key.c.name, _key.c.kind, _key.c.sealed, _key.c.created_at)
    .where(_key.c.actor_id == sa.bindparam("actor_id"))
    .order_by(_key.c.created_at.desc(), _key.c.name)
)

_newer = _key.alias()
_FORGET_REPLACED: Final = HotStatement(
    sa.delete(_key).where(
        sa.exists().where(
            _newer.c.actor_id == _key.c.actor_id,
            _newer.c.kind == _key.c.kind,
            _newer.c.created_at > _key.c.created_at,
            _newer.c.created_at <= sa.bindparam("before", type_=UTCDateTime),
        )
    )
)
_INSERT_KEY: Final = HotStatement(
    sa.text(
        "INSERT INTO actor_key (actor_id, name, kind, sealed, created_at)"
        " VALUES (:actor_id, :name, :kind, :sealed, :now)"
        " ON CONFLICT (actor_id, name) DO NOTHING"
    ).bindparams(sa.bindparam("now", type_=UTCDateTime))
)


@dataclass(frozen=True)
class LocalKey:
    """One key that may sign. The public half is what documents show."""

    id: str
    """The address under which others find it."""
    owner: str
    """The address of the actor whose it is."""
    kind: KeyKind
    private: PrivateKey
    since: datetime = _ALWAYS

    @cached_property
    def public_pem(self) -> str:
        """As `publicKeyPem` has it."""
        from federation.key_material import public_pem  # loads cryptography

        return public_pem(self.private.public_key())

    @cached_property
    def public_multibase(self) -> str:
        """As `publicKeyMultibase` has it; for Ed25519 only."""
        from federation.key_material import multikey  # loads cryptography

        return multikey(self.private.public_key())


@dataclass(frozen=True, slots=True)
class ActorKeys:
    """What one actor signs with."""

    rsa: LocalKey
    """Signs requests."""
    ed25519: LocalKey
    """Signs documents."""
    former: tuple[LocalKey, ...] = ()
    """What these replaced not long ago, the newest first."""

    def rsa_at(self, moment: datetime) -> LocalKey:
        """The key with which requests were signed then: whoever knows no other believes it."""
        keys = (self.rsa, *(each for each in self.former if each.kind == KeyKind.RSA))
        return next((each for each in keys if each.since <= moment), self.rsa)

    @property
    def former_ed25519(self) -> list[LocalKey]:
        return [each for each in self.former if each.kind == KeyKind.ED25519]


class Keyring:
    """The keys of everybody here, opened when needed and kept for the next time."""

    def __init__(self, db: Database, secret: bytes) -> None:
        self._db = db
        self._secret = secret
        self._kept: OrderedDict[int, _Kept] = OrderedDict()
        self._coming: dict[int, asyncio.Task[ActorKeys]] = {}
        self._one_at_a_time = asyncio.Semaphore(1)

    async def keys_of(self, actor_id: int, uri: str) -> ActorKeys:
        """The keys of an actor of this place, whose address is `uri`; made if there are none.

        Raises Unavailable when they were sealed under another secret.
        """
        kept = self._kept.get(actor_id)
        if kept is not None and kept.is_fresh and kept.keys.rsa.owner == uri:
            self._kept.move_to_end(actor_id)
            return kept.keys
        coming = self._coming.get(actor_id)
        if coming is None:
            coming = self._coming[actor_id] = asyncio.create_task(self._bring(actor_id, uri))
            coming.add_done_callback(lambda _task: self._coming.pop(actor_id, None))
        # Whoever stops waiting does not stop it for the others.
        return await asyncio.shield(coming)

    async def _bring(self, actor_id: int, uri: str) -> ActorKeys:
        stored = await self._db.read(list_keys, actor_id)
        if missing := set(KeyKind) - {each.kind for each in stored}:
            async with self._one_at_a_time:  # a wave of newcomers leaves a core to the others
                made = await asyncio.to_thread(self._make, actor_id, sorted(missing))
            stored = await self._db.write(store_keys, made)
        names, kept = frozenset(each.name for each in stored), self._kept.get(actor_id)
        if kept is not None and kept.names == names and kept.keys.rsa.owner == uri:
            keys = kept.keys  # nobody has replaced them since
        else:
            keys = await asyncio.to_thread(self._open, stored, actor_id, uri)
        self._kept[actor_id] = _Kept(keys, names, clock.now())
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return keys

    async def make_new(self, actor_id: int) -> list[StoredKey]:
        """Keys that could replace those of an actor, which go on counting until they are stored."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._make, actor_id, tuple(KeyKind), clock.now())

    async def open(self, stored: Sequence[StoredKey], actor_id: int, uri: str) -> ActorKeys:
        """What is stored, as it can be used; raises Unavailable under another secret."""
        return await asyncio.to_thread(self._open, stored, actor_id, uri)

    def _make(
        self, actor_id: int, kinds: Iterable[KeyKind], since: datetime | None = None
    ) -> list[StoredKey]:
        # Loads cryptography.
        from federation.key_material import new_ed25519_key, new_rsa_key, private_bytes

        makers: dict[KeyKind, Callable[[], PrivateKey]]
        makers = {KeyKind.RSA: new_rsa_key, KeyKind.ED25519: new_ed25519_key}
        made = []
        for kind in kinds:
            name = NAMES[kind] if since is None else f"{NAMES[kind]}-{since:%Y-%m-%d-%H%M%S}"
            plain = private_bytes(makers[kind]())
            sealed = seal(self._secret, _PURPOSE, plain, owner=_owner(actor_id, name))
            made.append(StoredKey(actor_id, name, kind, sealed, since or clock.now()))
        return made

    def _open(self, stored: Sequence[StoredKey], actor_id: int, uri: str) -> ActorKeys:
        from federation.key_material import read_private  # loads cryptography

        opened: dict[KeyKind, LocalKey] = {}
        former = []
        for each in stored:
            replaced_at = opened[each.kind].since if each.kind in opened else None
            if replaced_at is not None and clock.now() - replaced_at >= SHOWN_FOR:
                continue
            owner = _owner(actor_id, each.name)
            plain = unseal(self._secret, _PURPOSE, each.sealed, owner=owner)
            if plain is None:
                raise Unavailable(log=f"the key {each.name} of {uri} was sealed by another secret")
            key = LocalKey(
                f"{uri}#{each.name}", uri, each.kind, read_private(plain), each.created_at
            )
            if each.kind in opened:
                former.append(key)
            else:
                opened[each.kind] = key
        return ActorKeys(opened[KeyKind.RSA], opened[KeyKind.ED25519], tuple(former))


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A row as it is read and written."""

    actor_id: int
    name: str
    kind: KeyKind
    sealed: bytes
    created_at: datetime


@dataclass(frozen=True, slots=True)
class _Kept:
    """Opened keys, and when it was last seen that they still count."""

    keys: ActorKeys
    names: frozenset[str]
    looked_at: datetime

    @property
    def is_fresh(self) -> bool:
        return clock.now() - self.looked_at < _FRESH


def list_keys(session: Session, actor_id: int) -> list[StoredKey]:
    """All keys of an actor, the newest first."""
    rows = LIST_ACTOR_KEYS.rows(session.connection(), actor_id=actor_id)
    return [
        StoredKey(actor_id, name, KeyKind(kind), bytes(sealed), created_at)
        for name, kind, sealed, created_at in rows
    ]


def store_keys(uow: UnitOfWork, made: Sequence[StoredKey]) -> list[StoredKey]:
    """Keep these, unless another process was faster; the keys that count."""
    for each in made:
        _INSERT_KEY.run(
            uow.session.connection(),
            actor_id=each.actor_id,
            name=each.name,
            kind=each.kind.value,
            sealed=each.sealed,
            now=each.created_at,
        )
    return list_keys(uow.session, made[0].actor_id)


def forget_replaced(uow: UnitOfWork) -> int:
    """Forget keys that were replaced long ago; how many that was."""
    return _FORGET_REPLACED.run(uow.session.connection(), before=uow.now - SHOWN_FOR)


def _owner(actor_id: int, name: str) -> str:
    return f"{actor_id}#{name}"
