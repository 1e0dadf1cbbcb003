"""An operator in front of a terminal, whose `fedparents` is the real command."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.rig.databases import Databases
from tests.rig.live import COMMAND, LivePlace
from tests.rig.postgres import PostgresServer
from web.cli import main


@dataclass(slots=True)
class Result:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def complaint(self) -> str:
        """The one line that says what is wrong; there may be warnings above it."""
        assert self.status != 0, self.out
        *warnings, line = self.err.splitlines()
        assert all(each.startswith("fedparents: warning: ") for each in warnings), self.err
        assert line.startswith("fedparents: ")
        assert "Traceback" not in self.err
        return line.removeprefix("fedparents: ")


@dataclass(slots=True)
class Operator:
    """Types commands in a folder of their own."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def __call__(self, *words: str, stdin: str | None = None, **settings: str | None) -> Result:
        """Run `fedparents …` as its entry point does, without waiting for an interpreter to start.

        Settings are without prefix; None takes one away. What serves sets up logs for good, and
        has a process of its own.
        """
        if words[:1] in {("serve",), ("worker",)}:
            return self.program(*words, stdin=stdin, **settings)
        out, err = io.StringIO(), io.StringIO()
        mask = os.umask(0o022)
        try:
            with (
                contextlib.chdir(self.folder),
                pytest.MonkeyPatch.context() as monkeypatch,
                contextlib.redirect_stdout(out),
                contextlib.redirect_stderr(err),
            ):
                for name in [each for each in os.environ if each.startswith("FEDPARENTS_")]:
                    monkeypatch.delenv(name)
                for name, value in self.environment(settings).items():
                    monkeypatch.setenv(name, value)
                typed = io.BytesIO((stdin or "").encode())
                monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(typed, "utf-8"))
                status = main(words)
        finally:
            os.umask(mask)
        return Result(status, out.getvalue(), err.getvalue())

    def did(self, *words: str, stdin: str | None = None, **settings: str | None) -> Result:
        """The same for what has to succeed without a complaint."""
        result = self(*words, stdin=stdin, **settings)
        assert (result.status, result.err) == (0, ""), result
        return result

    def program(
        self, *words: str | bytes, stdin: str | None = None, **settings: str | None
    ) -> Result:
        """The same as a process of its own, where its start, streams or end are looked at."""
        done = subprocess.run(
            [COMMAND, *words],
            cwd=self.folder,
            env=self.environment(settings),
            check=False,
            capture_output=True,
            input=None if stdin is None else stdin.encode(),
            stdin=subprocess.DEVNULL if stdin is None else None,
            timeout=120,
        )
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    def environment(self, settings: Mapping[str, str | None]) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("FEDPARENTS_")}
        given = {**self.settings, **settings}
        return inherited | {f"FEDPARENTS_{k}": v for k, v in given.items() if v is not None}


@pytest.fixture
def nowhere(tmp_path: Path) -> Operator:
    """Somebody who has just installed the program: no settings, no data."""
    folder = tmp_path / "nowhere"
    folder.mkdir()
    return Operator(folder)


@pytest.fixture
def operator(database_url: str, tmp_path: Path) -> Operator:
    """Somebody whose database has been migrated and is otherwise empty."""
    folder = tmp_path / "operator"
    folder.mkdir()
    return Operator(folder, {"DATABASE_URL": database_url, "DATA_DIR": str(folder / "data")})


@pytest.fixture
def beginner(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path
) -> Iterator[Operator]:
    """Somebody who has settings, of the engine under test, and no database yet."""
    folder = tmp_path / "beginner"
    folder.mkdir()
    data = {"DATA_DIR": str(folder / "data")}
    if request.config.option.db == "sqlite":
        yield Operator(folder, data)
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.create()
    yield Operator(folder, data | {"DATABASE_URL": url})
    server.drop(url)


@pytest.fixture
def beside() -> Callable[[LivePlace], Operator]:
    """The operator of a place that runs."""

    def of(place: LivePlace) -> Operator:
        settings = {
            name.removeprefix("FEDPARENTS_"): value
            for name, value in place.environment.items()
            if name.startswith("FEDPARENTS_")
        }
        return Operator(place.folder, settings)

    return of
