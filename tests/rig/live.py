"""A place that really runs: `fedparents serve` as a process, with data of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from tests.rig import processes

COMMAND = Path(sys.executable).with_name("fedparents")
_SECONDS_TO_START = 90


@dataclass(slots=True)
class LivePlace:
    """One server on loopback. `start`, `stop` and `kill` may follow each other on the same data."""

    folder: Path
    database_url: str
    port: int
    options: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> str:
        """All that the server wrote so far."""
        path = self._log_file
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def start(self) -> None:
        """Returns when it is ready to answer."""
        self._wait_until_ready(self.launch())

    def launch(self) -> subprocess.Popen[bytes]:
        """Returns at once; whether it comes up is the caller's to see."""
        self.process = processes.start(
            [COMMAND, "serve"], log=self._log_file, env=self.environment, cwd=self.folder
        )
        return self.process

    def hire(self) -> subprocess.Popen[bytes]:
        """Start a `fedparents worker` beside the server; it ends with the place at the latest."""
        worker = processes.start(
            [COMMAND, "worker"], log=self._log_file, env=self.environment, cwd=self.folder
        )
        self.workers.append(worker)
        return worker

    def close(self) -> None:
        """End all that runs here."""
        while self.workers:
            processes.stop(self.workers.pop())
        self.stop()

    def stop(self) -> int:
        """End the server as an operator does; the exit status."""
        if self.process is None:
            return 0
        process, self.process = self.process, None
        return processes.stop(process)

    def kill(self) -> None:
        """End the server as kill -9 and a power cut do."""
        if self.process is not None:
            processes.kill(self.process)
            self.process = None

    def command(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """`fedparents …` on the same data, whether the server runs or not."""
        return subprocess.run(
            [COMMAND, *arguments],
            env=self.environment,
            cwd=self.folder,
            check=check,
            capture_output=True,
            text=True,
            timeout=60,
        )

    @property
    def environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("FEDPARENTS_")}
        given = {
            "DOMAIN": f"localhost:{self.port}",
            "BIND": f"127.0.0.1:{self.port}",
            "DATA_DIR": str(self.folder / "data"),
            "DATABASE_URL": self.database_url,
            "ALLOWED_PRIVATE_NETWORKS": "127.0.0.0/8",
            "RATE_LIMITS": "off",
        } | self.options
        return inherited | {f"FEDPARENTS_{name}": value for name, value in given.items()}

    @property
    def _log_file(self) -> Path:
        return self.folder / "server.log"

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        give_up = time.monotonic() + _SECONDS_TO_START
        while process.poll() is None and time.monotonic() < give_up:
            try:
                if httpx2.get(f"http://127.0.0.1:{self.port}/readyz").is_success:
                    return
            except httpx2.TransportError:
                time.sleep(0.02)
        raise RuntimeError(f"The server did not become ready:\n{self.log}")


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
