"""One transaction as a service sees it: a session, the time, new ids, and facts to announce."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy.engine import Connection
from sqlmodel import Session
from typing_extensions import override


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, in the past tense, as ids only.

    Subclasses are frozen dataclasses with plain values. At commit each fact becomes the job rows
    of its subscribers, in the same transaction. Facts that must be worked on in the order in which
    they happened name the field that they share in `ordered_by`.
    """

    ordered_by: ClassVar[str | None] = None


@dataclass(slots=True)
class UnitOfWork:
    """Given to every service; the database commits it or rolls it back, never a service."""

    session: Session
    now: datetime
    new_id: Callable[[], int]
    facts: list[tuple[Fact, datetime]] = field(default_factory=list)

    def record(self, fact: Fact, *, at: datetime | None = None) -> None:
        """Announce that something happened: in the same commit, or not at all.

        Work on it begins at once, or at `at`.
        """
        self.facts.append((fact, at or self.now))


class CallSession(Session):
    """The session of one call. It has one transaction, and so one connection, which hot statements
    ask for each time: the ORM looks for it longer than some of them take."""

    _own: Connection | None = None

    @override
    def connection(self, *args: Any, **options: Any) -> Connection:
        if args or options:
            return super().connection(*args, **options)
        if self._own is None:
            self._own = super().connection()
        return self._own

    def read_on(self, connection: Connection) -> None:
        """Hot statements run on this connection at once, in the transaction that it is in."""
        self._own = connection


BeforeCommit = Callable[[UnitOfWork], None]
AfterCommit = Callable[[Sequence[Fact]], None]
"""Gets all that was recorded, also what is for later."""
