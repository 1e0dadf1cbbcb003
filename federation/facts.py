"""What happens between towns, for jobs of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fedparents.db import Fact


@dataclass(frozen=True, slots=True)
class PostMissing(Fact):
    """Something was answered that is not known here; or it is known by its address alone."""

    ordered_by: ClassVar[str | None] = "uri"
    uri: str


@dataclass(frozen=True, slots=True)
class PersonMoved(Fact):
    """Somebody of this place goes on elsewhere."""

    actor_id: int
