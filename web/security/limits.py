"""How often somebody may do something: per address and per account, counted in this process.

Each count is one number, the moment at which all that was used up will have been given back (GCRA):
a burst of `times`, then evenly `times` in every `per`. It says exactly when to come back, and a
flood of addresses cannot fill the memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from starlette.requests import Request

from fedparents import clock
from fedparents.errors import LimitReached
from web.security.addresses import neighbourhood, wider_neighbourhood
from web.visit import visit_of

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_MOST_COUNTS: Final = 50_000
_FROM_EVERYWHERE: Final = 3
_IN_WIDER_NEIGHBOURHOOD: Final = 8


@dataclass(frozen=True, slots=True)
class Rate:
    """So many times within this time."""

    times: int
    per: timedelta

    def __mul__(self, factor: int) -> Rate:
        return Rate(self.times * factor, self.per)


@dataclass(frozen=True, slots=True)
class Policy:
    """Two limits at once. A whole school may share one address; one account is one person."""

    per_address: Rate
    per_key: Rate | None = None
    """For each account that is signed in, wherever it is; and for each login that somebody types,
    at one address. From all addresses together a login may be typed three times as often: strangers
    must not be able to use up what its owner needs."""


POLICIES: Final = {
    "page": Policy(Rate(600, _MINUTE), Rate(300, _MINUTE)),
    "form": Policy(Rate(120, _MINUTE), Rate(60, _MINUTE)),
    "document": Policy(Rate(1200, _MINUTE)),
    "inbox": Policy(Rate(3000, _MINUTE)),
    "picture": Policy(Rate(6000, _MINUTE), Rate(1500, _MINUTE)),
    "photo": Policy(Rate(600, _HOUR), Rate(60, timedelta(minutes=30))),
    "sign_in": Policy(Rate(60, _HOUR), Rate(10, timedelta(minutes=15))),
    "sign_up": Policy(Rate(30, _HOUR), Rate(5, _HOUR)),
    "mail": Policy(Rate(40, _HOUR), Rate(5, _HOUR)),
    "code": Policy(Rate(60, _HOUR), Rate(10, timedelta(minutes=15))),
    "found_group": Policy(Rate(30, _HOUR), Rate(5, _HOUR)),
    "follow": Policy(Rate(600, _HOUR), Rate(60, _HOUR)),
    "look_up": Policy(Rate(300, _HOUR), Rate(30, _HOUR)),
    "ask_to_join": Policy(Rate(600, _HOUR), Rate(20, _HOUR)),
    "report": Policy(Rate(300, _HOUR), Rate(20, _HOUR)),
    "notice": Policy(Rate(20, _HOUR), Rate(10, _HOUR)),
    "post": Policy(Rate(1200, _HOUR), Rate(60, _HOUR)),
    "take_back": Policy(Rate(600, _HOUR), Rate(30, timedelta(minutes=30))),
    "message": Policy(Rate(1200, _HOUR), Rate(60, timedelta(minutes=10))),
    "move": Policy(Rate(120, _HOUR), Rate(5, timedelta(days=1))),
    "application": Policy(Rate(60, timedelta(minutes=10))),
    "program_token": Policy(Rate(300, timedelta(minutes=5))),
    "search": Policy(Rate(300, _MINUTE), Rate(120, _MINUTE)),
}
"""What pages name. `page` and `form` are checked for every page by itself; `picture` is looking at
one, `photo` is sending one."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit, as programs are told."""

    times: int
    left: int
    whole_in: timedelta
    """When nothing of it will be used up any more."""


class Limiter:
    """The counts of one process."""

    def __init__(
        self, *, is_on: bool = True, stopwatch: Callable[[], float] = clock.stopwatch
    ) -> None:
        self._is_on = is_on
        self._stopwatch = stopwatch
        self._given_back_at: dict[tuple[str, str], float] = {}

    def use(self, name: str, key: str, rate: Rate) -> Allowance:
        """Count one use; raises LimitReached when there have been too many, and counts nothing."""
        if not self._is_on:
            return Allowance(rate.times, rate.times, timedelta(0))
        now = self._stopwatch()
        per = rate.per.total_seconds()
        count = (name, key)
        given_back_at = max(self._given_back_at.get(count, now), now) + per / rate.times
        if given_back_at - now > per * (1 + 1e-9):  # a hair of room for the sums of fractions
            raise LimitReached(retry_after=timedelta(seconds=given_back_at - now - per))
        self._given_back_at[count] = given_back_at
        if len(self._given_back_at) > _MOST_COUNTS:
            self._forget(now)
        used = given_back_at - now
        left = int(rate.times * (1 - used / per) + 1e-9)
        return Allowance(rate.times, left, timedelta(seconds=used))

    def _forget(self, now: float) -> None:
        """Drop what has been given back; if that is not enough, what will be first."""
        kept = {count: at for count, at in self._given_back_at.items() if at > now}
        if len(kept) > _MOST_COUNTS // 2:
            latest = sorted(kept, key=kept.__getitem__)[-_MOST_COUNTS // 2 :]
            kept = {count: kept[count] for count in latest}
        self._given_back_at = kept


async def check_limit(request: Request, name: str, key: int | str | None = None) -> None:
    """Count one use of a policy for the address, and for `key`: an account's number (by itself the
    one that is signed in), or words that anybody may type.

    Raises LimitReached, which becomes a page that says when to come back.
    """
    use_policy(request, name, key)


def use_policy(request: Request, name: str, key: int | str | None = None) -> None:
    """The same for callers that do not wait."""
    visit = visit_of(request)
    policy = POLICIES[name]
    limiter = visit.runtime.limiter
    # The address comes first: who has used up its own share may not go on with that of others.
    address = neighbourhood(visit.address)
    limiter.use(name, f"address {address}", policy.per_address)
    if wider := wider_neighbourhood(visit.address):
        limiter.use(name, f"address {wider}", policy.per_address * _IN_WIDER_NEIGHBOURHOOD)
    if key is None and visit.viewer is not None:
        key = visit.viewer.account_id
    if policy.per_key is None or key is None:
        return
    if isinstance(key, int):
        limiter.use(name, f"account {key}", policy.per_key)
    else:
        limiter.use(name, f"key {address} {key}", policy.per_key)
        limiter.use(name, f"key {key}", policy.per_key * _FROM_EVERYWHERE)
