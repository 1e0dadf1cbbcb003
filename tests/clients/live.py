"""Goes with a suite into its own process: every call is really made, and only to this machine.

Copied beside the suite's folder as its outermost `conftest.py`; nothing of ours is installed there.
Tells `RESULTS` of every test a line of JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Generator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import vcr

RESULTS = "SUITE_RESULTS"
LEAVE = "leave.txt"
_LOCAL = {"localhost", "127.0.0.1", "::1"}


def pytest_configure() -> None:
    vcr.use_cassette = _no_recording
    _stay_here()


def _no_recording(*_: Any, **__: Any) -> contextlib.AbstractContextManager[None]:
    """Some tests open a recording by hand, and would ask that instead of us."""
    return contextlib.nullcontext()


@pytest.fixture(name="vcr")
def _vcr() -> SimpleNamespace:
    """Some tests tell the recorder how to compare calls. Nothing listens."""
    return SimpleNamespace()


def _stay_here() -> None:
    look_up = socket.getaddrinfo

    def only_here(host: Any, *more: Any, **options: Any) -> Any:
        if host not in _LOCAL:
            raise socket.gaierror(socket.EAI_NONAME, f"{host} is not on this machine")
        return look_up(host, *more, **options)

    socket.getaddrinfo = only_here


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    leave = set((config.rootpath / LEAVE).read_text(encoding="utf-8").splitlines())
    for item in items:
        _tell(item.nodeid, "collected")
    items[:] = [item for item in items if item.nodeid not in leave]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    # Of a refusal that is expected, pytest says that it was skipped, and why.
    is_expected = report.skipped and hasattr(report, "wasxfail")
    if report.failed:
        _tell(item.nodeid, "failed", report.longreprtext, report.duration)
    elif report.skipped and not is_expected:
        _tell(item.nodeid, "skipped", "", report.duration)
    elif report.when == "call":
        _tell(item.nodeid, "passed", "", report.duration)
    return report


def _tell(name: str, how: str, why: str = "", seconds: float = 0.0) -> None:
    told = {"name": name, "how": how, "why": why, "seconds": seconds}
    with Path(os.environ[RESULTS]).open("a", encoding="utf-8") as results:
        results.write(json.dumps(told) + "\n")
