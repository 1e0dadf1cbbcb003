"""Writes down what came of rounds: which letters are done, which wait, and when a town is next."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from federation.delivery.knocking import SCHEME_LASTS
from federation.delivery.models import DeliveryState, Trouble
from federation.delivery.rounds import Done, Round, Row
from federation.delivery.statements import (
    END_LEASE,
    FIND_NEXT_DUE,
    GIVE_UP_INBOX,
    HOLD_LEASE,
    LIST_DUE,
    NOTE_GONE,
    POSTPONE_DELIVERY,
    SETTLE_DELIVERY,
)
from federation.delivery.states import (
    BLOCKS,
    Reading,
    Standing,
    Verdict,
    next_attempt,
    next_standing,
)
from fedparents.db import UnitOfWork

_JITTER: Final = 0.2


def settle(uow: UnitOfWork, done: Iterable[Done]) -> None:
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


def _still_has(uow: UnitOfWork, round_: Round) -> bool:
    """Whether a round's lease has not run out and become another's: what it came to would undo what
    was written down since. It is handed over twice at most, and known by its id."""
    held = HOLD_LEASE.rows(uow.session.connection(), host=round_.host_id, turn=round_.turn)
    return bool(held)


def _settle_row(
    uow: UnitOfWork, round_: Round, row: Row, reading: Reading, standing: Standing
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


def _end_lease(uow: UnitOfWork, done: Done, heard: Sequence[Reading], standing: Standing) -> None:
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


def _jitter() -> float:
    return random.uniform(0, _JITTER)  # noqa: S311 - spreads calls, hides nothing
