"""What somebody wants to hear, as it is kept: for everything, and for single groups."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

from fedparents.notifications.channels import Choice, Level, QuietHours, Wishes
from fedparents.notifications.kinds import Kind, Mail

Choices = Mapping[Kind, Choice]


@dataclass(frozen=True, slots=True)
class Kept:
    """A level and choices as a row has them."""

    level: Level | None
    choices: str


def wishes_of(everything: Kept, group: Kept | None, quiet: QuietHours) -> Wishes:
    """What holds for one group: what was said of it goes before what was said of everything."""
    level = everything.level or Level.ALL
    choices = read_choices(everything.choices)
    if group is not None:
        own = read_choices(group.choices)
        choices = own if group.level else {**choices, **own}
        level = group.level or level
    return Wishes(quiet, level, choices)


def quiet_hours(begin: int, end: int, zone: ZoneInfo) -> QuietHours:
    """Of minutes after midnight."""
    return QuietHours(time(*divmod(begin, 60)), time(*divmod(end, 60)), zone)


def read_choices(text: str) -> dict[Kind, Choice]:
    """What was said about single kinds; those that there are no more are left out."""
    if not text:
        return {}
    known = set(Kind)
    return {
        Kind(kind): Choice(said.get("push"), Mail(said["mail"]) if said.get("mail") else None)
        for kind, said in json.loads(text).items()
        if kind in known
    }


def write_choices(choices: Choices) -> str:
    said = {
        kind.value: {"push": choice.push, "mail": choice.mail.value if choice.mail else None}
        for kind, choice in choices.items()
        if choice != Choice()
    }
    return json.dumps(said) if said else ""
