"""What the pages about posts ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import ClassVar, Final, Literal

from fedparents.errors import Invalid
from fedparents.ids import GroupId, PostId
from fedparents.media.service import PhotoDraft
from fedparents.posts.models import Audience
from fedparents.posts.polls import OPTIONS, PollDraft
from fedparents.posts.service import PostDraft
from web.forms import Checked, Form
from web.i18n import N_
from web.site.posts.words import Kind
from web.site.swaps.forms import DetailsForm

_LONGEST_ID: Final = 18
_LASTS: Final[Mapping[str, timedelta | None]] = {
    "1": timedelta(days=1),
    "3": timedelta(days=3),
    "7": timedelta(days=7),
    "30": timedelta(days=30),
    "": None,
}
_FROM_GROUP: Final[Mapping[str, Audience | None]] = {"group": None, "members": Audience.GROUP}


class ComposeForm(DetailsForm):
    """One field, and what can be said about it; the core checks what it means."""

    text: str = ""
    to: str = ""
    """`group-1`: as the group reads; `members-1`: its members alone; or an audience."""
    warning: str = ""
    is_sensitive: Checked = False
    language: str = ""
    topic: str = ""
    poll: str = ""
    """One answer a line."""
    poll_multiple: Checked = False
    poll_lasts: Literal["1", "3", "7", "30", ""] = "7"
    anonymous: Checked = False
    urgent: str = ""
    sure: Checked = False
    """It was asked whether a telephone number, say, is meant to be read by everybody."""
    action: Literal["send", "preview", "where"] = "send"

    words: ClassVar[Mapping[str, str]] = {
        "to.missing": N_("Please choose a group."),
        "topic.unknown": N_("This topic belongs to another group. Please choose again."),
        **DetailsForm.words,
    }

    @property
    def group_id(self) -> GroupId | None:
        kind, _, number = self.to.partition("-")
        if kind not in _FROM_GROUP:
            return None
        if not (number.isascii() and number.isdecimal() and len(number) <= _LONGEST_ID):
            raise Invalid({"to": "choose_one"})
        return GroupId(int(number))

    @property
    def audience(self) -> Audience | None:
        """None: as wide as the group."""
        kind = self.to.partition("-")[0]
        if kind in _FROM_GROUP:
            return _FROM_GROUP[kind]
        if kind not in (Audience.HERE, Audience.NEARBY, Audience.PUBLIC):
            raise Invalid({"to": "choose_one"})
        return Audience(kind)

    def draft(self, kind: Kind, photos: Sequence[PhotoDraft]) -> PostDraft:
        """Raises Invalid for a destination that is none."""
        return PostDraft(
            text=self.text,
            group_id=self.group_id,
            audience=self.audience,
            kind=kind.post_kind,
            topic_id=_number(self.topic),
            warning=self.warning,
            language=self.language,
            is_anonymous=self.anonymous,
            is_sensitive=self.is_sensitive,
            photos=tuple(photos),
            poll=self._poll,
        )

    @property
    def _poll(self) -> PollDraft | None:
        options = tuple(self.poll.splitlines()[: OPTIONS[1] * 2]) if self.poll.strip() else ()
        return PollDraft(options, self.poll_multiple, _LASTS[self.poll_lasts]) if options else None


class AnswerForm(Form):
    text: str = ""
    is_sensitive: Checked = False

    words: ClassVar[Mapping[str, str]] = {"text.missing": N_("Please write a few words.")}

    def draft(self, to: PostId, photos: Sequence[PhotoDraft], *, is_anonymous: bool) -> PostDraft:
        return PostDraft(
            text=self.text,
            in_reply_to_id=to,
            photos=tuple(photos),
            is_sensitive=self.is_sensitive,
            is_anonymous=is_anonymous,
        )


class EditForm(Form):
    text: str = ""
    warning: str = ""
    seen: str = ""
    """When the words were changed that the form shows."""
    sure: Checked = False
    """As in `ComposeForm`: asked about when it was not said before."""

    words: ClassVar[Mapping[str, str]] = {"text.missing": N_("Please write a few words.")}


class NarrowForm(Form):
    audience: Audience


class BackForm(Form):
    """Where to go afterwards."""

    back: str = ""


class VoteForm(BackForm):
    choice: tuple[str, ...] = ()

    @property
    def choices(self) -> list[int]:
        """Raises Invalid for what no poll can hold."""
        if any(_number(each) is None for each in self.choice):
            raise Invalid({"choices": "choose_one"})
        return [int(each) for each in self.choice]


def _number(text: str) -> int | None:
    is_number = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID
    return int(text) if is_number else None
