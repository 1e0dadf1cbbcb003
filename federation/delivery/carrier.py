"""The carrier: leases towns that something waits for, hands over, and writes down what came of it.

It runs beside the worker, in any number of processes: a town belongs to one of them at a time, so
that no more than its share of connections goes there and what is about one thing arrives in order.
Leases of a process that dies are ended by whoever notices, or run out; at most one round is handed
over twice, which receivers notice by the activity's id.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import structlog
from sqlmodel import Session

from federation.delivery.knocking import Knocked, Knocker, Letter
from federation.delivery.leasing import break_leases, is_anything_due, lease, list_leases
from federation.delivery.models import Trouble
from federation.delivery.rounds import Activity, Done, Round, Row, why_kept
from federation.delivery.settling import settle
from federation.delivery.statements import GET_BODY
from federation.delivery.states import Reading, Verdict
from federation.follower_digests import digests_by_host, header_of
from fedparents import clock
from fedparents.db import Database
from fedparents.errors import Unavailable
from fedparents.ids import time_of
from fedparents.jobs import WAKE_CHANNEL, Bus

if TYPE_CHECKING:
    from federation.keys import ActorKeys, Keyring
    from federation.signing import Scheme
    from federation.transport import Client

log = structlog.get_logger(__name__)

_POLL_SECONDS: Final = 2.0
_LOOK_SECONDS: Final = 10.0
"""So often it is looked whether everybody who holds a lease is still there."""
_TOWNS: Final = 200
"""That many are called at a time,"""
_PROBES: Final = 40
"""of which so many may be such as did not answer the last time,"""
_CONNECTIONS: Final = 200
"""with so many letters under way in all."""
_LEASED_AT_ONCE: Final = 64
_BODIES: Final = 64


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
        self._done: list[Done] = []
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
        await self._db.write(break_leases, await self._db.read(list_leases))

    async def _take_over_from_the_dead(self, *, is_new: bool) -> None:
        """End the leases of processes that are gone, and of the one that had our number before."""
        now = asyncio.get_running_loop().time()
        if not is_new and now - self._looked_at < _LOOK_SECONDS:
            return
        self._looked_at = now
        leases = await self._db.read(list_leases)  # before asking who lives: nobody comes between
        living = await self._db.living_nodes() if leases else None
        if living is None:
            return
        living -= {self._db.new_id.node} if is_new else set()
        await self._db.write(break_leases, [each for each in leases if each.node not in living])

    async def _begin(self) -> int:
        """Start as many rounds as there is room for; how many that was."""
        room = min(_TOWNS - len(self._under_way), _LEASED_AT_ONCE)
        if room <= 0 or not await self._db.read(is_anything_due, clock.now()):
            return 0
        probes = self._probes < _PROBES
        load = await self._db.write(
            lease, self._base_url, room, probes=probes, node=self._db.new_id.node
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

    async def _make(self, round_: Round, activities: dict[int, Activity]) -> None:
        """One round: few letters at a time, and none after the town has failed."""
        stays = [(row, why_kept(activities[row.activity_id], round_)) for row in round_.rows]
        kept = [(row, _kept(trouble)) for row, trouble in stays if trouble is not None]
        going = [row for row, trouble in stays if trouble is None]
        if round_.standing.failures:
            going = going[:1]
        door = _Door(round_.standing.at_once)
        knocked = await asyncio.gather(
            *(self._carry(row, activities[row.activity_id], round_, door) for row in going)
        )
        self._settle_soon(Done(round_, (*kept, *zip(going, knocked, strict=True))))

    async def _carry(self, row: Row, activity: Activity, round_: Round, door: _Door) -> Knocked:
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

    async def _knock(self, row: Row, activity: Activity, round_: Round) -> Knocked:
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

    async def _followers_told(self, activity: Activity, body: bytes, host: str) -> str:
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

    def _settle_soon(self, done: Done) -> None:
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


def _scheme_of(round_: Round) -> Scheme | None:
    from federation.signing import Scheme  # loads cryptography

    is_known = round_.scheme and round_.scheme_until and round_.scheme_until > clock.now()
    return Scheme(round_.scheme) if is_known else None


def _kept(trouble: Trouble) -> Knocked:
    return Knocked(Reading(Verdict.GIVEN_UP, trouble))


def _find_body(session: Session, activity_id: int) -> bytes | None:
    rows = GET_BODY.rows(session.connection(), activity=activity_id)
    return str(rows[0][0]).encode() if rows and rows[0][0] else None
