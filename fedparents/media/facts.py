"""What happens to pictures."""

from __future__ import annotations

from dataclasses import dataclass

from fedparents.db import Fact


@dataclass(frozen=True, slots=True)
class MediaReleased(Fact):
    """Delete its files, and then its row."""

    media_id: int
