"""Runs everything that has to pass, two parts at a time, and says what ran and how it went.

`make test`, `make test-long` and `make check` call this. What each part wrote is kept under
`var/test-results/`; what a failed part wrote is shown whole. A test or three of a part that failed
are run once more when all is quiet: what passes then is not broken but unsteady. It is named at
the end, and is to be mended.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "var" / "test-results"
BIN = Path(sys.executable).parent
CODE = ("fedparents", "federation", "web", "assets", "bench", "tests")
BROWSED = ("tests/journeys", "tests/web/site")
"""Where all tests with a browser are: reading the others first takes eight seconds."""
AT_ONCE = 2
AGAIN = 3
"""As many failures of a part may be a busy machine's; more are the code's."""
MINUTES, LONG_MINUTES = 20, 150
MEMORY = Path("/dev/shm")  # noqa: S108 - the folder made in it has a name nobody can guess
ROOM = 6 << 30


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    title: str
    command: tuple[str | Path, ...]
    is_pytest: bool = True
    waits: bool = False
    """Whether it mostly sleeps, and so runs beside the two lanes."""


@dataclass(frozen=True, slots=True)
class Outcome:
    part: Part
    passed: int
    failed: int
    skipped: int
    seconds: float
    output: str
    names: tuple[str, ...] = ()
    """The tests that failed, or that failed once and not again."""

    @property
    def is_unsteady(self) -> bool:
        return bool(self.names) and not self.failed

    @property
    def line(self) -> str:
        word = "FAILED" if self.failed else "unsteady" if self.is_unsteady else "ok"
        counts = f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"
        return f"{word:<9}{self.part.title:<34}{counts:<38}{self.seconds:6.1f} s"


def main() -> int:
    arguments = read_arguments()
    parts = chosen_parts(arguments)
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir(parents=True)
    begun = time.monotonic()
    print(f"Running {len(parts)} parts, {AT_ONCE} at a time ...", flush=True)
    minutes = LONG_MINUTES if arguments.long else MINUTES
    with scratch_folder() as folder:
        outcomes = run_parts(parts, minutes, folder)
        outcomes = [run_again(outcome, minutes, folder) for outcome in outcomes]
    print(f"\nWhat ran, in {time.monotonic() - begun:.0f} s:")
    for outcome in sorted(outcomes, key=lambda outcome: parts.index(outcome.part)):
        print(f"  {outcome.line}")
    failed = sum(outcome.failed for outcome in outcomes)
    passed = sum(outcome.passed for outcome in outcomes)
    skipped = sum(outcome.skipped for outcome in outcomes)
    print(f"\n{passed} passed, {failed} failed, {skipped} skipped")
    print_names("Failed", [outcome for outcome in outcomes if outcome.failed])
    print_names("Unsteady", [outcome for outcome in outcomes if outcome.is_unsteady])
    sys.stdout.flush()
    return 1 if failed else 0


def print_names(word: str, outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        for name in outcome.names:
            print(f"{word}, {outcome.part.title}: {name}")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.run", description=__doc__)
    parser.add_argument("--db", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--long", action="store_true", help="the full matrix and long fuzzing")
    parser.add_argument("--only", nargs="+", metavar="PART", help="parts by name, or `checks`")
    return parser.parse_args()


def chosen_parts(arguments: argparse.Namespace) -> list[Part]:
    every = [*test_parts(arguments.db, is_long=arguments.long), *check_parts()]
    if not arguments.only:
        return every
    wanted = set(arguments.only)
    if "checks" in wanted:
        wanted |= {part.name for part in check_parts()}
    chosen = [part for part in every if part.name in wanted]
    if not chosen:
        sys.exit(f"There is no such part; there are: {', '.join(part.name for part in every)}")
    return chosen


def test_parts(db: str, *, is_long: bool) -> Iterator[Part]:
    """In the order in which two lanes have the same to do: first one engine in each, then eyes
    beside a browser, and what is small last, so that neither lane waits for the other."""
    apart = ("--ignore=tests/architecture", "--ignore=tests/clients")
    house = (*apart, "-m", "not browser and not accessibility")
    if db != "postgres":
        yield suites("suites", "apps' own suites", "--db=sqlite")
    if db == "postgres" or (is_long and db == "both"):
        yield suites("suites-postgres", "apps' own suites, on PostgreSQL", "--db=postgres")
    if db != "postgres":
        yield tests("sqlite", "unit, on SQLite", *house, "--db=sqlite", is_long=is_long)
    if db != "sqlite":
        yield tests("postgres", "unit, on PostgreSQL", *house, "--db=postgres", is_long=is_long)
    eyes = (*BROWSED, "-m", "accessibility")
    yield tests("accessibility", "accessibility", *eyes, is_long=is_long)
    yield tests("browser", "browser", *BROWSED, "-m", "browser", is_long=is_long)
    yield tests("architecture", "architecture and packaging", "tests/architecture", is_long=is_long)


def tests(name: str, title: str, *arguments: str, is_long: bool) -> Part:
    report = f"--junitxml={RESULTS / name}.xml"
    cache = f"cache_dir={RESULTS / name}.cache"
    # A test of the full matrix walks through every page on four devices in three lights.
    more = ("--long", "-o", "faulthandler_timeout=2400") if is_long else ()
    return Part(
        name, title, (BIN / "python", "-m", "pytest", report, "-o", cache, *arguments, *more)
    )


def suites(name: str, title: str, *arguments: str) -> Part:
    """Each of their tests is told when the whole suite has run, most of which is waiting."""
    long = ("-o", "faulthandler_timeout=1800", "-p", "no:randomly")
    part = tests(name, title, "tests/clients", *long, *arguments, is_long=False)
    return replace(part, waits=True)


def check_parts() -> list[Part]:
    code = tuple(name for name in CODE if (ROOT / name).is_dir())
    return [
        check("types", "types (mypy --strict)", "mypy"),
        check("lint", "lint (ruff)", "ruff", "check", *code),
        check("format", "format (ruff)", "ruff", "format", "--check", *code),
        check("imports", "imports (import-linter)", "lint-imports", "--no-cache"),
        check("templates", "templates (djlint)", "djlint", "web", "--lint", "--quiet"),
        check("spelling", "spelling (codespell)", "codespell"),
    ]


def check(name: str, title: str, program: str, *arguments: str) -> Part:
    return Part(name, title, (BIN / program, *arguments), is_pytest=False)


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """Where the tests' databases and files are: in memory where there is room. Each commit waits
    for its disk, which is a third of the time otherwise; a kill does not ask what a disk holds."""
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    with tempfile.TemporaryDirectory(
        prefix="fedparents-", dir=MEMORY if has_room else None, ignore_cleanup_errors=True
    ) as folder:
        Path(folder).chmod(0o711)  # PostgreSQL runs as somebody else, in a folder of its own here
        yield Path(folder)


def run_parts(parts: list[Part], minutes: int, folder: Path) -> list[Outcome]:
    with ThreadPoolExecutor(AT_ONCE) as pool, ThreadPoolExecutor(1) as beside:
        waiting = [
            (beside if part.waits else pool).submit(run_part, part, minutes, folder)
            for part in parts
        ]
        try:
            return [future.result() for future in waiting]
        except KeyboardInterrupt:
            for each in (pool, beside):
                each.shutdown(wait=False, cancel_futures=True)
            end_everything()
            raise


def run_part(part: Part, minutes: int, folder: Path) -> Outcome:
    log = RESULTS / f"{part.name}.txt"
    begun = time.monotonic()
    status = run_command(part, log, minutes, folder)
    output = log.read_text(encoding="utf-8", errors="replace")
    outcome = judge(part, status, time.monotonic() - begun, output)
    text = f"{outcome.line}\n"
    if outcome.failed:
        text += f"\n{'─' * 30} {part.title}\n{output}\n{'─' * 30}\n"
    print(text, end="", flush=True)
    return outcome


def run_command(part: Part, log: Path, minutes: int, folder: Path) -> int:
    # What a person has set for their own place must not steer the tests.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FEDPARENTS_")}
    environment["TMPDIR"] = str(folder)
    environment["PATH"] = f"{BIN}{os.pathsep}{environment.get('PATH', os.defpath)}"
    with log.open("wb") as output:
        process = subprocess.Popen(
            part.command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        _running.add(process)
        try:
            return process.wait(timeout=minutes * 60)
        except subprocess.TimeoutExpired:
            end(process)
            output.write(f"\nStopped: not done after {minutes} minutes.\n".encode())
            return -1
        finally:
            _running.discard(process)


def judge(part: Part, status: int, seconds: float, output: str) -> Outcome:
    passed, failed, skipped = 1, 0, 0
    names: tuple[str, ...] = ()
    if part.is_pytest:
        passed, failed, skipped, names = read_report(RESULTS / f"{part.name}.xml")
    if status and not failed:
        # It broke outside any test, or there was none: neither may pass for success.
        passed, failed = (passed if part.is_pytest else 0), 1
    return Outcome(part, passed, failed, skipped, seconds, output, names)


def run_again(outcome: Outcome, minutes: int, folder: Path) -> Outcome:
    """What failed among the others, alone: nothing else runs by now."""
    if not outcome.names or outcome.failed > AGAIN:
        return outcome
    part = outcome.part
    name = f"{part.name}-again"
    command = (*part.command, f"--junitxml={RESULTS / name}.xml", "--last-failed")
    again = run_part(Part(name, f"{part.title}, again", command), minutes, folder)
    if again.failed or again.passed != outcome.failed:
        return outcome
    return replace(outcome, failed=0, passed=outcome.passed + again.passed)


def read_report(report: Path) -> tuple[int, int, int, tuple[str, ...]]:
    """How many passed, failed and were skipped, and which failed."""
    try:
        suite = ET.parse(report).getroot().find("testsuite")  # noqa: S314 - pytest wrote it for us
    except (OSError, ET.ParseError):
        return 0, 0, 0, ()
    if suite is None:
        return 0, 0, 0, ()
    names = tuple(
        f"{case.get('classname')}.{case.get('name')}"
        for case in suite.iter("testcase")
        if case.find("failure") is not None or case.find("error") is not None
    )
    failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
    skipped = int(suite.get("skipped", 0))
    return int(suite.get("tests", 0)) - failed - skipped, failed, skipped, names


_running: set[subprocess.Popen[bytes]] = set()


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a part and all that it started to end, then insist."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
            return


def end_everything() -> None:
    for process in tuple(_running):
        end(process)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped.")
