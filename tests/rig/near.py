"""Towns with the names and certificates of the internet, all on this machine.

`fedparents serve` is run by `python -m tests.rig.near serve`: names lead to ports of loopback, and
a clock that all share goes on when a test says so. TLS, certificates, host names and the guard of
the transport stay as they are in real life.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import AF_UNSPEC, AddressFamily

from aiohttp.abc import ResolveResult
from typing_extensions import override

from federation import guard
from fedparents import clock
from tests.rig.network import forbid_the_outside
from web.cli import main as run

FOLDER = "TESTS_NEAR"
"""Where the settings of this module are: names.json and ahead.txt."""
_LOOK_EVERY_SECONDS = 0.05


class NearResolver(guard.Resolver):
    """Each name is at a port of this machine."""

    ports: Mapping[str, int] = {}

    @override
    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        return [ResolveResult(**{**each, "port": self.ports[host]}) for each in found]


@contextlib.contextmanager
def knowing(ports: Mapping[str, int]) -> Iterator[None]:
    """These names, and no others, are found by this process for as long."""
    usual = guard.Resolver, guard._look_up
    NearResolver.ports = ports
    guard.Resolver = NearResolver  # type: ignore[misc]  # the seam of the transport
    guard._look_up = _look_up
    try:
        yield
    finally:
        guard.Resolver, guard._look_up = usual  # type: ignore[misc]  # the same


async def _look_up(host: str, port: int) -> Sequence[str]:
    if host not in NearResolver.ports:
        raise OSError(f"{host}:{port} is nowhere")
    return ["127.0.0.1"]


class SharedClock:
    """So many seconds ahead of the machine's, as a file says."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._ahead = timedelta(0)
        self._read()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def watch(self) -> None:
        """Look into the file from time to time, beside all else."""
        threading.Thread(target=self._watch, daemon=True).start()

    def advance(self, **parts: float) -> None:
        """All processes go on so far, within a moment."""
        self._ahead += timedelta(**parts)
        unfinished = self._file.with_suffix(".new")
        unfinished.write_text(str(self._ahead.total_seconds()), encoding="ascii")
        unfinished.replace(self._file)
        time.sleep(2 * _LOOK_EVERY_SECONDS)

    def _watch(self) -> None:
        while True:
            time.sleep(_LOOK_EVERY_SECONDS)
            self._read()

    def _read(self) -> None:
        if self._file.exists():
            self._ahead = timedelta(seconds=float(self._file.read_text(encoding="ascii")))


def main() -> int:
    folder = Path(os.environ[FOLDER])
    forbid_the_outside()
    shared = SharedClock(folder / "ahead.txt")
    shared.watch()
    clock.set_source(shared)
    with knowing(json.loads((folder / "names.json").read_text(encoding="utf-8"))):
        return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
