"""The server as a process: what it says, what it refuses, how it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from typing_extensions import override

from tests.rig import processes
from tests.rig.live import free_port
from web.security import connections
from web.security.connections import LARGEST_HEAD_SEEN

SCRIPT = """
import sys
from fedparents.settings import read_settings
from web.runtime import CannotStart
from web.serving import serve, work
try:
    {"serve": serve, "work": work}[sys.argv[1]](read_settings())
except CannotStart as reason:
    sys.exit(str(reason))
"""


@dataclass
class Servers:
    folder: Path
    database_url: str
    started: list[subprocess.Popen[bytes]]

    def start(self, what: str = "serve", **options: str) -> subprocess.Popen[bytes]:
        process = processes.start(
            [sys.executable, "-c", SCRIPT, what],
            log=self.log_file,
            env=self.environment(options),
            cwd=Path.cwd(),
        )
        self.started.append(process)
        return process

    def environment(self, options: dict[str, str]) -> dict[str, str]:
        given = {
            "DATABASE_URL": self.database_url,
            "DATA_DIR": str(self.folder),
            "DOMAIN": "issy.localhost",
            "LOG_FORMAT": "json",
            **options,
        }
        kept = {k: v for k, v in os.environ.items() if not k.startswith("FEDPARENTS_")}
        return kept | {f"FEDPARENTS_{name}": value for name, value in given.items()}

    @property
    def log_file(self) -> Path:
        return self.folder / "server.log"

    def wait_for(self, words: str) -> str:
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up:
            log = self.log_file.read_text() if self.log_file.exists() else ""
            if words in log:
                return log
            time.sleep(0.02)
        raise AssertionError(f"{words!r} was never said:\n{log}")


@pytest.fixture
def servers(tmp_path: Path, database_url: str) -> Iterator[Servers]:
    made = Servers(tmp_path, database_url, [])
    yield made
    for process in made.started:
        if process.poll() is None:
            processes.kill(process)


def wait_until_closed(address: tuple[str, int]) -> None:
    """Nobody new is let in any more."""
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        try:
            socket.create_connection(address).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.02)
    raise AssertionError("it still lets people in")


def test_it_says_where_it_is_and_ends_when_asked(servers):
    port = free_port()
    process = servers.start(BIND=f"127.0.0.1:{port}")
    servers.wait_for("fedparents is ready at http://issy.localhost (Ctrl-C stops it)")
    assert httpx2.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0
    assert "Traceback" not in servers.log_file.read_text()


def test_a_request_under_way_is_answered_before_the_end(servers):
    port = free_port()
    process = servers.start(BIND=f"[::1]:{port}")
    servers.wait_for("is ready")
    with socket.create_connection(("::1", port)) as caller:
        caller.sendall(
            b"POST /preferences HTTP/1.1\r\nHost: issy.localhost\r\nContent-Length: 3\r\n"
            b"Sec-Fetch-Site: same-origin\r\nExpect: 100-continue\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        )
        assert caller.recv(100).startswith(b"HTTP/1.1 100"), "the body is waited for"
        process.terminate()
        wait_until_closed(("::1", port))
        caller.sendall(b"a=b")
        assert caller.recv(100).startswith(b"HTTP/1.1 403")
    assert process.wait(timeout=60) == 0


def test_a_socket_file_is_replaced_when_nobody_listens(servers):
    path = servers.folder / "web.sock"
    left_behind = socket.socket(socket.AF_UNIX)
    left_behind.bind(str(path))
    left_behind.close()
    process = servers.start(BIND=f"unix:{path}")
    servers.wait_for("is ready")
    with httpx2.Client(transport=httpx2.HTTPTransport(uds=str(path))) as client:
        assert client.get("http://issy.localhost/healthz").status_code == 200
    process.terminate()
    assert process.wait(timeout=60) == 0
    assert not path.exists()


def test_a_port_in_use_is_named_in_one_line(servers):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        assert servers.start(BIND=bind).wait(timeout=60) == 1
    line = servers.log_file.read_text()
    assert line.count("\n") == 1
    assert f"something listens on {bind} already" in line


def test_an_address_that_is_not_ours_is_named_in_one_line(servers):
    assert servers.start(BIND="192.0.2.1:80").wait(timeout=60) == 1
    assert "FEDPARENTS_BIND=192.0.2.1:80 cannot be used" in servers.log_file.read_text()


def test_a_worker_of_its_own_ends_when_asked(servers):
    process = servers.start("work")
    servers.wait_for("is working for issy.localhost")
    process.terminate()
    assert process.wait(timeout=60) == 0


def test_heavy_libraries_are_not_loaded_to_start():
    script = "import sys, web.serving; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    loaded = set(done.stdout.split())
    heavy = {"bovine", "pyld", "aiohttp", "PIL", "alembic", "httpx2", "aiosmtplib"}
    heavy |= {"cryptography", "segno"}
    assert not heavy & loaded
    assert "psycopg" not in loaded
    assert "babel.messages.pofile" not in loaded


class Transport(asyncio.Transport):
    """The other end of a connection, as far as a protocol looks at it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.is_closed = False

    @override
    def write(self, data):
        self.written += data

    @override
    def close(self):
        self.is_closed = True

    @override
    def is_closing(self):
        return self.is_closed


@pytest.fixture
def connection(anyio_backend):
    import uvicorn  # only these tests speak to the server's own parts
    from uvicorn.server import ServerState  # the same

    def connect():
        async def app(scope, receive, send):
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body"})

        config = uvicorn.Config(app, log_config=None, access_log=False, ws="none")
        config.load()
        protocol = connections.PatientConnection(config, ServerState(), {})
        transport = Transport()
        protocol.connection_made(transport)
        return protocol, transport

    return connect


async def test_a_head_that_never_ends_is_cut_off(connection):
    protocol, transport = connection()
    protocol.data_received(b"GET / HTTP/1.1\r\nHost: a\r\nX: ")
    for _ in range(LARGEST_HEAD_SEEN // 8192 + 1):
        protocol.data_received(b"x" * 8192)
    assert transport.written.startswith(b"HTTP/1.1 431")
    assert transport.is_closed


async def test_a_head_that_drips_is_not_waited_for(connection, monkeypatch):
    monkeypatch.setattr(connections, "SECONDS_FOR_HEAD", 0.02)
    _, silent = connection()
    protocol, dripping = connection()
    protocol.data_received(b"GET / HTTP/1.1\r\nHo")
    await asyncio.sleep(0.1)
    assert silent.is_closed
    assert dripping.is_closed


async def test_a_head_that_is_complete_has_all_the_time(connection, monkeypatch):
    monkeypatch.setattr(connections, "SECONDS_FOR_HEAD", 0.02)
    protocol, transport = connection()
    protocol.data_received(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n" + b"x" * 4)
    await asyncio.sleep(0.1)
    assert transport.written.startswith(b"HTTP/1.1 204")
    protocol.data_received(b"x" * 5)
    protocol.data_received(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    await asyncio.sleep(0.01)
    assert transport.written.count(b"HTTP/1.1 204") == 2
