"""PostgreSQL: reads and writes on a pool of threads, each with a connection of its own."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar
from urllib.parse import urlsplit

import psycopg
import sqlalchemy as sa
from psycopg import errors as pg_errors
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, TimeoutError
from sqlmodel import Session
from typing_extensions import override

from fedparents import clock
from fedparents.db.database import Database
from fedparents.db.unit_of_work import CallSession, Fact, UnitOfWork
from fedparents.errors import Unavailable
from fedparents.ids import NODES, IdGenerator

T = TypeVar("T")

_LOCKS = 0x0FED  # first key of the advisory locks; the second is the node number
_UPGRADE_LOCK = NODES
_TRIES = 8
_FIRST_PAUSE = 0.01  # seconds, at most; twice as many before each further try
_PAUSES = tuple(_FIRST_PAUSE * 2**tried for tried in range(_TRIES - 1))
_RETRYABLE = (
    pg_errors.DeadlockDetected,
    pg_errors.SerializationFailure,
    pg_errors.UniqueViolation,
)


class PostgresDatabase(Database):
    """One database, any number of processes."""

    def __init__(self, url: str, *, pool: int) -> None:
        super().__init__()
        self.url = url
        self.engine = postgres_engine(url, pool=pool)
        self._snapshots = self.engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._threads = ThreadPoolExecutor(pool, thread_name_prefix="db")
        self._node_connection: Connection | None = None

    @override
    async def start(self) -> None:
        node = await asyncio.get_running_loop().run_in_executor(self._threads, self._claim_node)
        self.new_id = IdGenerator(node)

    @override
    async def claim_upgrade(self) -> bool:
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, self._claim, _UPGRADE_LOCK
        )

    @override
    async def living_nodes(self) -> frozenset[int]:
        return await self._read(_list_nodes)

    @override
    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown)
        if self._node_connection is not None:
            self._node_connection.close()
            self._node_connection = None
        self.engine.dispose()

    @override
    async def _write(self, call: Callable[[UnitOfWork], T]) -> T:
        result, facts = await asyncio.get_running_loop().run_in_executor(
            self._threads, self._write_now, call
        )
        self._announce(facts)
        return result

    @override
    async def _read(self, call: Callable[[Session], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read_now, call)

    def _write_now(self, call: Callable[[UnitOfWork], T]) -> tuple[T, Sequence[Fact]]:
        for pause in _PAUSES:
            try:
                return self._write_once(call)
            except (OperationalError, IntegrityError, psycopg.Error) as error:
                # Whoever loses a deadlock, or adds a row a moment after somebody else, did nothing
                # wrong and has changed nothing. Once more, it finds what the other one has done.
                if not isinstance(getattr(error, "orig", error), _RETRYABLE):
                    raise _unavailable(error) from error
            # At once, it could take the same row before the winner, who waits for it, wakes up,
            # and lose again. Drawn by lot, so that several losers do not meet again.
            clock.rest(random.uniform(0, pause))  # noqa: S311 - nobody gains by guessing it
        try:
            return self._write_once(call)
        except (DBAPIError, TimeoutError, psycopg.Error) as error:
            raise _unavailable(error) from error

    def _write_once(self, call: Callable[[UnitOfWork], T]) -> tuple[T, Sequence[Fact]]:
        with CallSession(self.engine, expire_on_commit=False) as session, session.begin():
            uow = self._unit_of_work(session)
            result = call(uow)
            facts = self._finish(uow)
        return result, facts

    def _read_now(self, call: Callable[[Session], T]) -> T:
        try:
            with CallSession(self._snapshots, autoflush=False) as session:
                return call(session)
        except (DBAPIError, TimeoutError, psycopg.Error) as error:
            raise _unavailable(error) from error

    def _claim_node(self) -> int:
        """The first number that no other process holds."""
        connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # its own for ever, so that the pool cannot hand the lock on
        self._node_connection = connection
        for node in range(NODES):
            if self._claim(node):
                return node
        raise Unavailable("too_many_processes", log=f"{NODES} processes use this database already")

    def _claim(self, lock: int) -> bool:
        """Hold an advisory lock until the connection ends, if nobody else does."""
        if self._node_connection is None:
            raise RuntimeError("the database has not been started")
        locking = sa.select(sa.func.pg_try_advisory_lock(_LOCKS, lock))
        return bool(self._node_connection.execute(locking).scalar_one())


def _list_nodes(session: Session) -> frozenset[int]:
    """Who holds the lock of a number: a connection that has ended holds none."""
    held = sa.text(
        "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = :locks"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    nodes = session.connection().execute(held, {"locks": _LOCKS}).scalars()
    return frozenset(node for node in nodes if node < NODES)


@lru_cache(maxsize=8)
def postgres_engine(url: str, *, pool: int = 2) -> sa.Engine:
    """A pooled engine on psycopg 3.

    It is kept, because it keeps the statements that it has compiled; whoever opens the database
    again after closing it finds them, and a new pool.
    """
    return sa.create_engine(
        sqlalchemy_url(url),
        pool_size=pool,
        max_overflow=1,  # the connection that holds the node number
        pool_pre_ping=True,
        pool_timeout=5,
        hide_parameters=True,  # what people wrote does not belong into an error's text
        connect_args={"connect_timeout": 5, "options": "-c timezone=UTC"},
    )


def sqlalchemy_url(url: str) -> str:
    """The same address, naming the driver that we use."""
    _, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}"


def driver_url(url: str) -> str:
    """The same address as the driver itself reads it."""
    return urlsplit(url)._replace(scheme="postgresql").geturl()


def _unavailable(error: Exception) -> Exception:
    """Locked, full, gone: the world's fault. Anything else stays what it is."""
    if isinstance(error, OperationalError | TimeoutError | psycopg.OperationalError):
        return Unavailable("database_unavailable", log=str(error))
    return error
