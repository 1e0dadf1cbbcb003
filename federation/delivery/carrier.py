"""The carrier: leases towns that something waits for, hands over, and writes down what came of it.

It runs beside the worker, in any number of processes: a town belongs to one of them at a time, so
that no more than its share of connections goes there and what is about one thing arrives in order.
Leases of a process that dies are ended by whoever notices, or run out; at most one round is handed
over twice, which receivers notice by the activity's id.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog
from sqlmodel import Session

from federation.audience import is_for_elsewhere, talks
from federation.delivery.knocking import SCHEME_LASTS, Knocked, Knocker, Letter
from federation.delivery.models import DeliveryState, Trouble
from federation.delivery.statements import (
    BREAK_LEASE,
    END_LEASE,
    FIND_NEXT_DUE,
    GET_BODY,
    GIVE_UP_INBOX,
    HOLD_LEASE,
    IS_ANYTHING_DUE,
    LEASE_HOSTS,
    LIST_ACTIVITIES,
    LIST_DUE,
    LIST_LEASES,
    NOTE_GONE,
    POSTPONE_DELIVERY,
    SETTLE_DELIVERY,
)
from federation.delivery.states import (
    BLOCKS,
    ROUND,
    TAKES_BACK,
    Reading,
    Standing,
    Verdict,
    next_attempt,
    next_standing,
)
from federation.follower_digests import digests_by_host, header_of
from federation.group_audience import find_group_said_in, may_leave_in_group
from federation.outside import find_person
from federation.trust import allies_among, wanted_among
from federation.uris import actor_uri, place_uri
from fedparents import clock
from fedparents.actors.models import ActorKind
from fedparents.db import Database, UnitOfWork, in_bites
from fedparents.errors import Unavailable
from fedparents.ids import time_of
from fedparents.jobs import WAKE_CHANNEL, Bus
from fedparents.posts.models import Audience, Post, PostState

if TYPE_CHECKING:
    from federation.keys import ActorKeys, Keyring
    from federation.signing import Scheme
    from federation.transport import Client

log = structlog.get_logger(__name__)

_POLL_SECONDS: Final = 2.0
_LEASE: Final = timedelta(minutes=5)
"""Longer than the slowest round: each connection waits ten seconds for each of its few letters."""
_LOOK_SECONDS: Final = 10.0
"""So often it is looked whether everybody who holds a lease is still there."""
_TOWNS: Final = 200
"""That many are called at a time,"""
_PROBES: Final = 40
"""of which so many may be such as did not answer the last time,"""
_CONNECTIONS: Final = 200
"""with so many letters under way in all."""
_LEASED_AT_ONCE: Final = 64
_PROBE_ROWS: Final = 8
_BODIES: Final = 64
_JITTER: Final = 0.2
_CARRIES: Final = frozenset({"Announce", "Create", "Update"})
_PLACE: Final = 0


@dataclass(frozen=True, slots=True)
class _Row:
    """One delivery that is due."""

    activity_id: int
    inbox_id: int
    url: str
    attempts: int


@dataclass(frozen=True, slots=True)
class _Activity:
    """What it takes to hand an activity over, or the reason why it stays."""

    id: int
    actor_id: int
    actor: str
    takes_back: bool
    is_profile: bool
    """It says anew who somebody is, perhaps with which keys."""
    is_for_allies: bool
    """It is for our twins alone, also when it was for more when it was made."""
    stays: Trouble | None


@dataclass(frozen=True, slots=True)
class _Round:
    """A town, leased, with what goes there now."""

    host_id: int
    name: str
    turn: int
    standing: Standing
    scheme: str
    scheme_until: datetime | None
    is_kept_out: bool
    """This place does not talk with it any more; what is taken back, it is still told."""
    is_blocked: bool
    """Not even the place itself does."""
    is_twin: bool
    rows: tuple[_Row, ...]


@dataclass(frozen=True, slots=True)
class _Lease:
    """A town that some process has, and which."""

    host_id: int
    turn: int
    node: int | None


@dataclass(frozen=True, slots=True)
class _Done:
    """A round after it was made."""

    round: _Round
    knocked: tuple[tuple[_Row, Knocked], ...]


@dataclass(frozen=True, slots=True)
class _Load:
    rounds: tuple[_Round, ...]
    activities: dict[int, _Activity]


class Carrier:
    """Carries what is queued, in one process."""

    def __init__(
        self,
        db: Database,
        bus: Bus,
        keys: Keyring,
        base_url: str,
        open_client: Callable[[], Client],
    ) -> None:
        self._db = db
        self._bus = bus
        self._keys = keys
        self._base_url = base_url
        self._knocker = Knocker(open_client)
        self._connections = asyncio.Semaphore(_CONNECTIONS)
        self._under_way: set[asyncio.Task[None]] = set()
        self._probes = 0
        self._done: list[_Done] = []
        self._settling: asyncio.Task[None] | None = None
        self._bodies: OrderedDict[int, bytes] = OrderedDict()
        self._digests: OrderedDict[int, asyncio.Future[dict[str, str]]] = OrderedDict()
        self._wake = asyncio.Event()
        self._is_stopping = False
        self._looked_at = 0.0

    async def run(self) -> None:
        """Work until `stop`, then finish what is under way. A database that is away is waited
        for."""
        unsubscribe = self._bus.subscribe(WAKE_CHANNEL, lambda _message: self._wake.set())
        is_new = True
        try:
            while not self._is_stopping:
                self._wake.clear()
                try:
                    await self._take_over_from_the_dead(is_new=is_new)
                    is_new = False
                    has_begun = await self._begin()
                except Unavailable as error:
                    log.warning("delivery.database_unavailable", reason=error.log)
                    has_begun = False
                if not has_begun:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._wake.wait(), _POLL_SECONDS)
            await self._finish()
        finally:
            unsubscribe()

    def wake(self) -> None:
        """Something is due that was not before."""
        self._wake.set()

    def stop(self) -> None:
        self._is_stopping = True
        self._wake.set()

    async def close(self) -> None:
        """Let go of everything; what is still under way is handed over again another time."""
        for task in (*self._under_way, *([self._settling] if self._settling else [])):
            task.cancel()
        await self._finish()
        await self._knocker.close()

    async def work_until_idle(self) -> None:
        """Hand over all that is due now, and whatever becomes due by that."""
        while await self._begin():
            while await self._begin():
                pass
            await self._finish()

    async def take_over(self) -> None:
        """End all leases: whoever had them is known to be gone."""
        await self._db.write(_break_leases, await self._db.read(_list_leases))

    async def _take_over_from_the_dead(self, *, is_new: bool) -> None:
        """End the leases of processes that are gone, and of the one that had our number before."""
        now = asyncio.get_running_loop().time()
        if not is_new and now - self._looked_at < _LOOK_SECONDS:
            return
        self._looked_at = now
        leases = await self._db.read(_list_leases)  # before asking who lives: nobody comes between
        living = await self._db.living_nodes() if leases else None
        if living is None:
            return
        living -= {self._db.new_id.node} if is_new else set()
        await self._db.write(_break_leases, [each for each in leases if each.node not in living])

    async def _begin(self) -> int:
        """Start as many rounds as there is room for; how many that was."""
        room = min(_TOWNS - len(self._under_way), _LEASED_AT_ONCE)
        if room <= 0 or not await self._db.read(_is_anything_due, clock.now()):
            return 0
        probes = self._probes < _PROBES
        load = await self._db.write(
            _lease, self._base_url, room, probes=probes, node=self._db.new_id.node
        )
        for each in load.rounds:
            is_probe = each.standing.failures > 0
            self._probes += is_probe
            task = asyncio.create_task(self._make(each, load.activities))
            self._under_way.add(task)
            task.add_done_callback(self._ended(is_probe=is_probe))
        return len(load.rounds)

    def _ended(self, *, is_probe: bool) -> Callable[[asyncio.Task[None]], None]:
        def ended(task: asyncio.Task[None]) -> None:
            self._under_way.discard(task)
            self._probes -= is_probe
            self._wake.set()

        return ended

    async def _finish(self) -> None:
        while self._under_way or self._settling:
            under_way = [*self._under_way, *([self._settling] if self._settling else [])]
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _make(self, round_: _Round, activities: dict[int, _Activity]) -> None:
        """One round: few letters at a time, and none after the town has failed."""
        stays = [(row, _why_kept(activities[row.activity_id], round_)) for row in round_.rows]
        kept = [(row, _kept(trouble)) for row, trouble in stays if trouble is not None]
        going = [row for row, trouble in stays if trouble is None]
        if round_.standing.failures:
            going = going[:1]
        door = _Door(round_.standing.at_once)
        knocked = await asyncio.gather(
            *(self._carry(row, activities[row.activity_id], round_, door) for row in going)
        )
        self._settle_soon(_Done(round_, (*kept, *zip(going, knocked, strict=True))))

    async def _carry(self, row: _Row, activity: _Activity, round_: _Round, door: _Door) -> Knocked:
        async with door.places, self._connections:
            if door.is_shut:
                return Knocked(Reading(Verdict.SKIPPED))
            try:
                knocked = await self._knock(row, activity, round_)
            except Exception:
                # Ours to mend: it waits, and what the others of its round came to is written down.
                log.exception("delivery.letter_failed", host=round_.name)
                return Knocked(Reading(Verdict.LATER))
            door.is_shut = knocked.reading.verdict in {Verdict.DOWN, Verdict.BUSY}
            return knocked

    async def _knock(self, row: _Row, activity: _Activity, round_: _Round) -> Knocked:
        keys = await self._keys.keys_of(activity.actor_id, activity.actor)
        body = await self._body_of(activity.id, keys)
        if body is None:
            return Knocked(Reading(Verdict.SKIPPED))  # it was taken back in the meantime
        # Who knows the key of that time only hears of a new one in this way; who does not believe
        # it has forgotten that one, and can ask for the new one.
        is_news = activity.is_profile and not row.attempts
        key = keys.rsa_at(time_of(activity.id)) if is_news else keys.rsa
        told = await self._followers_told(activity, body, round_.name)
        letter = Letter(row.url, body, key, row.attempts, told)
        return await self._knocker.knock(letter, _scheme_of(round_))

    async def _body_of(self, activity_id: int, keys: ActorKeys) -> bytes | None:
        """With its proof, which is made of the same moment however often this is tried."""
        from federation.proofs import prove_body  # loads cryptography

        body = self._bodies.get(activity_id)
        if body is None:
            bare = await self._db.read(_find_body, activity_id)
            if bare is None:
                return None
            body = prove_body(bare, keys.ed25519, time_of(activity_id))
            self._bodies[activity_id] = body
            while len(self._bodies) > _BODIES:
                self._bodies.popitem(last=False)
        return body

    async def _followers_told(self, activity: _Activity, body: bytes, host: str) -> str:
        """Of what goes to the followers of somebody, how many of them are in that town, in a number
        by which it notices when it knows others (FEP-8fcf)."""
        if f'"{activity.actor}/followers"'.encode() not in body:
            return ""
        coming = self._digests.get(activity.id)
        if coming is None:  # once for all towns
            reading = self._db.read(digests_by_host, activity.actor_id)
            coming = self._digests[activity.id] = asyncio.ensure_future(reading)
            while len(self._digests) > _BODIES:
                self._digests.popitem(last=False)
        try:
            digests = await asyncio.shield(coming)
        except Unavailable:
            self._digests.pop(activity.id, None)
            raise
        return header_of(activity.actor, digests[host]) if host in digests else ""

    def _settle_soon(self, done: _Done) -> None:
        """Rounds that end while others are being written down are written together."""
        self._done.append(done)
        if self._settling is None:
            self._settling = asyncio.create_task(self._settle_all())

    async def _settle_all(self) -> None:
        try:
            while self._done:
                done, self._done = self._done, []
                try:
                    await self._db.write(settle, done)
                except Unavailable as error:
                    # The leases run out, and these are handed over once more.
                    log.warning("delivery.not_settled", reason=error.log)
        finally:
            self._settling = None


class _Door:
    """How many may stand before one town's door, and whether it is worth knocking."""

    def __init__(self, at_once: int) -> None:
        self.places = asyncio.Semaphore(at_once)
        self.is_shut = False


