"""What another server answered, and what that means for whoever asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from federation.errors import Gone, PeerAskedToWait, PeerUnavailable, Rejected

_WAITS: Final = frozenset({408, 424, 425, 429})
_LONGEST_WAIT: Final = timedelta(days=1)
_USUAL_WAIT: Final = timedelta(minutes=1)
_LONGEST_NUMBER: Final = 9
"""Python reads no number of thousands of digits."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What another server said, whole."""

    url: str
    """Where it was found in the end."""
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


def require_success(answer: Answer) -> Answer:
    """The answer if it is one; raises Gone, Rejected or TryLater by its status."""
    status = answer.status
    if 200 <= status < 300:  # noqa: PLR2004 - RFC 9110 section 15.3
        return answer
    told = f"{answer.url} answered {status}"
    if status == 410:  # noqa: PLR2004 - RFC 9110 section 15.5.11
        raise Gone(told)
    if status in _WAITS or "retry-after" in answer.headers:
        raise PeerAskedToWait(_wait(answer.headers.get("retry-after", "")), told)
    if status >= 500:  # noqa: PLR2004 - RFC 9110 section 15.6
        raise PeerUnavailable(told)
    raise Rejected(told)


def _wait(retry_after: str) -> timedelta:
    """Seconds as RFC 9110 section 10.2.3 has them; a date, which is rare, counts as usual."""
    if not retry_after.strip().isdecimal():
        return _USUAL_WAIT
    if len(retry_after) > _LONGEST_NUMBER:
        return _LONGEST_WAIT
    return min(timedelta(seconds=int(retry_after)), _LONGEST_WAIT)
