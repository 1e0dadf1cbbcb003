"""What the pages of people send."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Final, Literal

from fedparents.social.filters import TITLE_LENGTH, FilterDraft
from fedparents.social.hashtags import LENGTH as TAG_LENGTH
from fedparents.social.lists import TITLE_LENGTH as LIST_TITLE_LENGTH
from fedparents.social.lists import ListDraft
from fedparents.social.matching import Word
from fedparents.social.models import Answers, FilterAction, FilterContext, PeopleList
from fedparents.social.queries import FilterView
from fedparents.social.service import NOTE_LENGTH
from web.forms import Checked, Form, line, text
from web.i18n import N_

_LONGEST_WORDS: Final = 25_000
_LONGEST_TOWN: Final = 253
_DAYS: Final = {"1": 1, "7": 7, "30": 30}


class BackForm(Form):
    """A button; from where it was pressed, if that is not the page of the person."""

    back: str = ""


class ListForm(Form):
    """A list of people: its name, and what is read in it."""

    title: Annotated[str, line(at_most=LIST_TITLE_LENGTH)] = ""
    answers: Answers = Answers.LIST
    is_exclusive: Checked = False

    words: ClassVar[Mapping[str, str]] = {"title.missing": N_("Please give the list a name.")}

    @property
    def draft(self) -> ListDraft:
        return ListDraft(self.title, self.answers, self.is_exclusive)

    @staticmethod
    def values_of(found: PeopleList) -> dict[str, object]:
        """A list as its form shows it."""
        return {
            "title": found.title,
            "answers": found.answers,
            "is_exclusive": found.is_exclusive,
        }


class TagForm(Form):
    name: Annotated[str, line(at_most=TAG_LENGTH + 1)] = ""

    words: ClassVar[Mapping[str, str]] = {"name.missing": N_("Please write a hashtag.")}

    @property
    def bare(self) -> str:
        """Without its sign."""
        return self.name.removeprefix("#").strip()


class TownForm(Form):
    domain: Annotated[str, line(at_most=_LONGEST_TOWN)] = ""

    words: ClassVar[Mapping[str, str]] = {
        "domain.missing": N_("Please give the address of a town.")
    }


class NoteForm(Form):
    note: Annotated[str, text(at_most=NOTE_LENGTH)] = ""


class MuteForm(Form):
    days: Literal["1", "7", "ever"]

    words: ClassVar[Mapping[str, str]] = {"days.choose_one": N_("Please say for how long.")}

    def until(self, now: datetime) -> datetime | None:
        return None if self.days == "ever" else now + timedelta(days=_DAYS[self.days])


class FilterForm(Form):
    """Words, where they are looked for, what happens then, and for how long."""

    texts: Annotated[str, text(at_least=1, at_most=_LONGEST_WORDS)] = ""
    is_whole: Checked = False
    home: Checked = False
    notifications: Checked = False
    public: Checked = False
    thread: Checked = False
    account: Checked = False
    action: FilterAction = FilterAction.WARN
    days: Literal["1", "7", "30", "ever", "keep"] = "ever"
    title: Annotated[str, line(at_least=0, at_most=TITLE_LENGTH)] = ""

    words: ClassVar[Mapping[str, str]] = {
        "texts.missing": N_("Please write at least one word."),
        "home.choose_one": N_("Please choose at least one place."),
    }

    def draft(self, now: datetime, before: FilterView | None = None) -> FilterDraft:
        """Without a title it is called by its words."""
        texts = self.texts.splitlines()
        return FilterDraft(
            title=self.title or ", ".join(filter(None, texts))[:TITLE_LENGTH],
            contexts=[each for each in FilterContext if getattr(self, each.value)],
            action=self.action,
            expires_at=self._expires(now, before),
            words=[Word(each, self.is_whole) for each in texts],
        )

    def _expires(self, now: datetime, before: FilterView | None) -> datetime | None:
        if self.days in _DAYS:
            return now + timedelta(days=_DAYS[self.days])
        return before.filter.expires_at if before and self.days == "keep" else None


def values_of(view: FilterView) -> dict[str, object]:
    """A filter as its form shows it."""
    own = view.filter
    return {
        "texts": "\n".join(word.text for word in view.words),
        "is_whole": all(word.is_whole for word in view.words),
        **{each.value: each in own.places for each in FilterContext},
        "action": own.action,
        "days": "keep" if own.expires_at else "ever",
        "title": own.title,
    }


NEW_FILTER: Final[Mapping[str, object]] = {
    "is_whole": True,
    **{each.value: True for each in FilterContext},
    "action": FilterAction.WARN,
    "days": "ever",
}
