"""Everything that somebody can be told of, and how: the table of defaults (features 4.25)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What happened, as the person who is told sees it. In the order of the page of settings."""

    ANSWER = "answer"
    """To what one asked or said."""
    ACCEPTED = "accepted"
    """One's answer helped."""
    MENTION = "mention"
    NEW_ASK = "new_ask"
    """Somebody in one's group needs something, or to know something."""
    URGENT_ASK = "urgent_ask"
    ANNOUNCEMENT = "announcement"
    MESSAGE = "message"
    MESSAGE_REQUEST = "message_request"
    """A stranger would like to write."""
    THANKS = "thanks"
    SHARED = "shared"
    """Somebody passes on what one said."""
    FOLLOWED_POST = "followed_post"
    """From somebody whose every post one wants to know of."""
    POLL = "poll"
    """A poll is over that one made or voted in."""
    STILL_THERE = "still_there"
    """What one asks or offers goes off the lists before long, or has."""
    JOIN_REQUEST = "join_request"
    """Somebody would like to join a group that one looks after."""
    HELD_POST = "held_post"
    """A newcomer's first post waits in such a group."""
    REPORT = "report"
    """Something was reported that one decides about, or somebody asks to look again."""
    CHILD_DANGER = "child_danger"
    """A child may be in danger, and one can act."""
    JOIN_DECISION = "join_decision"
    """One was let in, or not, or nobody decided."""
    INVITATION = "invitation"
    """A group of another town has invited one."""
    POST_DECISION = "post_decision"
    """One's post was let through, or hidden."""
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
    TOWN = "town"
    """Another town would like to be our twin, or has answered or ended it; for administrators."""
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


class About(StrEnum):
    """What the subject of a kind is, as far as it decides who may see the notice."""

    NOTHING = "nothing"
    POST = "post"
    """Shown as long as the post is."""
    LETTERS = "letters"
    """A conversation; shown until its letters have been read."""


@dataclass(frozen=True, slots=True)
class Together:
    """After so many within this time, the rest of that time comes as one."""

    after: int
    within: timedelta


_USUALLY: Final = Together(3, timedelta(minutes=10))
_QUEUE: Final = Together(1, timedelta(minutes=15))
_DAYS: Final = timedelta(days=2)
LATER: Final = timedelta(hours=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRule:
    """How a kind reaches somebody who has chosen nothing. It is always on the page."""

    push: bool = True
    mail: Mail = Mail.NEVER
    """For those with a device that gets pushes."""
    mail_instead: Mail = Mail.NEVER
    """For those without one."""
    is_important: bool = True
    """About the reader, not about the group: rings at the level "important" too."""
    is_held: bool = True
    """Waits for the end of the quiet hours."""
    choosing: Choosing = Choosing.ALL
    about: About = About.NOTHING
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
    """Afterwards it need not ring any more."""


_K, _M = Kind, Mail
_SAID: Final = KindRule(about=About.POST, is_between_people=True)
_TO_ME: Final = replace(_SAID, mail=_M.DAILY, mail_instead=_M.NOW)
_OF_GROUP: Final = replace(
    _SAID, is_of_group=True, is_important=False, mail=_M.DAILY, mail_instead=_M.DAILY
)
_ON_THE_PAGE: Final = KindRule(push=False, is_important=False, is_between_people=True)
_QUEUED: Final = KindRule(mail=_M.LATER, mail_instead=_M.NOW, is_of_group=True, together=_QUEUE)
_A_LETTER_GOES: Final = KindRule(choosing=Choosing.NOTHING, has_own_mail=True)

RULES: Final[Mapping[Kind, KindRule]] = {
    _K.ANSWER: replace(_TO_ME, is_urgent=True),
    _K.ACCEPTED: replace(_SAID, mail=_M.DAILY, mail_instead=_M.DAILY),
    _K.MENTION: _TO_ME,
    _K.NEW_ASK: _OF_GROUP,
    _K.URGENT_ASK: replace(
        _SAID,
        is_of_group=True,
        mail_instead=_M.NOW,
        is_urgent=True,
        lasts=timedelta(hours=6),
    ),
    _K.ANNOUNCEMENT: _OF_GROUP,
    _K.MESSAGE: KindRule(
        about=About.LETTERS, is_between_people=True, mail_instead=_M.NOW, is_urgent=True
    ),
    _K.MESSAGE_REQUEST: KindRule(
        about=About.LETTERS,
        is_between_people=True,
        push=False,
        mail=_M.WEEKLY,
        mail_instead=_M.WEEKLY,
        is_important=False,
    ),
    _K.THANKS: replace(_ON_THE_PAGE, about=About.POST),
    _K.SHARED: replace(_ON_THE_PAGE, about=About.POST),
    _K.FOLLOWED_POST: replace(_SAID, mail=_M.DAILY, mail_instead=_M.DAILY, is_important=False),
    _K.POLL: replace(_ON_THE_PAGE, about=About.POST),
    _K.STILL_THERE: KindRule(about=About.POST, mail_instead=_M.DAILY),
    _K.JOIN_REQUEST: _QUEUED,
    _K.HELD_POST: replace(_QUEUED, about=About.POST),
    _K.REPORT: KindRule(mail=_M.LATER, mail_instead=_M.NOW, together=_QUEUE),
    _K.CHILD_DANGER: replace(_A_LETTER_GOES, is_held=False, is_urgent=True),
    _K.JOIN_DECISION: replace(_A_LETTER_GOES, is_for_outsiders=True),
    _K.INVITATION: KindRule(mail_instead=_M.NOW, is_for_outsiders=True),
    _K.POST_DECISION: replace(_A_LETTER_GOES, is_for_outsiders=True, about=About.POST),
    _K.ROLE: KindRule(mail_instead=_M.NOW),
    _K.HANDED_OVER: _A_LETTER_GOES,
    _K.PUT_OUT: replace(_A_LETTER_GOES, is_for_outsiders=True),
    _K.FOLLOW_REQUEST: KindRule(mail=_M.DAILY, mail_instead=_M.DAILY, is_between_people=True),
    _K.FOLLOW: _ON_THE_PAGE,
    _K.FOLLOW_ACCEPTED: _ON_THE_PAGE,
    _K.TOWN: KindRule(mail=_M.NOW, mail_instead=_M.NOW),
    _K.NEW_DEVICE: replace(_A_LETTER_GOES, is_held=False),
}
