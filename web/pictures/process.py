"""Has pictures drawn, each by a process of its own that may do nothing else, two at once.

A process for each: what somebody's crafted file may do to it ends with it, before the next person's
photo comes. Starting one takes a twentieth of a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE, Process
from typing import Final

import structlog

from fedparents.errors import Unavailable
from web.pictures.headers import LARGEST, Refusal, Refused, read_header
from web.pictures.orders import REFUSED, Picture, Wanted

log = structlog.get_logger(__name__)

AT_ONCE: Final = 2
PATIENCE_SECONDS: Final = 15.0
SECONDS: Final = 12.0
"""By the clock; on a machine that is busy its ten seconds of a core may never come."""
_LONGEST_COMPLAINT: Final = 16 * 1024
_COMMAND: Final = (sys.executable, "-I", "-m", "web.pictures.program")


class Drawings:
    """Draws for one process of the server."""

    def __init__(
        self,
        *,
        at_once: int = AT_ONCE,
        patience: float = PATIENCE_SECONDS,
        seconds: float = SECONDS,
    ) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._patience = patience
        self._seconds = seconds

    async def draw(self, data: bytes, wanted: Wanted) -> Picture:
        """Raises Refused, and Unavailable when too many are waiting."""
        read_header(data)  # most of what is no picture needs no process
        try:
            async with asyncio.timeout(self._patience):
                await self._places.acquire()
        except TimeoutError:
            raise Unavailable("photos_busy", log="pictures: too many are waiting") from None
        try:
            status, answer, complaint = await self._run(wanted.to_line() + data)
        finally:
            self._places.release()
        return _picture_of(status, answer, complaint)

    async def _run(self, order: bytes) -> tuple[int, bytes, bytes]:
        # Without our environment, which holds passwords, and without our folder.
        process = await asyncio.create_subprocess_exec(
            *_COMMAND, stdin=PIPE, stdout=PIPE, stderr=PIPE, env={}, cwd="/", start_new_session=True
        )
        try:
            async with asyncio.timeout(self._seconds):
                return await _converse(process, order)
        except TimeoutError:
            raise Refused(Refusal.TOO_HARD) from None
        finally:
            await _end(process)


async def _converse(process: Process, order: bytes) -> tuple[int, bytes, bytes]:
    """Its exit status, its answer and its complaint."""
    _, answer, complaint = await asyncio.gather(
        _tell(process, order),
        _read(process.stdout, LARGEST),
        _read(process.stderr, _LONGEST_COMPLAINT),
    )
    return await process.wait(), answer, complaint


async def _tell(process: Process, order: bytes) -> None:
    if process.stdin is None:
        return
    with contextlib.suppress(ConnectionError):  # it has ended already, and says why
        process.stdin.write(order)
        await process.stdin.drain()
    process.stdin.close()


async def _read(stream: asyncio.StreamReader | None, at_most: int) -> bytes:
    """Up to its end; more than it may say ends the conversation."""
    said = bytearray()
    while stream is not None and (piece := await stream.read(64 * 1024)):
        said += piece
        if len(said) > at_most:
            raise Refused(Refusal.TOO_HARD)
    return bytes(said)


async def _end(process: Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _picture_of(status: int, answer: bytes, complaint: bytes) -> Picture:
    if status == REFUSED and answer.decode("ascii", "replace") in list(Refusal):
        raise Refused(Refusal(answer.decode()))
    if status < 0:
        log.warning("pictures.killed", signal=-status)
        raise Refused(Refusal.TOO_HARD)
    try:
        if status == 0:
            return Picture.of_bytes(answer)
    except (ValueError, KeyError, TypeError, Refused):
        complaint = b"its answer cannot be read"
    lines = complaint.decode("utf-8", "replace").strip().splitlines()
    log.error("pictures.failed", status=status, reason=lines[-1][:300] if lines else "")
    raise Refused(Refusal.DAMAGED)
