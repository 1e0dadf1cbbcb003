"""The words of reports and decisions, for pages and mails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from fedparents.moderation.models import (
    Action,
    Category,
    Decision,
    Ground,
    ReportState,
    SubjectKind,
)
from web.i18n import N_, gettext

CATEGORIES: Final[Mapping[Category, tuple[str, str]]] = {
    Category.CHILD_DANGER: (
        N_("A child may be in danger"),
        N_("Violence, abuse, sexual content, somebody who approaches children."),
    ),
    Category.ILLEGAL: (
        N_("It is against the law"),
        N_("Threats, hatred, discrimination, stolen goods, weapons, drugs."),
    ),
    Category.HARASSMENT: (
        N_("It hurts or pursues somebody"),
        N_("Insults, mockery, pressure, messages that do not stop."),
    ),
    Category.PERSONAL_DATA: (
        N_("It says too much about somebody"),
        N_("An address, a telephone number, a photo, a child's name or school."),
    ),
    Category.SCAM: (
        N_("It deceives, or sells"),
        N_("False offers, advance payments, advertising for a business."),
    ),
    Category.SPAM: (N_("It does not belong here"), N_("The same again and again, or nonsense.")),
    Category.OTHER: (N_("Something else"), N_("Please say in a few words what it is.")),
}
"""The gravest first, as they are offered."""
SUBJECTS: Final[Mapping[SubjectKind, str]] = {
    SubjectKind.POST: N_("a message"),
    SubjectKind.PERSON: N_("a person"),
    SubjectKind.GROUP: N_("a group"),
    SubjectKind.ADDRESS: N_("an address"),
}
TITLES: Final[Mapping[SubjectKind, str]] = {
    SubjectKind.POST: N_("Report this message"),
    SubjectKind.PERSON: N_("Report this person"),
    SubjectKind.GROUP: N_("Report this group"),
}
GROUNDS: Final[Mapping[Ground, str]] = {
    Ground.RULE: N_("A rule of the group or of this place"),
    Ground.LAW: N_("A law"),
}


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that can be decided, as those who decide, and those whom it concerns, read it."""

    button: str
    hint: str
    icon: str
    done: str
    """To whom it concerns: what was decided."""
    outcome: str
    """To whoever complained."""


WAYS: Final[Mapping[Action, Way]] = {
    Action.NONE: Way(
        N_("Nothing is wrong"),
        N_("It stays as it is, and can be read."),
        "check",
        N_("Nothing has been changed"),
        N_("Those who decide have found nothing against the rules or the law. It stays."),
    ),
    Action.ADVISE: Way(
        N_("Write to the author"),
        N_("They get a word from you; what they wrote stays."),
        "mail",
        N_("A word about what you wrote"),
        N_("Those who decide have written to the person. What you reported stays."),
    ),
    Action.EDIT: Way(
        N_("Have it changed"),
        N_("It is out of sight until its author has changed it and you have looked again."),
        "pencil",
        N_("Please change your message"),
        N_("It is out of sight until its author has changed it."),
    ),
    Action.HIDE: Way(
        N_("Hide it"),
        N_("Only its author and those who decide can read it."),
        "eye-off",
        N_("Your message has been hidden"),
        N_("It has been hidden."),
    ),
    Action.DELETE: Way(
        N_("Delete it"),
        N_("Nobody can read it; after a month it is erased."),
        "trash-2",
        N_("Your message has been deleted"),
        N_("It has been deleted."),
    ),
    Action.REMOVE: Way(
        N_("Remove the author from the group"),
        N_("They may ask to come back. The message is hidden."),
        "user-x",
        N_("You are no longer in the group"),
        N_("It has been hidden, and its author is no longer in the group."),
    ),
    Action.BAN: Way(
        N_("Ban the author from the group"),
        N_("They may not ask to come back for some time. The message is hidden."),
        "user-x",
        N_("You have been banned from the group"),
        N_("It has been hidden, and its author cannot come back into the group for some time."),
    ),
    Action.FREEZE: Way(
        N_("Pause the account"),
        N_("The person is signed out everywhere. The message is hidden."),
        "lock",
        N_("Your account has been paused"),
        N_("The account of the person has been paused."),
    ),
}
_IN_OTHERS: Final[Mapping[SubjectKind, Mapping[Action, Way]]] = {
    SubjectKind.GROUP: {
        Action.ADVISE: replace(
            WAYS[Action.ADVISE],
            button=N_("Write to its managers"),
            hint=N_("They get a word from you; the group stays as it is."),
            done=N_("A word about your group"),
            outcome=N_("Those who decide have written to the managers of the group. It stays."),
        ),
        Action.DELETE: Way(
            N_("End the group"),
            N_("Its members have two weeks to keep what they need."),
            "trash-2",
            N_("Your group has been ended"),
            N_("The group has been ended."),
        ),
    },
    SubjectKind.PERSON: {
        Action.ADVISE: replace(
            WAYS[Action.ADVISE],
            button=N_("Write to the person"),
            hint=N_("They get a word from you; nothing else changes."),
            done=N_("A word about what you do here"),
            outcome=N_("Those who decide have written to the person."),
        ),
        Action.REMOVE: replace(
            WAYS[Action.REMOVE],
            button=N_("Remove the person from the group"),
            hint=N_("They may ask to come back."),
            outcome=N_("The person is no longer in the group."),
        ),
        Action.BAN: replace(
            WAYS[Action.BAN],
            button=N_("Ban the person from the group"),
            hint=N_("They may not ask to come back for some time."),
            outcome=N_("The person cannot come back into the group for some time."),
        ),
        Action.FREEZE: replace(
            WAYS[Action.FREEZE], hint=N_("The person is signed out everywhere.")
        ),
    },
}
"""Where a group or a person is meant, and not a message."""
STATES: Final[Mapping[ReportState, str]] = {
    ReportState.RECEIVED: N_("Nobody has looked yet"),
    ReportState.HIDDEN: N_("Out of sight until somebody has decided"),
    ReportState.ASSIGNED: N_("Somebody is looking into it"),
    ReportState.DECIDED: N_("Decided"),
    ReportState.APPEALED: N_("Somebody else is looking again"),
    ReportState.CLOSED: N_("Closed"),
}


@dataclass(frozen=True, slots=True)
class HelpNumber:
    """Somebody to call or write to."""

    number: str
    link: str
    what: str


HELP_NUMBERS: Final = (
    HelpNumber("17", "tel:17", N_("Police: somebody is in danger now (112 in all of Europe)")),
    HelpNumber("119", "tel:119", N_("Children in danger, day and night, free")),
    HelpNumber("3018", "tel:3018", N_("Harassment and violence online, free")),
    HelpNumber(
        "PHAROS",
        "https://www.internet-signalement.gouv.fr/",
        N_("Report illegal content to the police, also without your name"),
    ),
)


def way_of(kind: SubjectKind, action: Action) -> Way:
    return _IN_OTHERS.get(kind, {}).get(action) or WAYS[action]


def outcome_of(kind: SubjectKind, decision: Decision | None) -> str:
    """How it ended, for whoever complained; nothing while it has not."""
    if decision is None:
        return ""
    return gettext(way_of(kind, Action(decision.action)).outcome)


def ground_in_words(decision: Decision) -> str:
    """The rule or the law, as one line."""
    if not decision.ground_text:
        return ""
    if decision.ground == Ground.LAW:
        return gettext("Law: %(text)s", text=decision.ground_text)
    return gettext("Rule: %(text)s", text=decision.ground_text)
