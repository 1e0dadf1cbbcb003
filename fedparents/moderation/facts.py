"""What happens when somebody complains and somebody decides."""

from __future__ import annotations

from dataclasses import dataclass

from fedparents.db import Fact


@dataclass(frozen=True, slots=True)
class ComplaintFiled(Fact):
    """Tell whoever complained that it arrived, and what follows."""

    complaint_id: int


@dataclass(frozen=True, slots=True)
class ComplaintForwarded(Fact):
    """Whoever complained wants the town of the one concerned to hear of it."""

    complaint_id: int


@dataclass(frozen=True, slots=True)
class ReportRaised(Fact):
    """Tell those who decide that something waits for them, or has become graver."""

    report_id: int


@dataclass(frozen=True, slots=True)
class ReportLeft(Fact):
    """A group has had a matter for itself as long as it may: ask the place, if it still waits."""

    report_id: int


@dataclass(frozen=True, slots=True)
class ChildDangerRaised(Fact):
    """Call everybody who can do something, at once and at any hour."""

    report_id: int


@dataclass(frozen=True, slots=True)
class PostHiddenForNow(Fact):
    """Several people complained of a post: tell its author that it is out of sight until somebody
    has looked."""

    report_id: int


@dataclass(frozen=True, slots=True)
class DecisionMade(Fact):
    """Tell whom it concerns why, and those who complained how it ended; a little later, so that it
    can be undone."""

    decision_id: int


@dataclass(frozen=True, slots=True)
class DecisionTakenBack(Fact):
    """Tell the same people, who were told of the decision before, that it holds no more."""

    decision_id: int


@dataclass(frozen=True, slots=True)
class AppealMade(Fact):
    """Tell those who may decide that somebody asks them to look again."""

    appeal_id: int


@dataclass(frozen=True, slots=True)
class AppealDecided(Fact):
    """Tell both sides, with reasons."""

    appeal_id: int
