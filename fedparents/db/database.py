"""The door to the database: one way to write, one way to read, whichever engine stands behind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlmodel import Session

from fedparents import clock
from fedparents.db.unit_of_work import AfterCommit, BeforeCommit, Fact, UnitOfWork
from fedparents.ids import IdGenerator

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Hooks:
    """What happens around a commit that recorded facts; the composition fills it at start."""

    before_commit: BeforeCommit | None = None
    after_commit: AfterCommit | None = None


class Database(ABC):
    """One database of one place. Services and queries are plain functions and run in here."""

    engine: sa.Engine

    def __init__(self) -> None:
        self.hooks = Hooks()
        self.new_id = IdGenerator()

    async def write(
        self,
        service: Callable[Concatenate[UnitOfWork, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a service in a transaction of its own and commit it.

        The service and everything that it recorded are durable when this returns; any exception
        rolls all of it back. Objects that it returns are detached. Raises Unavailable when the
        database is locked, full or gone.
        """

        def call(uow: UnitOfWork) -> T:
            return service(uow, *args, **kwargs)

        return await self._write(call)

    async def read(
        self,
        query: Callable[Concatenate[Session, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a query in one snapshot; what it returns is detached. Raises Unavailable."""

        def call(session: Session) -> T:
            return query(session, *args, **kwargs)

        return await self._read(call)

    @abstractmethod
    async def start(self) -> None:
        """Open what needs a running event loop, and take a node number for ids."""

    async def living_nodes(self) -> frozenset[int] | None:
        """The node numbers of all processes that use the database now; None where that cannot be
        seen, because only one process works."""
        return None

    @abstractmethod
    async def close(self) -> None:
        """Finish what is under way and let go of every connection."""

    @abstractmethod
    async def claim_upgrade(self) -> bool:
        """Whether this process alone may change the tables, from now until it closes this."""

    @abstractmethod
    async def _write(self, call: Callable[[UnitOfWork], T]) -> T: ...

    @abstractmethod
    async def _read(self, call: Callable[[Session], T]) -> T: ...

    def _unit_of_work(self, session: Session) -> UnitOfWork:
        return UnitOfWork(session=session, now=clock.now(), new_id=self.new_id)

    def _finish(self, uow: UnitOfWork) -> Sequence[Fact]:
        """Flush, turn facts into rows, and say which there were."""
        uow.session.flush()
        if uow.facts and self.hooks.before_commit is not None:
            self.hooks.before_commit(uow)
        return [fact for fact, _ in uow.facts]

    def _announce(self, facts: Sequence[Fact]) -> None:
        if facts and self.hooks.after_commit is not None:
            self.hooks.after_commit(facts)
