"""Identifiers: 64-bit numbers that grow with time, so that sorting by id is sorting by age.

Layout: 47 bits of milliseconds since 1970, 6 bits of node, 10 bits of sequence. The sign bit stays
zero, so every engine and every client reads the same number. Two processes on one database have
different node numbers (`Database.claim_node`), therefore never the same id.
"""

from __future__ import annotations

import secrets
import threading
from datetime import UTC, datetime
from typing import NewType

from fedparents import clock

AccountId = NewType("AccountId", int)
ActorId = NewType("ActorId", int)
ConversationId = NewType("ConversationId", int)
GroupId = NewType("GroupId", int)
JobId = NewType("JobId", int)
PlaceId = NewType("PlaceId", int)
PostId = NewType("PostId", int)

NODE_BITS = 6
SEQUENCE_BITS = 10
NODES = 1 << NODE_BITS
_SEQUENCES = 1 << SEQUENCE_BITS
_TIME_SHIFT = NODE_BITS + SEQUENCE_BITS


class IdGenerator:
    """Makes ids for one process; safe to share between threads."""

    def __init__(self, node: int = 0) -> None:
        if not 0 <= node < NODES:
            raise ValueError(f"node must be between 0 and {NODES - 1}, not {node}")
        self.node = node
        self._lock = threading.Lock()
        self._tick = 0
        self._sequence = 0

    def __call__(self) -> int:
        """The next id; larger than every earlier one, also when the clock goes back."""
        with self._lock:
            tick = int(clock.now().timestamp() * 1000)
            if tick > self._tick:
                self._tick, self._sequence = tick, 0
            else:
                # A full sequence borrows the next millisecond: ids stay unique and ordered.
                self._sequence += 1
                if self._sequence == _SEQUENCES:
                    self._tick, self._sequence = self._tick + 1, 0
            return (self._tick << _TIME_SHIFT) | (self.node << SEQUENCE_BITS) | self._sequence


def time_of(identifier: int) -> datetime:
    """When an id was made, to the millisecond."""
    return datetime.fromtimestamp((identifier >> _TIME_SHIFT) / 1000, UTC)


def first_id_at(moment: datetime) -> int:
    """The smallest id that can have been made at `moment`: a bound for queries by age."""
    return int(moment.timestamp() * 1000) << _TIME_SHIFT


def some_id_at(moment: datetime) -> int:
    """An id for something that happened elsewhere at `moment`, so that it stands in its place among
    what happened here; only chance keeps it from being another's."""
    return first_id_at(moment) | secrets.randbelow(1 << _TIME_SHIFT)


def id_at(time: datetime) -> int:
    """The lowest that one made at this moment can have."""
    return int(time.timestamp() * 1000) << _TIME_SHIFT
