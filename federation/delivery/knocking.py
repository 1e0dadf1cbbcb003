"""One delivery at a door: signed, handed over, and once more in the other scheme if need be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from federation.delivery.models import Trouble
from federation.delivery.states import Reading, Verdict, read_status
from federation.errors import AddressRefused, FederationError
from fedparents import clock

if TYPE_CHECKING:
    from federation.answers import Answer
    from federation.keys import LocalKey
    from federation.signing import Scheme
    from federation.transport import Client

SCHEME_LASTS: Final = timedelta(days=30)
"""Then we ask again with the usual one: servers are upgraded."""
_SECONDS: Final = 10.0
_LARGEST_ANSWER: Final = 16 * 1024
_THREADS: Final = 2
_OF_A_THREAD: Final = 16
"""Signatures that one thread makes before it says so: enough to be worth the way, few enough that
the first of them need not wait for the last."""
_NOT_SIGNED_RIGHT: Final = frozenset({400, 401})
_LONGEST_WAIT: Final = timedelta(days=1)
_LONGEST_NUMBER: Final = 9
"""Python reads no number of thousands of digits."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is handed over."""

    url: str
    body: bytes
    key: LocalKey
    attempts: int
    followers: str = ""
    """What the town is told of its people who follow the sender; empty when nothing."""


@dataclass(frozen=True, slots=True)
class Knocked:
    """What came of it, and how the town wants signatures, where that is news."""

    reading: Reading
    scheme: Scheme | None = None


class Signatures:
    """Makes those that are wanted at one moment together, in threads: nearly all of a signature is
    arithmetic outside the interpreter's lock, and a way to a thread for each would cost as much."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="signing")
        self._wanted: list[tuple[Letter, Scheme, asyncio.Future[dict[str, str]]]] = []

    async def sign(self, letter: Letter, scheme: Scheme) -> dict[str, str]:
        loop = asyncio.get_running_loop()
        if not self._wanted:
            loop.call_soon(self._make)
        signed: asyncio.Future[dict[str, str]] = loop.create_future()
        self._wanted.append((letter, scheme, signed))
        return await signed

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _make(self) -> None:
        loop, now = asyncio.get_running_loop(), clock.now()
        wanted, self._wanted = self._wanted, []
        for begin in range(0, len(wanted), _OF_A_THREAD):
            some = wanted[begin : begin + _OF_A_THREAD]
            orders = [(letter, scheme) for letter, scheme, _ in some]
            made = loop.run_in_executor(self._threads, _sign_all, orders, now)
            made.add_done_callback(_hand_out([signed for _, _, signed in some]))


def _sign_all(
    orders: Sequence[tuple[Letter, Scheme]], now: datetime
) -> list[dict[str, str] | Exception]:
    from federation.signing import FOLLOWERS_HEADER, sign  # loads cryptography

    made: list[dict[str, str] | Exception] = []
    for letter, scheme in orders:
        try:
            more = {FOLLOWERS_HEADER: letter.followers} if letter.followers else None
            made.append(sign(letter.key, "POST", letter.url, letter.body, now, scheme, more=more))
        except (FederationError, ValueError) as error:
            made.append(error)
    return made


def _hand_out(
    waiting: Sequence[asyncio.Future[dict[str, str]]],
) -> Callable[[asyncio.Future[list[dict[str, str] | Exception]]], None]:
    def hand_out(made: asyncio.Future[list[dict[str, str] | Exception]]) -> None:
        failed = None if made.cancelled() else made.exception()
        found = [] if made.cancelled() or failed else made.result()
        for number, signed in enumerate(waiting):
            if signed.done():
                continue
            each = found[number] if found else failed or asyncio.CancelledError()
            if isinstance(each, dict):
                signed.set_result(each)
            else:
                signed.set_exception(each)

    return hand_out


class Knocker:
    """Hands letters over; opened with the first one."""

    def __init__(self, open_client: Callable[[], Client]) -> None:
        self._open_client = open_client
        self._client: Client | None = None
        self._signatures: Signatures | None = None

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
        if self._signatures is not None:
            self._signatures.close()
        self._client = self._signatures = None

    async def knock(self, letter: Letter, scheme: Scheme | None) -> Knocked:
        """Never raises for what towns and networks do. Only 400 and 401 say that a signature may
        not have been understood; then the same bytes go once more, signed the other way."""
        from federation.signing import Scheme  # loads cryptography

        usual = scheme or Scheme.CAVAGE
        reading = await self._hand_over(letter, usual)
        if reading.status not in _NOT_SIGNED_RIGHT:
            is_news = reading.verdict == Verdict.SENT and scheme != usual
            return Knocked(reading, usual if is_news else None)
        other = Scheme.CAVAGE if usual == Scheme.RFC9421 else Scheme.RFC9421
        again = await self._hand_over(letter, other)
        return Knocked(again, other if again.verdict == Verdict.SENT else None)

    async def _hand_over(self, letter: Letter, scheme: Scheme) -> Reading:
        try:
            answer = await self._post(letter, scheme)
        except AddressRefused:
            return Reading(Verdict.GIVEN_UP, Trouble.NO_TOWN)
        except FederationError:
            return Reading(Verdict.DOWN, Trouble.NO_ANSWER)
        return read_status(
            answer.status, _wait(answer.headers.get("retry-after")), attempts=letter.attempts
        )

    async def _post(self, letter: Letter, scheme: Scheme) -> Answer:
        if self._client is None or self._signatures is None:
            self._client, self._signatures = self._open_client(), Signatures()
        headers = await self._signatures.sign(letter, scheme)
        return await self._client.post(
            letter.url,
            letter.body,
            headers=headers,
            at_most=_LARGEST_ANSWER,
            seconds=_SECONDS,
            reads_body=False,
        )


def _wait(retry_after: str | None) -> timedelta | None:
    """Seconds or a date (RFC 9110 section 10.2.3); what is neither counts as no word."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isdecimal() and len(text) > _LONGEST_NUMBER:
        return _LONGEST_WAIT
    if text.isdecimal():
        return min(timedelta(seconds=int(text)), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return min(max(moment - clock.now(), timedelta(0)), _LONGEST_WAIT)
