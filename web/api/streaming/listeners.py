"""Who listens in this process: the open streams, by token, by account and by what they want."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

import orjson

from fedparents.applications.scopes import Scope
from fedparents.applications.tokens import Bearer
from fedparents.errors import LimitReached
from web.api.entities.reader import Reader
from web.api.streaming.channels import DIRECT, SAID, TOLD, USER, Channel
from web.api.streaming.outlets import Closed, Outlet
from web.api.streaming.sheets import Payload

MOST: Final = 10_000
MOST_FOR_ONE: Final = 20
"""Open streams of one account, with all its programs."""
MOST_CHANNELS: Final = 100
"""On one socket."""
THUMP: Final = ":thump\n\n"


class Kind(Enum):
    """How a stream is carried, and so how an event is written."""

    SOCKET = "socket"
    EVENTS = "events"
    """Server-sent events."""


@dataclass(slots=True, eq=False)
class Stream:
    """One open socket, or one list of events."""

    kind: Kind
    outlet: Outlet
    reader: Reader
    token_id: int
    account_id: int
    may_read_notifications: bool
    channels: dict[Channel, None] = field(default_factory=dict)
    told: int | None = None
    """Up to which number its reader has been told of notifications; None: not known yet."""
    letter: int | None = None
    """The same of letters."""

    @classmethod
    def of(cls, kind: Kind, outlet: Outlet, reader: Reader, bearer: Bearer) -> Stream:
        may = bearer.may(Scope.READ_NOTIFICATIONS)
        return cls(kind, outlet, reader, bearer.token_id, bearer.viewer.account_id, may)

    def wants(self, names: frozenset[str]) -> bool:
        return any(channel.name in names for channel in self.channels)

    def tell(self, channel: Channel, event: str, payload: Payload | None) -> None:
        self.outlet.offer(_FRAMES[self.kind](channel, event, payload))


class Listeners:
    """All streams of this process."""

    def __init__(self) -> None:
        self._streams: dict[Stream, None] = {}
        self._by_account: dict[int, dict[Stream, None]] = {}

    def __iter__(self) -> Iterator[Stream]:
        return iter(tuple(self._streams))

    def __len__(self) -> int:
        return len(self._streams)

    def add(self, stream: Stream) -> None:
        """Raises LimitReached when there are too many."""
        own = self._by_account.setdefault(stream.account_id, {})
        if len(own) >= MOST_FOR_ONE or len(self._streams) >= MOST:
            raise LimitReached("too_many_streams")
        own[stream] = self._streams[stream] = None

    def remove(self, stream: Stream) -> None:
        self._streams.pop(stream, None)
        own = self._by_account.get(stream.account_id, {})
        own.pop(stream, None)
        if not own:
            self._by_account.pop(stream.account_id, None)

    def of_account(self, account_id: int) -> tuple[Stream, ...]:
        return tuple(self._by_account.get(account_id, ()))

    def at_home(self) -> list[Stream]:
        return [stream for stream in self._streams if Channel(USER) in stream.channels]

    def in_lists(self) -> list[Stream]:
        """Those that hear of what is said, whoever it is for."""
        return [stream for stream in self._streams if stream.wants(SAID)]

    def close(self, streams: Iterable[Stream], why: Closed) -> None:
        for stream in tuple(streams):
            stream.outlet.close(why)
            self.remove(stream)


def told_of(stream: Stream) -> list[Channel]:
    """The channels on which its reader hears of notifications."""
    if not stream.may_read_notifications:
        return []
    return [channel for channel in stream.channels if channel.name in TOLD]


def is_told_of_letters(stream: Stream) -> bool:
    return Channel(DIRECT) in stream.channels


def _frame_of_socket(channel: Channel, event: str, payload: Payload | None) -> str:
    words = orjson.dumps(channel.words).decode()
    end = f',"payload":"{payload.quoted}"}}' if payload is not None else "}"
    return f'{{"stream":{words},"event":"{event}"{end}'


def _frame_of_events(_channel: Channel, event: str, payload: Payload | None) -> str:
    data = payload.plain if payload is not None else "undefined"
    return f"event: {event}\ndata: {data}\n\n"


_FRAMES: Final[dict[Kind, Callable[[Channel, str, Payload | None], str]]] = {
    Kind.SOCKET: _frame_of_socket,
    Kind.EVENTS: _frame_of_events,
}
