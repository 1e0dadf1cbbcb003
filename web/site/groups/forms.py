"""What the pages of groups ask."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal

from fedparents.accounts.invites import InviteDraft
from fedparents.groups.joining import ANSWER_LENGTH
from fedparents.groups.models import Audience, Group, GroupKind, GroupRole, Joining
from fedparents.groups.service import (
    PURPOSE_LENGTH,
    QUESTIONS_AT_MOST,
    REASON_LENGTH,
    AboutDraft,
    PrivacyDraft,
    SwitchesDraft,
)
from fedparents.groups.topics import TOPIC_LENGTH
from fedparents.ids import PlaceId
from web.forms import Checked, Form, line, text
from web.i18n import N_
from web.site.accounts.forms import PlaceForm
from web.site.invites.forms import LABEL_LENGTH

NAME_LENGTH = 60
ADDRESS_LENGTH = 200
_LINES_LENGTH = 5000

LINE_WORDS: Mapping[str, str] = {
    "too_many_lines": N_("Please write %(at_most)s lines at most."),
    "line_too_long": N_("Please keep each line to %(at_most)s characters at most."),
    "name.missing": N_("Please give the group a name."),
    "purpose.missing": N_("Please say in one sentence what the group is for."),
}


class JoiningForm(Form):
    joining: Joining


class AudienceForm(Form):
    audience: Audience


class FindingForm(Form):
    """Who may know of a group: everybody, those who are signed in, or nobody uninvited."""

    finding: Literal["everybody", "here", "nobody"]


class PrivacyForm(JoiningForm, AudienceForm, FindingForm):
    @property
    def draft(self) -> PrivacyDraft:
        return PrivacyDraft(
            joining=self.joining,
            audience=self.audience,
            is_hidden=self.finding == "nobody",
            is_local_only=self.finding != "everybody",
        )

    @staticmethod
    def values_of(group: Group) -> dict[str, object]:
        found = "here" if group.is_local_only else "everybody"
        return {
            "joining": group.joining,
            "audience": group.audience,
            "finding": "nobody" if group.is_hidden else found,
        }


class NameForm(Form):
    name: Annotated[str, line(at_most=NAME_LENGTH)] = ""
    purpose: Annotated[str, line(at_most=PURPOSE_LENGTH)] = ""
    kind: GroupKind = GroupKind.NEIGHBOURHOOD

    words: ClassVar[Mapping[str, str]] = LINE_WORDS


class LinesForm(Form):
    questions: Annotated[str, text(at_most=_LINES_LENGTH)] = ""
    rules: Annotated[str, text(at_most=_LINES_LENGTH)] = ""

    words: ClassVar[Mapping[str, str]] = LINE_WORDS


class FoundingForm(PrivacyForm, NameForm, LinesForm):
    """All answers together."""

    words: ClassVar[Mapping[str, str]] = LINE_WORDS

    def about(self, place_id: PlaceId | None) -> AboutDraft:
        return AboutDraft(
            name=self.name,
            purpose=self.purpose,
            kind=self.kind,
            rules=self.rules,
            questions=self.questions if self.joining == Joining.APPROVAL else "",
            place_id=place_id,
        )


class StepForm(Form):
    """Where in the questions somebody is, and where they want to go."""

    step: Literal["1", "2", "3", "4", "5"]
    go: Literal["next", "back"] = "next"


class AboutForm(NameForm, LinesForm, PlaceForm):
    """The same on the settings page, with the commune."""

    words: ClassVar[Mapping[str, str]] = {**PlaceForm.words, **LINE_WORDS}

    def draft(self, place_id: PlaceId | None) -> AboutDraft:
        return AboutDraft(self.name, self.purpose, self.kind, self.rules, self.questions, place_id)


class AnswersForm(Form):
    """What somebody answers who wants to join; the core knows how many questions there are."""

    answer_1: Annotated[str, text(at_most=ANSWER_LENGTH)] = ""
    answer_2: Annotated[str, text(at_most=ANSWER_LENGTH)] = ""
    answer_3: Annotated[str, text(at_most=ANSWER_LENGTH)] = ""
    token: Annotated[str, line(at_least=0, at_most=100)] = ""

    words: ClassVar[Mapping[str, str]] = {
        f"answer_{number}.missing": N_("Please write a few words.")
        for number in range(1, QUESTIONS_AT_MOST + 1)
    }

    @property
    def answers(self) -> tuple[str, ...]:
        return self.answer_1, self.answer_2, self.answer_3


class InviteForm(Form):
    uses: Literal["1", "10", "50", ""] = "50"
    days: Literal["7", "30", "365", ""] = "30"
    admits: Literal["yes", "no"] = "no"
    label: Annotated[str, line(at_least=0, at_most=LABEL_LENGTH)] = ""

    @property
    def draft(self) -> InviteDraft:
        return InviteDraft(
            label=self.label,
            uses=int(self.uses) if self.uses else None,
            days=int(self.days) if self.days else None,
            skips_approval=False,
            admits_to_group=self.admits == "yes",
        )


class NamedForm(Form):
    """Somebody of another town."""

    address: Annotated[str, line(at_least=3, at_most=ADDRESS_LENGTH)]


class RoleForm(Form):
    role: GroupRole


class ReasonForm(Form):
    preset: str = ""
    words_of_own: Annotated[str, text(at_most=REASON_LENGTH)] = ""


class PutOutForm(ReasonForm):
    """Why, and for how long: "" lets the person ask again at once."""

    days: Literal["none", "30", "365", "ever"] = "none"

    words: ClassVar[Mapping[str, str]] = {
        "reason.missing": N_("Please say why: the person is told."),
        "words_of_own.missing": N_("Please say why: the person is told."),
    }

    def until(self, today: date) -> date | None:
        days = {"30": 30, "365": 365}.get(self.days)
        return date.fromordinal(today.toordinal() + days) if days else None


class MuteForm(Form):
    mails: Checked = False


class SwitchesForm(Form):
    anonymous: Checked = False
    holds: Checked = False

    @property
    def draft(self) -> SwitchesDraft:
        return SwitchesDraft(allows_anonymous=self.anonymous, holds_first_posts=self.holds)

    @staticmethod
    def values_of(group: Group) -> dict[str, object]:
        return {"anonymous": group.allows_anonymous, "holds": group.holds_first_posts}


class TopicForm(Form):
    name: Annotated[str, line(at_most=TOPIC_LENGTH)] = ""

    words: ClassVar[Mapping[str, str]] = {
        "name.missing": N_("Please give the topic a name."),
        "name.topic_exists": N_("There is a topic of this name already."),
    }


class MoveForm(Form):
    direction: Literal["up", "down"]
