"""A peer that nobody here wrote: a server on the Fedify library, in a process of its own.

Its packages are installed by `make fedify-peer`, which `make test` does first.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from tests.rig import processes
from tests.rig.apps import NODE
from tests.rig.source import ROOT

FOLDER = ROOT / "tests" / "fedify"
_KEYS = ROOT / ".cache" / "fedify"
_SECONDS_TO_START = 90


@dataclass(slots=True)
class Fedify:
    """`echo` lets everybody follow, `shy` decides on each, and `asks` is a group that passes on
    what it hears."""

    port: int
    url: str
    folder: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    def uri(self, name: str) -> str:
        """The id of somebody who lives there."""
        return f"{self.url}/users/{name}"

    async def does(self, deed: str, **details: object) -> Any:
        """Let them do something; what came of it."""
        async with self._client() as client:
            answer = await client.post("/control", json={"does": deed, **details})
        told = answer.json()
        assert "error" not in told, f"{told.get('error')}\n{self.log}"
        return told["said"]

    async def heard(self, verb: str, **expected: object) -> list[dict[str, Any]]:
        """What they were told so far, by the properties of what they keep."""
        wanted = {"verb": verb, **expected}
        return [each for each in await self.does("hear") if wanted.items() <= each.items()]

    @property
    def log(self) -> str:
        return self._log_file.read_text(encoding="utf-8")

    async def start(self) -> None:
        """Returns when they are ready to answer."""
        command = [NODE, FOLDER / "peer.mjs"]
        self.process = processes.start(
            command, log=self._log_file, env=self.environment, cwd=FOLDER
        )
        give_up = time.monotonic() + _SECONDS_TO_START
        while self.process.poll() is None and time.monotonic() < give_up:
            with contextlib.suppress(httpx2.TransportError):
                await self.does("hear")
                return
            await asyncio.sleep(0.05)
        raise RuntimeError(f"the Fedify peer does not start; `make fedify-peer`?\n{self.log}")

    def stop(self) -> None:
        if self.process is not None:
            processes.kill(self.process)
            self.process = None

    @property
    def _log_file(self) -> Path:
        return self.folder / "fedify.log"

    def _client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=60)


@contextlib.asynccontextmanager
async def fedify(
    folder: Path, port: int, *, url: str = "", **environment: str
) -> AsyncIterator[Fedify]:
    """The peer while it runs, on this port of loopback; `url` where others find it elsewhere."""
    url = url or f"http://localhost:{port}"
    given = {"PORT": str(port), "ORIGIN": url, "KEYS": str(_KEYS)} | environment
    peer = Fedify(port, url, folder, given)
    try:
        await peer.start()
        yield peer
    finally:
        peer.stop()
