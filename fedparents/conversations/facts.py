"""What happens in conversations, for those who tell people of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fedparents.db import Fact


@dataclass(frozen=True, slots=True)
class MessageReceived(Fact):
    """A letter for people who know its author, or who have let them write."""

    ordered_by: ClassVar[str | None] = "conversation_id"
    conversation_id: int
    post_id: int


@dataclass(frozen=True, slots=True)
class MessageRequested(Fact):
    """A stranger would like to write to somebody: nothing rings, a digest may say so."""

    conversation_id: int
    actor_id: int
    """Who is asked."""
