"""What happens to actors of this place."""

from __future__ import annotations

from dataclasses import dataclass

from fedparents.db import Fact


@dataclass(frozen=True, slots=True)
class ActorChanged(Fact):
    """A person or group shows themselves otherwise than before: name, words, picture, or that they
    are away."""

    actor_id: int
