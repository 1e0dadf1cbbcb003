"""What happens to asks and offers as time goes by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fedparents.db import Fact


@dataclass(frozen=True, slots=True)
class SwapAging(Fact):
    """Ask whether it is still there: it goes off the lists before long."""

    ordered_by: ClassVar[str | None] = "post_id"
    post_id: int
    expires_at: str
    """ISO 8601: what was renewed since is asked about later."""


@dataclass(frozen=True, slots=True)
class SwapExpired(Fact):
    """Its time is over; whoever asks or offers can bring it back."""

    ordered_by: ClassVar[str | None] = "post_id"
    post_id: int
    expires_at: str
