"""Handing pushes to push services: through the guarded transport, and to none that does not answer.

What a service says is read as one of a few words; what is done about it is decided elsewhere.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

import structlog

from federation.errors import FederationError
from federation.errors import TryLater as PeerTryLater
from fedparents import clock
from fedparents.errors import Invalid
from fedparents.notifications.devices import Subscription
from fedparents.settings import Settings
from web.push.keys import public_push_key

if TYPE_CHECKING:
    from federation.transport import Client
    from web.push.sealing import Tickets

log = structlog.get_logger(__name__)

SECONDS: Final = 8.0
PER_SERVICE: Final = 64
"""Connections: most phones hang on one of three services."""
_ENOUGH: Final = 5
_REST_SECONDS: Final = 30.0
_GONE: Final = frozenset({404, 410})
_BUSY: Final = frozenset({408, 425, 429})
_LARGEST_ANSWER: Final = 64 * 1024


class Outcome(StrEnum):
    ARRIVED = "arrived"
    GONE = "gone"
    """The service does not know the subscription any more."""
    LATER = "later"
    REFUSED = "refused"
    """It does not want this push, and would not want it tomorrow."""


@dataclass(frozen=True, slots=True)
class Answered:
    outcome: Outcome
    after: timedelta = timedelta(0)
    """When to come back, if the service said so."""


@dataclass(frozen=True, slots=True)
class Push:
    """What goes to every device of one person."""

    message: bytes
    topic: str
    """One that has not been delivered yet is replaced by the next of its topic."""
    lasts: timedelta
    is_urgent: bool
    contact: str
    """A mailto: or https: address of whoever runs the place."""


class Courier:
    """The way to all push services; opened with the first push, and closed."""

    def __init__(self, settings: Settings, secret: bytes) -> None:
        self._settings = settings
        self._secret = secret
        self._client: Client | None = None
        self._tickets: Tickets | None = None
        self._slots: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._failures: dict[str, int] = {}
        self._rests_until: dict[str, float] = {}

    async def send(self, to: Subscription, push: Push) -> Answered:
        """Never raises for what services and networks do. What waits here for its turn does not use
        up the seconds of a service."""
        service = urlsplit(to.endpoint).netloc
        slot = self._slots.setdefault(service, asyncio.Semaphore(PER_SERVICE))
        async with slot:
            return await self._hand_over(service, to, push)

    async def _hand_over(self, service: str, to: Subscription, push: Push) -> Answered:
        if clock.stopwatch() < self._rests_until.get(service, 0):
            return Answered(Outcome.LATER, timedelta(seconds=_REST_SECONDS))
        try:
            answered = await self._post(to, push)
        except PeerTryLater as reason:
            answered = Answered(Outcome.LATER, reason.after)
        except FederationError as reason:
            log.warning("push.refused", service=service, reason=str(reason))
            answered = Answered(Outcome.REFUSED)
        self._learn(service, answered.outcome)
        return answered

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _post(self, to: Subscription, push: Push) -> Answered:
        # Loaded with the first push: 25 MB that a place whose members take none does without.
        from federation.transport import open_client
        from web.push.sealing import Tickets

        if self._client is None or self._tickets is None:
            self._client = open_client(self._settings, per_host=PER_SERVICE)
            self._tickets = Tickets(self._secret)
        is_standard = to.app is None or to.app.is_standard
        pack = _sealed if is_standard else _sealed_as_before
        body, headers = pack(to, push, self._tickets)
        headers |= {
            "Content-Type": "application/octet-stream",
            "TTL": str(int(push.lasts.total_seconds())),
            "Topic": push.topic,
            "Urgency": "high" if push.is_urgent else "normal",
        }
        answer = await self._client.post(
            to.endpoint, body, headers=headers, at_most=_LARGEST_ANSWER, seconds=SECONDS
        )
        return _read(answer.status, answer.headers.get("retry-after", ""))

    def _learn(self, service: str, outcome: Outcome) -> None:
        """A service that keeps failing is left alone for a while: others need the time."""
        if outcome != Outcome.LATER:
            self._failures.pop(service, None)
            return
        self._failures[service] = self._failures.get(service, 0) + 1
        if self._failures[service] >= _ENOUGH:
            self._rests_until[service] = clock.stopwatch() + _REST_SECONDS
            self._failures.pop(service)
            log.warning("push.service_rests", service=service, seconds=_REST_SECONDS)


def require_reachable(endpoint: str, settings: Settings) -> None:
    """Push services are reached by HTTPS; on this machine, while developing, also without. Raises
    Invalid."""
    is_at_home = settings.is_development and bool(settings.allowed_private_networks)
    if not endpoint.startswith("https://") and not is_at_home:
        raise Invalid({"endpoint": "push_not_possible"})


def _sealed(to: Subscription, push: Push, tickets: Tickets) -> tuple[bytes, dict[str, str]]:
    from web.push.sealing import CODING, seal  # loaded late, as above

    return seal(push.message, to.p256dh, to.auth), {
        "Authorization": tickets.authorization(to.endpoint, contact=push.contact, now=clock.now()),
        "Content-Encoding": CODING,
    }


def _sealed_as_before(
    to: Subscription, push: Push, tickets: Tickets
) -> tuple[bytes, dict[str, str]]:
    from web.push.sealing import OLD_CODING, seal_as_before  # loaded late, as above

    sealed = seal_as_before(push.message, to.p256dh, to.auth)
    return sealed.body, {
        "Authorization": tickets.authorization_as_before(
            to.endpoint, contact=push.contact, now=clock.now()
        ),
        "Content-Encoding": OLD_CODING,
        "Encryption": f"salt={sealed.salt}",
        "Crypto-Key": f"dh={sealed.key};p256ecdsa={public_push_key(tickets.secret)}",
    }


def _read(status: int, retry_after: str) -> Answered:
    if 200 <= status < 300:  # noqa: PLR2004 - RFC 9110 section 15.3
        return Answered(Outcome.ARRIVED)
    if status in _GONE:
        return Answered(Outcome.GONE)
    if status in _BUSY or status >= 500:  # noqa: PLR2004 - RFC 9110 section 15.6
        seconds = int(retry_after) if retry_after.strip().isdecimal() else 0
        return Answered(Outcome.LATER, timedelta(seconds=min(seconds, 86400)))
    log.warning("push.refused", status=status)
    return Answered(Outcome.REFUSED)
