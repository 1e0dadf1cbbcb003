"""Everything that somebody can be told of, and how: the table of defaults (features 4.25)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What happened, as the person who is told sees it."""

    JOIN_REQUEST = "join_request"
    """Somebody would like to join a group that one looks after."""
    JOIN_DECISION = "join_decision"
    """One was let in, or not, or nobody decided."""
    ROLE = "role"
    """One's role in a group is another one now."""
    HANDED_OVER = "handed_over"
    """One manages a group whose last manager has gone."""
    PUT_OUT = "put_out"
    """One was removed from a group, or banned."""
    FOLLOW_REQUEST = "follow_request"
    """Somebody asks to follow one, who decides on that by hand."""
    FOLLOW = "follow"
    """Somebody follows one."""
    FOLLOW_ACCEPTED = "follow_accepted"
    """Somebody whom one asked lets one follow."""
    NEW_DEVICE = "new_device"
    """One's account was used in a browser that it had not been used in before."""


class Mail(StrEnum):
    """When a mail tells of it."""

    NEVER = "never"
    NOW = "now"
    LATER = "later"
    """At the end of a stretch of four hours, unless it has been seen by then."""
    DAILY = "daily"
    WEEKLY = "weekly"


class Choosing(StrEnum):
    """What of a kind its reader may turn off."""

    ALL = "all"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Together:
    """After so many within this time, the rest of that time comes as one."""

    after: int
    within: timedelta


_USUALLY: Final = Together(3, timedelta(minutes=10))
_DAYS: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class KindRule:
    """How a kind reaches somebody who has chosen nothing. It is always on the page."""

    push: bool
    mail: Mail
    """For those with a device that gets pushes."""
    mail_instead: Mail
    """For those without one."""
    is_important: bool = True
    """About the reader, not about the group: rings at the level "important" too."""
    is_held: bool = True
    """Waits for the end of the quiet hours."""
    choosing: Choosing = Choosing.ALL
    is_of_group: bool = False
    """Not for members who have muted the group."""
    is_for_outsiders: bool = False
    """Also for those who are not, or not any more, in the group that it is about."""
    is_between_people: bool = False
    """Not from somebody whom the reader has blocked or silenced, or who has blocked them."""
    has_own_mail: bool = False
    """A letter that belongs to what happened goes out anyway, so that none is needed for this."""
    together: Together = _USUALLY
    is_urgent: bool = False
    """Wakes a phone that saves its battery."""
    lasts: timedelta = _DAYS
    """Afterwards a push that has not arrived need not arrive any more."""


_K, _M = Kind, Mail
_QUARTER: Final = timedelta(minutes=15)
_ON_THE_PAGE: Final = KindRule(
    False, _M.NEVER, _M.NEVER, is_important=False, is_between_people=True
)
_A_LETTER_GOES: Final = KindRule(
    True, _M.NEVER, _M.NEVER, choosing=Choosing.NOTHING, has_own_mail=True
)
RULES: Final[Mapping[Kind, KindRule]] = {
    _K.JOIN_REQUEST: KindRule(
        True, _M.LATER, _M.NOW, is_of_group=True, together=Together(1, _QUARTER)
    ),
    _K.JOIN_DECISION: replace(_A_LETTER_GOES, is_for_outsiders=True),
    _K.ROLE: KindRule(True, _M.NEVER, _M.NOW),
    _K.HANDED_OVER: _A_LETTER_GOES,
    _K.PUT_OUT: replace(_A_LETTER_GOES, is_for_outsiders=True),
    _K.FOLLOW_REQUEST: KindRule(True, _M.DAILY, _M.DAILY, is_between_people=True),
    _K.FOLLOW: _ON_THE_PAGE,
    _K.FOLLOW_ACCEPTED: _ON_THE_PAGE,
    _K.NEW_DEVICE: replace(_A_LETTER_GOES, is_held=False),
}
LATER: Final = timedelta(hours=4)
