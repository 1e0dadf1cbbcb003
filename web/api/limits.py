"""How often programs may call, and how they are told what is left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Final

from fedparents import clock
from fedparents.applications.tokens import Bearer, OwnBearer
from fedparents.errors import LimitReached
from web.security.addresses import neighbourhood
from web.security.limits import Allowance, Rate
from web.visit import Visit

_FIVE_MINUTES: Final = timedelta(minutes=5)
PER_ADDRESS: Final = Rate(300, _FIVE_MINUTES)
"""Without a token; several households may share one address, but none of them lives from this."""
PER_TOKEN: Final = Rate(300, _FIVE_MINUTES)
PER_ACCOUNT: Final = Rate(1500, _FIVE_MINUTES)
"""With all programs together."""


def count_call(visit: Visit, bearer: Bearer | OwnBearer | None) -> None:
    """Count one call; raises LimitReached. The answer tells of the limit that is closest."""
    limiter = visit.runtime.limiter
    if bearer is None:
        address = neighbourhood(visit.address)
        _use(visit, PER_ADDRESS, lambda: limiter.use("api", f"address {address}", PER_ADDRESS))
        return
    token = bearer.token_id
    _use(visit, PER_TOKEN, lambda: limiter.use("api", f"token {token}", PER_TOKEN))
    if isinstance(bearer, OwnBearer):
        return
    account = bearer.viewer.account_id
    _use(visit, PER_ACCOUNT, lambda: limiter.use("api", f"account {account}", PER_ACCOUNT))


def allowance_headers(allowance: Allowance) -> tuple[tuple[bytes, bytes], ...]:
    """The form of the time is the one that Mastodon.py reads."""
    whole_at = (clock.now() + allowance.whole_in).astimezone(UTC)
    told = whole_at.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return (
        (b"x-ratelimit-limit", str(allowance.times).encode()),
        (b"x-ratelimit-remaining", str(allowance.left).encode()),
        (b"x-ratelimit-reset", told.encode()),
    )


def _use(visit: Visit, rate: Rate, use: Callable[[], Allowance]) -> None:
    try:
        allowance = use()
    except LimitReached as error:
        visit.allowance = Allowance(rate.times, 0, error.retry_after or rate.per)
        raise
    if visit.allowance is None or allowance.left < visit.allowance.left:
        visit.allowance = allowance
