"""What the pages of settings send."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError
from starlette.datastructures import FormData

from fedparents.notifications.channels import Choice, Level, is_usually_pushed
from fedparents.notifications.choosing import OwnWishes, WishesDraft
from fedparents.notifications.devices import DeviceDraft
from fedparents.notifications.kinds import Kind, Mail
from fedparents.notifications.models import Sifting, SiftingRule
from fedparents.notifications.sifting import SiftingDraft
from web.forms import Checked, Form, Number

_TIME: Final = re.compile(r"\s*(\d{1,2})\s*[:hH.]\s*(\d{2})?\s*")
_GROUP: Final = "group_"


def _minutes(value: object) -> object:
    """ "21:30", as fields for times send it, or as somebody types it: 21h30, 21.30, 21 h."""
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
    if hour >= 24 or minute >= 60:  # noqa: PLR2004 - a day, an hour
        raise PydanticCustomError("not_a_time", "form")
    return hour * 60 + minute


TimeOfDay = Annotated[int, BeforeValidator(_minutes)]
"""Minutes after midnight."""


class WishesForm(Form):
    level: Level
    is_quiet: Checked = False
    quiet_begin: TimeOfDay
    quiet_end: TimeOfDay
    gets_daily: Checked = False
    gets_weekly: Checked = False
    weekday: Number = 6
    shows_words: Checked = False

    def draft(self, sent: FormData) -> WishesDraft:
        return WishesDraft(
            level=self.level,
            groups=_levels(sent),
            quiet_begin=self.quiet_begin,
            quiet_end=self.quiet_end if self.is_quiet else self.quiet_begin,
            weekday=self.weekday,
            gets_daily=self.gets_daily,
            gets_weekly=self.gets_weekly,
            shows_words=self.shows_words,
        )

    @staticmethod
    def values_of(own: OwnWishes) -> dict[str, object]:
        reader = own.reader
        is_quiet = reader.quiet_begin != reader.quiet_end
        return {
            "level": reader.level,
            "is_quiet": is_quiet,
            "quiet_begin": _clock(reader.quiet_begin if is_quiet else 21 * 60 + 30),
            "quiet_end": _clock(reader.quiet_end if is_quiet else 6 * 60 + 30),
            "gets_daily": reader.gets_daily,
            "gets_weekly": reader.gets_weekly,
            "weekday": reader.weekday,
            "shows_words": reader.shows_words,
            **{f"{_GROUP}{group.group_id}": group.level for group in own.groups},
        }


class StrangersForm(Form):
    """What becomes of what people do whom somebody does not know."""

    not_following: Sifting
    not_followers: Sifting
    new_accounts: Sifting

    @property
    def draft(self) -> SiftingDraft:
        return SiftingDraft(self.not_following, self.not_followers, self.new_accounts)

    @staticmethod
    def values_of(rule: SiftingRule) -> dict[str, object]:
        return {
            "not_following": rule.not_following,
            "not_followers": rule.not_followers,
            "new_accounts": rule.new_accounts,
        }


class FewerForm(Form):
    how: Literal["no_push", "digest", "nothing"] = "nothing"


class DeviceForm(Form):
    """What the script of the page has from the browser."""

    endpoint: str = ""
    p256dh: str = ""
    auth: str = ""

    @property
    def draft(self) -> DeviceDraft:
        return DeviceDraft(self.endpoint, self.p256dh, self.auth)


def choices_in(sent: FormData, kinds: Iterable[Kind], level: Level) -> dict[Kind, Choice]:
    """What was said about each kind; what is as usual is not said, and follows the level."""
    return {kind: Choice(_push(sent, kind, level), _mail(sent, kind)) for kind in kinds}


def choice_values(kind: Kind, choice: Choice, level: Level) -> dict[str, object]:
    """The same, as the page shows it."""
    push = is_usually_pushed(kind, level) if choice.push is None else choice.push
    return {f"push_{kind}": push, f"mail_{kind}": choice.mail or ""}


def _levels(sent: FormData) -> dict[int, Level]:
    levels = set(Level)
    return {
        int(name.removeprefix(_GROUP)): Level(value)
        for name, value in sent.items()
        if name.startswith(_GROUP) and name.removeprefix(_GROUP).isdecimal() and value in levels
    }


def _push(sent: FormData, kind: Kind, level: Level) -> bool | None:
    is_wanted = sent.get(f"push_{kind}") == "yes"
    return None if is_wanted == is_usually_pushed(kind, level) else is_wanted


def _mail(sent: FormData, kind: Kind) -> Mail | None:
    value = sent.get(f"mail_{kind}")
    return Mail(value) if isinstance(value, str) and value in set(Mail) else None


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