def _scheme_of(round_: _Round) -> Scheme | None:
    from federation.signing import Scheme  # loads cryptography

    is_known = round_.scheme and round_.scheme_until and round_.scheme_until > clock.now()
    return Scheme(round_.scheme) if is_known else None


def _why_kept(activity: _Activity, round_: _Round) -> Trouble | None:
    is_out = round_.is_blocked if activity.actor_id == _PLACE else round_.is_kept_out
    is_out = is_out or (activity.is_for_allies and not round_.is_twin)
    if is_out and not activity.takes_back:
        return Trouble.WITHDRAWN
    return activity.stays


def _kept(trouble: Trouble) -> Knocked:
    return Knocked(Reading(Verdict.GIVEN_UP, trouble))


def _is_anything_due(session: Session, now: datetime) -> bool:
    return bool(IS_ANYTHING_DUE.rows(session.connection(), now=now)) and talks(session)


def _find_body(session: Session, activity_id: int) -> bytes | None:
    rows = GET_BODY.rows(session.connection(), activity=activity_id)
    return str(rows[0][0]).encode() if rows and rows[0][0] else None


def _lease(uow: UnitOfWork, base_url: str, most: int, *, probes: bool, node: int) -> _Load:
    """Towns, each with the letters of one round; the border looks at each of these again."""
    connection, now = uow.session.connection(), uow.now
    leased = LEASE_HOSTS.rows(
        connection, now=now, until=now + _LEASE, most=most, probes=probes, node=node
    )
    names = {row[1] for row in leased}
    wanted = wanted_among(uow.session, names)
    by_place = wanted_among(uow.session, names, by_place=True)
    twins = allies_among(uow.session, names)
    rounds = []
    for host_id, name, turn, failures, since, at_once, scheme, scheme_until in leased:
        standing = Standing(failures, since, None, at_once)
        size = _PROBE_ROWS if failures else at_once * ROUND
        found = LIST_DUE.rows(connection, host=host_id, now=now, most=size)
        rows = tuple(_Row(*row) for row in found)
        rounds.append(
            _Round(
                *(host_id, name, turn, standing, scheme, scheme_until),
                is_kept_out=name not in wanted,
                is_blocked=name not in by_place,
                is_twin=name in twins,
                rows=rows,
            )
        )
    ids = {row.activity_id for round_ in rounds for row in round_.rows}
    return _Load(tuple(rounds), _find_activities(uow, base_url, sorted(ids)))


