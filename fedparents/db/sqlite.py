"""SQLite: one writer thread that commits together whatever is waiting, and reads in place.

A commit costs a flush to the disk, whoever waits for it; so the writer takes everything that has
queued up, runs each call in a savepoint of its own, and commits once. A call that fails is rolled
back alone. Reads are index-bounded and take tens of microseconds, less than a change of thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import queue
import struct
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session
from typing_extensions import override

from fedparents.db.database import Database
from fedparents.db.unit_of_work import CallSession, Fact, UnitOfWork
from fedparents.errors import Conflict, Unavailable
from fedparents.ids import NODES, IdGenerator

try:
    import pysqlite3 as sqlite_module
except ImportError:  # no wheel for this platform; `fedparents check` warns when it is too old
    import sqlite3 as sqlite_module

T = TypeVar("T")
DatabaseError = sqlite_module.DatabaseError

_BATCH = 256
_BUSY_MILLISECONDS = 5000
_FLOCK = struct.Struct("hhqqi0q")  # struct flock of 64-bit Linux
_SERVER_BYTE = NODES  # the byte after those of the node numbers
_UPGRADE_BYTE = NODES + 1

# FULL makes a commit durable when it returns; group commit makes that affordable.
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA mmap_size=268435456",
    "PRAGMA cache_size=-16000",
    # 32 MB: what many commits write to one page is then moved into the file once.
    "PRAGMA wal_autocheckpoint=8000",
    "PRAGMA journal_size_limit=67108864",
)


@dataclass(slots=True)
class _Call:
    run: Callable[[UnitOfWork], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None
    facts: Sequence[Fact] = ()

    def settle(self) -> None:
        if self.future.cancelled():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class SQLiteDatabase(Database):
    """One file. Several processes may write to it, one of them may serve."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.path = sqlite_path(url)
        self.engine = sqlite_engine(self.path)
        self._writer_engine = _savepoint_engine(self.path)
        self._queue: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._reader: _Reader | None = None
        self._writer: threading.Thread | None = None
        self._lock = _LockFile(self.path.with_name(self.path.name + ".lock"))

    @override
    async def start(self) -> None:
        self.new_id = IdGenerator(self._lock.claim_node())
        self._reader = _Reader(self.engine)
        self._writer = threading.Thread(target=self._write_batches, name="db-writer", daemon=True)
        self._writer.start()

    def claim_serving(self) -> None:
        """Make sure that no second server runs on this file; raises Conflict."""
        if not self._lock.claim(_SERVER_BYTE):
            raise Conflict("already_serving", log=f"another server runs on {self.path}")

    @override
    async def claim_upgrade(self) -> bool:
        return self._lock.claim(_UPGRADE_BYTE)

    @override
    async def close(self) -> None:
        if self._writer is not None:
            self._queue.put(None)
            await asyncio.get_running_loop().run_in_executor(None, self._writer.join)
            self._writer = None
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        self.engine.dispose()
        self._writer_engine.dispose()
        self._lock.release()

    @override
    async def _write(self, call: Callable[[UnitOfWork], T]) -> T:
        loop = asyncio.get_running_loop()
        waiting = _Call(call, loop, loop.create_future())
        self._queue.put(waiting)
        answer: T = await waiting.future
        return answer

    @override
    async def _read(self, call: Callable[[Session], T]) -> T:
        if self._reader is None:
            raise RuntimeError("the database has not been started")
        try:
            return self._reader.run(call)
        except (DBAPIError, sqlite_module.Error) as error:
            raise _unavailable(error) from error

    def _write_batches(self) -> None:
        with self._writer_engine.connect() as connection:
            while (first := self._queue.get()) is not None:
                batch, is_last = self._gather(first)
                self._commit_together(connection, batch)
                self._settle(batch)
                if is_last:
                    return

    def _gather(self, first: _Call) -> tuple[list[_Call], bool]:
        batch = [first]
        while len(batch) < _BATCH:
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                break
            if waiting is None:
                return batch, True
            batch.append(waiting)
        return batch, False

    def _commit_together(self, connection: Connection, batch: list[_Call]) -> None:
        try:
            driver: Any = connection.connection.driver_connection
            driver.execute("BEGIN IMMEDIATE")
            for call in batch:
                self._run_in_savepoint(connection, call)
                if not driver.in_transaction:
                    raise Unavailable("database_unavailable", log="SQLite gave up the transaction")
            driver.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must hear of it
            # What is left of the connection cannot be trusted; the next batch opens another.
            connection.invalidate()
            _fail(batch, error)

    def _run_in_savepoint(self, connection: Connection, call: _Call) -> None:
        # What the session takes for a transaction is a savepoint: see _SavepointConnection.
        with CallSession(connection, expire_on_commit=False) as session:
            try:
                uow = self._unit_of_work(session)
                call.result = call.run(uow)
                call.facts = self._finish(uow)
                session.commit()
            except Exception as error:  # noqa: BLE001 - handed to the one who called
                call.error = error

    def _settle(self, batch: list[_Call]) -> None:
        for call in batch:
            if isinstance(call.error, DBAPIError | sqlite_module.Error):
                call.error = _unavailable(call.error)
        self._announce([fact for call in batch if call.error is None for fact in call.facts])
        by_loop: dict[asyncio.AbstractEventLoop, list[_Call]] = {}
        for call in batch:
            by_loop.setdefault(call.loop, []).append(call)
        for loop, calls in by_loop.items():
            # One wake-up of the loop for the whole batch, not one for each call.
            with contextlib.suppress(RuntimeError):  # the loop ended: nobody waits any more
                loop.call_soon_threadsafe(_settle_all, calls)


