"""What the pages about reports and decisions ask."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal

from fedparents.moderation import appeals, complaints, deciding
from fedparents.moderation.complaints import ComplaintDraft, NoticeDraft
from fedparents.moderation.deciding import DecisionDraft
from fedparents.moderation.models import Action, Category, Ground
from web.forms import Checked, Form, line
from web.forms import text as lines
from web.i18n import N_

WHY: Mapping[str, str] = {
    "category.choose_one": N_("Please choose what is wrong."),
    "text.missing": N_("Please say in a few words what is wrong."),
}


class ReportForm(Form):
    category: Category
    text: Annotated[str, lines(at_most=complaints.TEXT_LENGTH)] = ""
    tells_their_town: Checked = False

    words: ClassVar[Mapping[str, str]] = WHY

    @property
    def draft(self) -> ComplaintDraft:
        return ComplaintDraft(self.category, self.text, self.tells_their_town)


class NoticeForm(ReportForm):
    """Also what nobody fills in who sees the page."""

    address: Annotated[str, line(at_least=0, at_most=complaints.ADDRESS_LENGTH)] = ""
    name: Annotated[str, line(at_least=0, at_most=complaints.NAME_LENGTH)] = ""
    email: str = ""
    is_good_faith: Checked = False
    website: str = ""

    words: ClassVar[Mapping[str, str]] = {
        **WHY,
        "address.missing": N_("Please copy the address of the page from your browser."),
        "is_good_faith.tick_to_continue": N_("Please confirm that you believe what you say."),
    }

    def notice(self, language: str) -> NoticeDraft:
        return NoticeDraft(
            category=self.category,
            text=self.text,
            address=self.address,
            name=self.name,
            email=self.email,
            language=language,
            is_good_faith=self.is_good_faith,
        )


class DecisionForm(Form):
    """What was decided, and why. A rule is chosen or written; a law is written."""

    action: Action
    ground: Ground | None = None
    rule: str = ""
    ground_text: Annotated[str, line(at_least=0, at_most=deciding.GROUND_LENGTH)] = ""
    facts: Annotated[str, lines(at_most=deciding.FACTS_LENGTH)] = ""
    days: Literal["30", "365", "ever"] = "30"

    words: ClassVar[Mapping[str, str]] = {
        "facts.missing": N_("Please say what happened: the person reads it."),
        "ground.choose_one": N_("Please say on what this stands."),
        "ground_text.missing": N_("Please choose the rule, or name the law."),
    }

    def draft(self, rules: list[str], today: date) -> DecisionDraft:
        chosen = self.rule if self.rule in rules and self.ground == Ground.RULE else ""
        days = {"30": 30, "365": 365}.get(self.days)
        until = date.fromordinal(today.toordinal() + days) if days else None
        return DecisionDraft(
            action=self.action,
            ground=self.ground,
            ground_text=self.ground_text or chosen,
            facts=self.facts,
            banned_until=until if self.action == Action.BAN else None,
        )


class AppealForm(Form):
    text: Annotated[str, lines(at_most=appeals.TEXT_LENGTH)] = ""

    words: ClassVar[Mapping[str, str]] = {
        "text.missing": N_("Please say why it should be looked at again."),
    }


class SettleForm(Form):
    outcome: Literal["upheld", "overturned"]
    answer: Annotated[str, lines(at_most=appeals.TEXT_LENGTH)] = ""

    words: ClassVar[Mapping[str, str]] = {
        "outcome.choose_one": N_("Please choose how it ends."),
        "answer.missing": N_("Please say why: both sides read it."),
    }


class WhyForm(Form):
    """A reason that is written down."""

    reason: Annotated[str, line(at_least=0, at_most=deciding.REASON_LENGTH)] = ""

    words: ClassVar[Mapping[str, str]] = {
        "reason.missing": N_("Please say why: it is written down."),
    }