def _find_activities(uow: UnitOfWork, base_url: str, ids: Sequence[int]) -> dict[int, _Activity]:
    connection, found = uow.session.connection(), {}
    for bite in in_bites(ids):
        for number, actor_id, verb, expires_at, kind, post_id, *post in LIST_ACTIVITIES.rows(
            connection, **bite
        ):
            stays = Trouble.TOO_OLD if expires_at <= uow.now else None
            if verb in _CARRIES and post_id is not None:
                *_, group_id = post
                is_fine = (
                    is_for_elsewhere(*post) and _is_known(uow, actor_id)
                    if group_id is None
                    else _is_for_group(uow, base_url, post_id)
                )
                stays = stays if is_fine else Trouble.WITHDRAWN
            actor = _address_of(base_url, actor_id, kind)
            is_profile = verb == "Update" and post_id is None
            takes_back = verb in TAKES_BACK
            found[number] = _Activity(
                *(number, actor_id, actor, takes_back, is_profile),
                is_for_allies=Audience.NEARBY in post or Audience.GROUP in post,
                stays=stays,
            )
    return found


def _is_known(uow: UnitOfWork, actor_id: int) -> bool:
    """Whether whoever said it may still be known elsewhere: it may have waited for days."""
    return find_person(uow.session, actor_id, today=uow.now.date()) is not None


