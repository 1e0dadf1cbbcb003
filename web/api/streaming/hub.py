"""The streams of one process at work: hints come in, events go out, in the order in which things
happened."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final

import structlog
from sqlmodel import Session

from fedparents.applications.tokens import list_working
from fedparents.db import Database
from fedparents.errors import Unavailable
from fedparents.jobs import Bus
from web.api.entities.reader import Reader
from web.api.streaming.hints import CHANNEL, Hint, What
from web.api.streaming.listeners import THUMP, Kind, Listeners, Stream
from web.api.streaming.outlets import Closed
from web.api.streaming.personal import Told, look_for, tell_person
from web.api.streaming.telling import HOME, News, look, tell, wanted_by
from web.live import CHANNEL as PERSONS

MOST_HINTS: Final = 2000
"""Beyond this the oldest are left out: programs look again when they come back."""
TOGETHER: Final = 20
TOKENS_TOGETHER: Final = 1000
"""Hints share a look at the database as long as few are asked for: others wait meanwhile."""
HEARTBEAT_SECONDS: Final = 15.0
SWEEP_EVERY: Final = 2
"""Heartbeats: tokens can also end without a word, on the command line."""
_BREATHER: Final = 100

log = structlog.get_logger(__name__)


class Streams:
    """What is open here, and what is to be told of. `nobody` is for whom statuses are written
    that are then made each reader's own."""

    def __init__(self, db: Database, bus: Bus, nobody: Reader) -> None:
        self.listeners = Listeners()
        self.is_closing = False
        self._db = db
        self._nobody = nobody
        self._hints: deque[Hint] = deque()
        self._persons: dict[int, None] = {}
        self._is_woken = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._stop_hearing = (
            bus.subscribe(CHANNEL, self._hear),
            bus.subscribe(PERSONS, self._hear_of_persons),
        )

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._work(), name="streams"),
            asyncio.create_task(self._beat(), name="streams-heartbeat"),
        ]

    def close(self) -> None:
        """Let every stream go: the server ends."""
        self.is_closing = True
        for stop in self._stop_hearing:
            stop()
        for task in self._tasks:
            task.cancel()
        self.listeners.close(self.listeners, Closed.RESTARTING)

    def look_at(self, stream: Stream) -> None:
        """Find out what is new for it alone; the first time, what is not."""
        self._persons[stream.account_id] = None
        self._is_woken.set()

    def _hear(self, message: str) -> None:
        if not self.listeners:
            return
        hint = Hint.read(message)
        if hint.what == What.ENDED and hint in self._hints:
            return
        if len(self._hints) >= MOST_HINTS:
            left_out = self._hints.popleft()
            log.warning("streams.left_out", what=left_out.what)
        self._hints.append(hint)
        self._is_woken.set()

    def _hear_of_persons(self, message: str) -> None:
        for text in message.split(",") if self.listeners and message else ():
            if self.listeners.of_account(int(text)):
                self._persons[int(text)] = None
                self._is_woken.set()

    async def _work(self) -> None:
        while True:
            await self._is_woken.wait()
            self._is_woken.clear()
            while self._hints or self._persons:
                try:
                    await self._tell_some()
                    await self._tell_one_person()
                except Unavailable as error:
                    log.warning("streams.database_unavailable", reason=error.log)
                except Exception:
                    # What was wrong with one event must not silence all others.
                    log.exception("streams.failed")
                await asyncio.sleep(0)

    async def _tell_some(self) -> None:
        asked: list[tuple[Hint, list[Stream]]] = []
        tokens = 0
        while self._hints and len(asked) < TOGETHER and tokens < TOKENS_TOGETHER:
            hint = self._hints.popleft()
            streams = wanted_by(self.listeners, hint.what)
            asked.append((hint, streams))
            tokens += len(streams)
        questions = [
            (hint, list({stream.token_id: None for stream in streams}))
            for hint, streams in asked
            if streams and hint.what not in {What.ENDED, What.FILTERS}
        ]
        found = await self._db.read(self._look_all, questions) if questions else {}
        for hint, streams in asked:
            news = found.get(hint)
            if hint.what == What.ENDED:
                await self._sweep()
            elif hint.what == What.FILTERS:
                self._tell_of_filters(hint.number)
            elif news is not None:
                await self._tell_all(news, streams)

    def _look_all(
        self, session: Session, questions: Sequence[tuple[Hint, list[int]]]
    ) -> dict[Hint, News]:
        found = ((hint, look(session, self._nobody, hint, tokens)) for hint, tokens in questions)
        return {hint: news for hint, news in found if news is not None}

    async def _tell_all(self, news: News, streams: Sequence[Stream]) -> None:
        for begin in range(0, len(streams), _BREATHER):
            tell(news, streams[begin : begin + _BREATHER])
            await asyncio.sleep(0)

    def _tell_of_filters(self, account_id: int) -> None:
        for stream in self.listeners.of_account(account_id):
            if HOME in stream.channels:
                stream.tell(HOME, "filters_changed", None)

    async def _tell_one_person(self) -> None:
        if not self._persons:
            return
        account_id = next(iter(self._persons))
        del self._persons[account_id]
        streams = self.listeners.of_account(account_id)
        told: Iterable[Told] = await self._db.read(look_for, streams) if streams else ()
        for each in told:
            tell_person(each)

    async def _beat(self) -> None:
        beats = 0
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            beats += 1
            for stream in self.listeners:
                if stream.kind == Kind.EVENTS:
                    stream.outlet.offer(THUMP)
            if beats % SWEEP_EVERY == 0 and self.listeners:
                with contextlib.suppress(Unavailable):
                    await self._sweep()

    async def _sweep(self) -> None:
        """Let those go whose token has ended, or whose owner may not sign in."""
        tokens = {stream.token_id for stream in self.listeners}
        working = await self._db.read(list_working, tokens)
        ended = [
            stream
            for stream in self.listeners
            if stream.token_id in tokens and stream.token_id not in working
        ]
        self.listeners.close(ended, Closed.NOT_ALLOWED)
