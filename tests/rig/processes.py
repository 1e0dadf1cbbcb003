"""Programs that tests start: they end with the tests, however the tests end."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1


def start(command: Sequence[str | Path], *, log: Path, **options: Any) -> subprocess.Popen[bytes]:
    """Start a program that writes to `log`, in a group of its own.

    The group keeps Ctrl-C from it, so that a fixture can end it in order.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=as_from_a_terminal,  # noqa: PLW1509 - two calls into libc, no lock is taken
            **options,
        )


def stop(process: subprocess.Popen[bytes], *, seconds: float = 60) -> int:
    """Ask it to end and wait; what does not listen is killed. The exit status."""
    process.terminate()
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        kill(process)
        raise


def kill(process: subprocess.Popen[bytes]) -> None:
    """End it and its children at once, as kill -9 and a power cut do."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def as_from_a_terminal() -> None:
    """It ends with its parent, and on Ctrl-C too where the tests run in the background, where
    shells let programs ignore that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
