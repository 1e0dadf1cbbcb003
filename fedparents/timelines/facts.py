"""What the timelines have to do by themselves."""

from __future__ import annotations

from dataclasses import dataclass

from fedparents.db import Fact


@dataclass(frozen=True, slots=True)
class HomesDue(Fact):
    """A night has come: homes are cut to their newest posts."""