class _Reader:
    """The connection on which everything is read, one call after the other, with one session for
    all of them: to open one takes longer than most of what is read by hot statements, which leave
    nothing in it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._connection = engine.connect().execution_options(reads_only=True)
        driver: Any = self._connection.connection.driver_connection
        driver.execute("PRAGMA query_only=ON")
        self._driver = driver
        self._session = CallSession(self._connection, autoflush=False)
        self._session.read_on(self._connection)

    def run(self, call: Callable[[Session], T]) -> T:
        """In one snapshot."""
        self._driver.execute("BEGIN DEFERRED")
        try:
            return call(self._session)
        finally:
            if self._session.in_transaction():  # the ORM was asked too
                self._session.close()
            if self._driver.in_transaction:
                self._driver.execute("COMMIT")

    def close(self) -> None:
        self._session.close()
        self._connection.close()


def sqlite_path(url: str) -> Path:
    return Path(unquote(url.removeprefix("sqlite:///").partition("?")[0]))


@lru_cache(maxsize=8)
def sqlite_engine(path: Path) -> sa.Engine:
    """An engine on this file that begins every transaction itself and reads named parameters.

    It is kept, because it keeps the statements that it has compiled; connections it keeps none.
    """
    engine = _engine(path)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _engine(path: Path, **arguments: object) -> sa.Engine:
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        module=sqlite_module,
        paramstyle="named",
        poolclass=sa.pool.NullPool,
        hide_parameters=True,  # what people wrote does not belong into an error's text
        connect_args={"check_same_thread": False, "isolation_level": None, **arguments},
    )
    sa.event.listen(engine, "connect", _prepare)
    return engine


class _SavepointConnection(sqlite_module.Connection):  # type: ignore[misc]  # it has no types
    """The writer's connection: what SQLAlchemy takes for a transaction is a savepoint.

    The real transaction belongs to the writer, which begins and commits it for a whole batch. Doing
    this on the driver costs a tenth of the ORM's own nested transactions.
    """

    def commit(self) -> None:
        self.execute("RELEASE call")

    def rollback(self) -> None:
        if self.in_transaction:
            self.execute("ROLLBACK TO call")
            self.execute("RELEASE call")


@lru_cache(maxsize=8)
def _savepoint_engine(path: Path) -> sa.Engine:
    engine = _engine(path, factory=_SavepointConnection)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.execute("SAVEPOINT call")

    return engine


def connect_bare(path: Path) -> sqlite_module.Connection:
    """For copying a whole file: without our pragmas, of which some would change it."""
    return sqlite_module.connect(str(path), isolation_level=None)


def sqlite_version() -> tuple[int, int, int]:
    """The version of the SQLite library in use."""
    major, minor, patch = sqlite_module.sqlite_version_info[:3]
    return major, minor, patch


def _prepare(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: Connection) -> None:
    # A write that begins as a read may find the database changed under it and fail; a writer
    # therefore takes the lock at once. Readers never wait, and have begun: see _Reader.
    if not connection.get_execution_options().get("reads_only"):
        driver: Any = connection.connection.driver_connection
        driver.execute("BEGIN IMMEDIATE")


def _fail(batch: list[_Call], error: Exception) -> None:
    for call in batch:
        call.result = None
        call.error = call.error or error


def _settle_all(calls: list[_Call]) -> None:
    for call in calls:
        call.settle()


def _unavailable(error: Exception) -> Exception:
    """Locked, full, gone or read-only: the world's fault. Anything else stays what it is."""
    if isinstance(error, OperationalError | sqlite_module.OperationalError):
        return Unavailable("database_unavailable", log=str(error))
    return error


class _LockFile:
    """A file beside the database whose bytes stand for node numbers, for the one server and for the
    one upgrade."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def claim(self, byte: int) -> bool:
        """Whether this byte is ours now; it is given back when the file is closed."""
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            # Locks of the open file, not of the process: two databases of one process differ, and
            # closing another file of the same name gives nothing back.
            wanted = _FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, byte, 1, 0)
            fcntl.fcntl(self._file, fcntl.F_OFD_SETLK, wanted)
        except OSError:
            return False
        return True

    def claim_node(self) -> int:
        for node in range(NODES):
            if self.claim(node):
                return node
        raise Unavailable("too_many_processes", log=f"{NODES} processes use this database already")

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