def _is_for_group(uow: UnitOfWork, base_url: str, post_id: int) -> bool:
    """The same for what is said in groups."""
    post = uow.session.get_one(Post, post_id)
    if post.is_from_elsewhere:
        group = find_group_said_in(uow.session, base_url, post.group_id or 0)
        return post.state == PostState.VISIBLE and group is not None
    return may_leave_in_group(uow.session, base_url, post) and _is_known(uow, post.author_actor_id)


def _address_of(base_url: str, actor_id: int, kind: str | None) -> str:
    if actor_id == _PLACE:
        return place_uri(base_url)
    return actor_uri(base_url, actor_id, ActorKind(kind or ActorKind.PERSON))


def settle(uow: UnitOfWork, done: Iterable[_Done]) -> None:
    """Write down what came of rounds; towns in one order, so that two such commits do not cross."""
    for each in sorted(done, key=lambda each: each.round.host_id):
        if not _still_has(uow, each.round):
            continue
        readings = [knocked.reading for _, knocked in each.knocked]
        # What stayed here says nothing about the town.
        heard = [r for r in readings if r.status or r.verdict in {Verdict.DOWN, Verdict.BUSY}]
        standing = next_standing(each.round.standing, heard, now=uow.now, jitter=_jitter)
        for row, knocked in each.knocked:
            _settle_row(uow, each.round, row, knocked.reading, standing)
        _end_lease(uow, each, heard, standing)


