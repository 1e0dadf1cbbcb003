"""A round: what is handed over to one town at a time, and what of it has to stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from federation.delivery.knocking import Knocked
from federation.delivery.models import Trouble
from federation.delivery.states import Standing
from federation.keys import THE_PLACE


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery that is due."""

    activity_id: int
    inbox_id: int
    url: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Activity:
    """What it takes to hand an activity over, or the reason why it stays."""

    id: int
    actor_id: int
    actor: str
    takes_back: bool
    is_profile: bool
    """It says anew who somebody is, perhaps with which keys."""
    is_for_allies: bool
    """It is for our twins alone, also when it was for more when it was made."""
    stays: Trouble | None


@dataclass(frozen=True, slots=True)
class Round:
    """A town, leased, with what goes there now."""

    host_id: int
    name: str
    turn: int
    standing: Standing
    scheme: str
    scheme_until: datetime | None
    is_kept_out: bool
    """This place does not talk with it any more; what is taken back, it is still told."""
    is_blocked: bool
    """Not even the place itself does."""
    is_twin: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """A round after it was made."""

    round: Round
    knocked: tuple[tuple[Row, Knocked], ...]


@dataclass(frozen=True, slots=True)
class Load:
    """The rounds that begin together, and all that is handed over in them."""

    rounds: tuple[Round, ...]
    activities: dict[int, Activity]


def why_kept(activity: Activity, round_: Round) -> Trouble | None:
    """The reason why an activity does not go to a town after all; None when it goes."""
    is_out = round_.is_blocked if activity.actor_id == THE_PLACE else round_.is_kept_out
    is_out = is_out or (activity.is_for_allies and not round_.is_twin)
    if is_out and not activity.takes_back:
        return Trouble.WITHDRAWN
    return activity.stays
