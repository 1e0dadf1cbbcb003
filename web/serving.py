"""Running as a process: `fedparents serve` and `fedparents worker`, from first line to last."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import os
import resource
import signal
import socket
from pathlib import Path
from typing import Final

import uvicorn
import uvloop
from starlette.types import ASGIApp
from typing_extensions import override

from fedparents.settings import Settings
from web.app import create_app
from web.logs import set_up_logs
from web.runtime import CannotStart, Runtime, open_runtime
from web.security.connections import PatientConnection, PatientSocket
from web.site.setup.code import announce_setup

_STOP_SECONDS: Final = 10
_BACKLOG: Final = 2048
_FILE: Final = "unix:"
_LARGEST_WISH: Final = 16 * 1024
"""Bytes of what an app says on a socket."""
_PING_SECONDS: Final = 30.0
_FILES: Final = 65_536
_KEEP_ALIVE_SECONDS: Final = 75
"""Longer than proxies keep their connections, so that it is they who end them."""


def serve(settings: Settings) -> None:
    """Answer people until the process is asked to end; raises CannotStart."""
    set_up_logs(settings.log_format)
    uvloop.run(_serve(settings))


def work(settings: Settings) -> None:
    """Do background work until the process is asked to end; raises CannotStart."""
    set_up_logs(settings.log_format)
    uvloop.run(_work(settings))


async def _serve(settings: Settings) -> None:
    listener = _listen(settings.bind)
    try:
        runtime = open_runtime(settings)
        await runtime.start()
    except BaseException:
        listener.close()
        raise
    try:
        config = server_config(create_app(runtime))
        _allow_many_connections()
        gc.freeze()  # what has been loaded stays; there is no need to look through it again
        _ignore_repeated_signals()
        await _Server(config, runtime).serve(sockets=[listener])
    finally:
        await runtime.close()
        _remove_socket_file(settings.bind)


def server_config(app: ASGIApp) -> uvicorn.Config:
    """How connections are held, for pages and for streams."""
    return uvicorn.Config(
        app,
        http=PatientConnection,
        ws=PatientSocket,
        ws_max_size=_LARGEST_WISH,
        ws_ping_interval=_PING_SECONDS,
        ws_ping_timeout=_PING_SECONDS,
        ws_per_message_deflate=False,  # a compressor costs each socket more than all else of it
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # web.security.addresses knows which proxies to believe
        server_header=False,
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )


def _allow_many_connections() -> None:
    """As many as the system lets us have: usually it gives a thousand to who does not ask."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def _work(settings: Settings) -> None:
    runtime = open_runtime(settings)
    await runtime.start(serves=False)
    stop = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    print(f"fedparents is working for {settings.domain} (Ctrl-C stops it)", flush=True)
    try:
        await stop.wait()
    finally:
        await runtime.close()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, runtime: Runtime) -> None:
        super().__init__(config)
        self._runtime = runtime

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        address = self._runtime.settings.base_url
        print(f"fedparents is ready at {address} (Ctrl-C stops it)", flush=True)
        if how_to_begin := announce_setup(self._runtime):
            print(how_to_begin, flush=True)

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Live pages and streams would otherwise be waited for.
        self._runtime.hub.close()
        self._runtime.streams.close()
        await super().shutdown(sockets)


def _ignore_repeated_signals() -> None:
    """The server takes both signals as a wish to end, and when it has ended raises them again; by
    then all that is left is to close the database in peace."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: None)


def _listen(bind: str) -> socket.socket:
    """The socket that a setting names; raises CannotStart when it cannot be had."""
    try:
        if bind.startswith(_FILE):
            return _listen_on_file(Path(bind.removeprefix(_FILE)))
        return _listen_on_port(bind)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(
                f"something listens on {bind} already; stop it, or set FEDPARENTS_BIND to another"
                " port"
            ) from error
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise CannotStart(f"FEDPARENTS_BIND={bind} cannot be used: {reason}") from error


def _listen_on_port(bind: str) -> socket.socket:
    host, _, port = bind.rpartition(":")
    host = host.strip("[]")
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6 and host == "::":
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _listen_on_file(path: Path) -> socket.socket:
    """A socket that a proxy on this machine reaches; one left behind by a crash is replaced."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if path.is_socket() and not _answers(path):
            path.unlink()
        listener.bind(str(path))
        path.chmod(0o666)  # whoever may enter its folder may talk to us
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        try:
            caller.connect(str(path))
        except OSError:
            return False
        return True


def _remove_socket_file(bind: str) -> None:
    if bind.startswith(_FILE):
        with contextlib.suppress(FileNotFoundError):
            Path(bind.removeprefix(_FILE)).unlink()
