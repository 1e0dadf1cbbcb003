"""The tests that libraries of apps have of themselves, run against a place of ours.

`make suites` fetches their sources. What a suite calls by a name of its own (an address, a token)
is written into a copy of its tests; its recordings are left out, so that every call is a real one.
"""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from tests.rig import processes

FOLDER: Final = Path(__file__).parent
PYTHON: Final = FOLDER / ".venv" / "bin" / "python"
SOURCES: Final = FOLDER / ".sources"
_SECONDS: Final = 900
_REWRITTEN: Final = ".py"
_LEAVE, _RESULTS = "leave.txt", "SUITE_RESULTS"
"""What `live.py` calls the same; only a suite's own process can import it."""


@dataclass(frozen=True, slots=True)
class Suite:
    """One library's tests. The lists beside the code say of each test what is expected of it."""

    name: str
    archive: str
    """Of its sources, without the ending."""
    files: tuple[str, ...]
    """What of the sources its tests need: files, and folders with all in them."""
    left_out: tuple[str, ...] = ()
    """Folders of recordings, by how their names begin."""
    made: tuple[str, ...] = ()
    """Folders that its tests write into."""
    options: tuple[str, ...] = ()
    """What its tests are run with."""

    @property
    def passes(self) -> list[str]:
        """The tests that have to pass."""
        return [line for line in self._lines("passes.txt") if not line.startswith("#")]

    @property
    def excluded(self) -> dict[str, str]:
        """The tests that do not apply to us, each with the reason that stands above it."""
        return self._with_reasons("excluded.txt")

    @property
    def owed(self) -> dict[str, str]:
        """The tests that would apply, and that we do not pass yet; above each what is known."""
        return self._with_reasons("owed.txt")

    def _with_reasons(self, name: str) -> dict[str, str]:
        found, reason = {}, ""
        for line in self._lines(name):
            if line.startswith("# "):
                reason = line.removeprefix("# ")
            else:
                found[line] = reason
        return found

    def _lines(self, name: str) -> Iterator[str]:
        text = (FOLDER / self.name / name).read_text(encoding="utf-8")
        return (line for line in text.splitlines() if line.strip())

    def unpack(self, folder: Path, names: Mapping[str, str]) -> None:
        """A copy of the tests in which these names stand for those of the suite."""
        with tarfile.open(SOURCES / f"{self.archive}.tar.gz") as archive:
            for member in archive.getmembers():
                path = PurePosixPath(*PurePosixPath(member.name).parts[1:])
                if not member.isfile() or not self._is_wanted(path):
                    continue
                data = archive.extractfile(member)
                assert data is not None
                _write(folder / path, data.read(), names)
        for made in self.made:
            (folder / made).mkdir(parents=True)
        (folder / "conftest.py").write_bytes((FOLDER / "live.py").read_bytes())

    def _is_wanted(self, path: PurePosixPath) -> bool:
        text = path.as_posix()
        if any(text.startswith(name) for name in self.left_out):
            return False
        return any(text == name or text.startswith(f"{name}/") for name in self.files)


MASTODON_PY: Final = Suite(
    "mastodon_py",
    "mastodon_py-2.3.3",
    files=("tests",),
    left_out=("tests/cassettes",),
    made=("tests/cassettes", "tests/cassettes_special"),
    options=("--disable-recording", "--timeout=120", "tests"),
)


@dataclass(frozen=True, slots=True)
class Result:
    """How one test ended: passed, failed or skipped."""

    how: str
    why: str = ""
    seconds: float = 0.0


@dataclass(slots=True)
class Report:
    """What a run told."""

    collected: set[str] = field(default_factory=set)
    results: dict[str, Result] = field(default_factory=dict)
    output: str = ""

    def add(self, told: Mapping[str, object]) -> None:
        name, how = str(told["name"]), str(told["how"])
        if how == "collected":
            self.collected.add(name)
            return
        before = self.results.get(name)
        if before is None or before.how != "failed":  # what is cleared up afterwards can fail too
            seconds = told["seconds"]
            assert isinstance(seconds, float)
            self.results[name] = Result(how, str(told["why"]), seconds)


def run(suite: Suite, folder: Path, leave: Sequence[str], **environment: str) -> Report:
    """Go through the unpacked tests but for those to leave, which are named all the same."""
    results, log = folder / "results.jsonl", folder / "output.txt"
    (folder / _LEAVE).write_text("\n".join(leave), encoding="utf-8")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("FEDPARENTS_", "PYTEST"))}
    command: list[str | Path] = [
        PYTHON,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir=.",
        *suite.options,
    ]
    process = processes.start(
        command,
        log=log,
        cwd=folder,
        env=inherited | {_RESULTS: str(results), "HOME": str(folder)} | environment,
    )
    try:
        process.wait(timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        processes.kill(process)
    report = Report(output=log.read_text(encoding="utf-8", errors="replace"))
    if results.exists():
        for line in results.read_text(encoding="utf-8").splitlines():
            report.add(json.loads(line))
    return report


def _write(path: Path, data: bytes, names: Mapping[str, str]) -> None:
    if path.suffix == _REWRITTEN:
        text = data.decode()
        # The longest first: one name may begin with another.
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, names[name])
        data = text.encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