def _still_has(uow: UnitOfWork, round_: _Round) -> bool:
    """Whether a round's lease has not run out and become another's: what it came to would undo what
    was written down since. It is handed over twice at most, and known by its id."""
    held = HOLD_LEASE.rows(uow.session.connection(), host=round_.host_id, turn=round_.turn)
    return bool(held)


def _settle_row(
    uow: UnitOfWork, round_: _Round, row: _Row, reading: Reading, standing: Standing
) -> None:
    connection = uow.session.connection()
    this = {"activity": row.activity_id, "inbox": row.inbox_id}
    match reading.verdict:
        case Verdict.SKIPPED:
            pass
        case Verdict.SENT:
            SETTLE_DELIVERY.run(connection, **this, state=DeliveryState.SENT.value, trouble=None)
        case Verdict.GIVEN_UP:
            SETTLE_DELIVERY.run(
                connection, **this, state=DeliveryState.GIVEN_UP.value, trouble=reading.trouble
            )
        case Verdict.GONE:
            NOTE_GONE.run(connection, inbox=row.inbox_id, now=uow.now)
            GIVE_UP_INBOX.run(
                connection, host=round_.host_id, inbox=row.inbox_id, trouble=Trouble.GONE.value
            )
        case _:
            is_alone = not standing.failures and reading.verdict != Verdict.BUSY
            POSTPONE_DELIVERY.run(
                connection,
                **this,
                later=next_attempt(reading, standing, attempts=row.attempts, now=uow.now),
                counted=int(reading.verdict != Verdict.BUSY),
                blocks_until=uow.now + BLOCKS if is_alone else None,
                trouble=reading.trouble,
            )


def _end_lease(uow: UnitOfWork, done: _Done, heard: Sequence[Reading], standing: Standing) -> None:
    connection, round_ = uow.session.connection(), done.round
    no_sooner = max(standing.rests_until or uow.now, uow.now)
    worst = max((r for r in heard if r.trouble), key=lambda r: r.status == 0, default=None)
    scheme = next((k.scheme for _, k in done.knocked if k.scheme), None)
    END_LEASE.run(
        connection,
        host=round_.host_id,
        turn=round_.turn,
        failures=standing.failures,
        failing_since=standing.failing_since,
        rests_until=standing.rests_until,
        at_once=standing.at_once,
        scheme=scheme.value if scheme else round_.scheme,
        scheme_until=uow.now + SCHEME_LASTS if scheme else round_.scheme_until,
        no_sooner=no_sooner,
        next_due=_next_due(uow, round_.host_id, no_sooner),
        trouble=worst.trouble.value if worst and worst.trouble else None,
        status=worst.status if worst else 0,
        answered=any(reading.status for reading in heard),
        now=uow.now,
    )


def _next_due(uow: UnitOfWork, host_id: int, no_sooner: datetime) -> datetime | None:
    """When there will be something to hand over; what waits for another of its lane does not
    count, or nobody would ever rest."""
    connection = uow.session.connection()
    if LIST_DUE.rows(connection, host=host_id, now=uow.now, most=1):
        return no_sooner
    waiting = FIND_NEXT_DUE.rows(connection, host=host_id, now=uow.now)
    return max(waiting[0][0], no_sooner) if waiting else None


def _list_leases(session: Session) -> list[_Lease]:
    return [_Lease(*row) for row in LIST_LEASES.rows(session.connection())]


def _break_leases(uow: UnitOfWork, leases: Iterable[_Lease]) -> None:
    """Those that are still the same: whoever leased a town since has it."""
    for each in sorted(leases, key=lambda each: each.host_id):
        BREAK_LEASE.run(uow.session.connection(), host=each.host_id, turn=each.turn, now=uow.now)


def _jitter() -> float:
    return random.uniform(0, _JITTER)  # noqa: S311 - spreads calls, hides nothing
