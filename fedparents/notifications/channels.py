"""By which ways somebody is told of something: one pure function of the table and their wishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from fedparents.notifications.kinds import RULES, Choosing, Kind, KindRule, Mail

_SECOND: Final = timedelta(seconds=1)


class Level(StrEnum):
    """How much of a group, or of everything, rings."""

    ALL = "all"
    IMPORTANT = "important"
    """What is about oneself rings; the rest waits for the digest."""
    DIGEST = "digest"
    """Nothing rings that need not; all of it comes once a day."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody said about one kind; None: nothing."""

    push: bool | None = None
    mail: Mail | None = None


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A time of the day in which nothing rings, on the clocks of the place; it may span midnight.

    As long as both ends are the same there is none.
    """

    begin: time
    end: time
    zone: ZoneInfo

    def until(self, moment: datetime) -> datetime | None:
        """When the quiet in which this moment lies is over; None when it lies in none."""
        wall = moment.astimezone(self.zone)
        if not self._covers(wall.time()):
            return None
        over = moment + _between(wall.time(), self.end)
        if over.astimezone(self.zone).utcoffset() == wall.utcoffset():
            return over
        # Clocks are changed before then: from that moment on they say something else.
        changed = self._change_between(moment, over)
        return self.until(changed) or changed

    def _change_between(self, before: datetime, after: datetime) -> datetime:
        """The first moment with the other offset, to the second."""
        offset = before.astimezone(self.zone).utcoffset()
        before, after = before.replace(microsecond=0), after.replace(microsecond=0) + _SECOND
        while after - before > _SECOND:
            middle = before + (after - before) // 2 // _SECOND * _SECOND
            if middle.astimezone(self.zone).utcoffset() == offset:
                before = middle
            else:
                after = middle
        return after

    def _covers(self, clock: time) -> bool:
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end


def _between(clock: time, end: time) -> timedelta:
    """From one time of the day to the next time that clocks say the other."""
    start = datetime.combine(date.min, clock)
    there = datetime.combine(date.min, end)
    return there - start if there > start else there + timedelta(days=1) - start


USUAL_BEGIN: Final = time(21, 30)
USUAL_END: Final = time(6, 30)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody wants to hear, of one group or of everything."""

    quiet: QuietHours
    level: Level = Level.ALL
    choices: Mapping[Kind, Choice] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Channels:
    """The ways by which something goes, besides the page."""

    push: bool
    mail: Mail
    wait_until: datetime | None = None
    """What rings (a push, a mail at once) waits until then."""

    @property
    def rings(self) -> bool:
        return self.push or self.mail == Mail.NOW


def channels_for(
    kind: Kind, wishes: Wishes, *, now: datetime, has_push: bool, is_asked: bool = False
) -> Channels:
    """`has_push`: there is a device that pushes reach. `is_asked`: there is an app in which its
    owner turned pushes of this kind on, whatever is usual."""
    rule = RULES[kind]
    choice = wishes.choices.get(kind, Choice()) if rule.choosing == Choosing.ALL else Choice()
    is_reached = has_push or is_asked
    push, mail = _by_level(rule, wishes.level, has_push=is_reached)
    if is_asked:
        push, _ = _by_level(replace(rule, push=True), wishes.level, has_push=True)
    push = is_reached and (push if choice.push is None else choice.push)
    mail = mail if choice.mail is None else choice.mail
    wait_until = wishes.quiet.until(now) if rule.is_held else None
    return Channels(push, mail, wait_until)


def is_usually_pushed(kind: Kind, level: Level) -> bool:
    """To somebody who has said nothing about this kind."""
    return _by_level(RULES[kind], level, has_push=True)[0]


def _by_level(rule: KindRule, level: Level, *, has_push: bool) -> tuple[bool, Mail]:
    push, mail = rule.push, rule.mail if has_push else rule.mail_instead
    if rule.choosing == Choosing.NOTHING or level == Level.ALL:
        return push, mail
    if level == Level.IMPORTANT and rule.is_important:
        return push, mail
    if mail == Mail.WEEKLY or not (push or mail != Mail.NEVER):
        return False, mail
    return False, Mail.DAILY
